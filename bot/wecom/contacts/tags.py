"""Corporate tags (企业标签, pages 92117, 92118, 92697)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.contacts import Tag, TagGroup
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given

NAME, TAGS_PER_FRIEND = 30, 3000


class Tags:
    """Tags of the corp, and tagging. An app may change and delete only its own (81011)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, *, tags: Sequence[str] = (), groups: Sequence[str] = ()) -> list[TagGroup]:
        """All groups with their tags, or those asked for (ids of groups win)."""
        call = given({"tag_id": list(tags), "group_id": list(groups)})
        answer = await self._desk.api.call("externalcontact/get_corp_tag_list", call)
        return [group(row) for row in answer.get("tag_group") or () if not row.get("deleted")]

    async def add(self, heading: str, names: Sequence[str], *, group_id: str = "") -> TagGroup:
        """Adds tags under a heading; equal names merge. Answers only the tags asked for."""
        call: Json = {"tag": [{"name": chars(n, NAME, "a tag")} for n in names]}
        count(names, 1, TAGS_PER_FRIEND, "new tags")
        if group_id:
            call["group_id"] = group_id
        else:
            call["group_name"] = chars(heading, NAME, "the heading of tags")
        answer = await self._desk.api.call("externalcontact/add_corp_tag", call)
        made = group(answer["tag_group"])
        await self._desk.book.tags_made([made])
        return made

    async def rename(self, id: str, name: str = "", *, sort: int | None = None) -> None:
        """A new name or place for a tag or a group. Raises ApiError 40071 for a name taken."""
        call = {"id": id, **given({"name": chars(name, NAME, "a tag"), "order": sort})}
        await self._desk.api.call("externalcontact/edit_corp_tag", call)
        await self._desk.book.tag_renamed(id, name, sort)

    async def remove(self, *, tags: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        """Deletes them everywhere; a group without tags vanishes."""
        if not tags and not groups:
            raise BadCall("no tag to delete")
        call = given({"tag_id": list(tags), "group_id": list(groups)})
        await self._desk.api.call("externalcontact/del_corp_tag", call)
        await self._desk.book.tags_gone(tags, groups)

    async def mark(
        self, account: str, member: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Tags and untags one friendship by ids. Raises ApiError 40068 for an unknown tag, 84061
        when the two have no relation."""
        if not add and not remove:
            raise BadCall("a tagging that changes nothing")
        call = given({
            "userid": account, "external_userid": member,
            "add_tag": list(count(add, 0, TAGS_PER_FRIEND, "tags")),
            "remove_tag": list(count(remove, 0, TAGS_PER_FRIEND, "tags")),
        })  # fmt: skip
        await self._desk.api.call("externalcontact/mark_tag", call)
        await self._desk.book.marked(account, member, add, remove)


def group(row: Json) -> TagGroup:
    """``tag_group`` of the platform as a value, without what is deleted."""
    return TagGroup(
        id=str(row["group_id"]), name=str(row.get("group_name") or ""),
        sort=int(row.get("order") or 0),
        tags=tuple(Tag(id=str(tag["id"]), name=str(tag.get("name") or ""),
                       sort=int(tag.get("order") or 0))
                   for tag in row.get("tag") or () if not tag.get("deleted")),
    )  # fmt: skip
