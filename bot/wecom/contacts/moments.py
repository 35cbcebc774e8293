"""Moments (客户朋友圈, pages 95094, 93333, 97612) after their creation, and the shape of one.

Creating one is a send, which only the outbox does. Nothing appears without a staff member's tap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.body import Body, Link, Media, MiniProgram, Rich, Text
from bot.core.config import Limits
from bot.core.contacts import Reaction, is_external
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import Json, ms, span
from bot.wecom.contacts.paging import rows
from bot.wecom.wire import BadBody, within

DAYS = 30  # that one listing may span
LIST_PAGE, TASK_PAGE, RECEIVER_PAGE = 20, 1000, 5000
TEXT_CHARS, LINK_TITLE, URL, IMAGES = 2000, 64, 2048, 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A moment as the platform lists it."""

    id: str
    made_at: int
    text: str = ""
    creator: str = ""
    attachments: tuple[str, ...] = ()


class Moments:
    """Moments of the corp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def each(self, since: int, until: int) -> AsyncIterator[Moment]:
        """Moments that the corp made between two times (ms, at most 30 days apart)."""
        call = {"filter_type": 0, **span(since, until, DAYS)}
        path = "externalcontact/get_moment_list"
        async for row in rows(self._desk.api, path, call, "moment_list", limit=LIST_PAGE):
            yield _moment(row)

    async def owners(self, moment: str) -> dict[str, bool]:
        """Who has the task, and whether he has published (corp moments only)."""
        path = "externalcontact/get_moment_task"
        found = rows(self._desk.api, path, {"moment_id": moment}, "task_list", limit=TASK_PAGE)
        return {str(row["userid"]): row.get("publish_status") == 1 async for row in found}

    async def audience(self, moment: str, account: str) -> AsyncIterator[str]:
        """Customers for whom one owner's moment is meant."""
        async for member in self._people("get_moment_customer_list", moment, account, TASK_PAGE):
            yield member

    async def receivers(self, moment: str, account: str) -> AsyncIterator[str]:
        """Customers who can see what one owner has published."""
        async for member in self._people("get_moment_send_result", moment, account, RECEIVER_PAGE):
            yield member

    async def reactions(self, moment: str, account: str) -> list[Reaction]:
        """Likes and comments of customers under one owner's moment; the words of a comment are not
        given. Raises ApiError 41062 while it is not published."""
        answer = await self._desk.api.call("externalcontact/get_moment_comments",
                                           {"moment_id": moment, "userid": account})  # fmt: skip
        return [
            Reaction(kind=kind, moment=moment, account=account, at=ms(row.get("create_time")),
                     who=str(row["external_userid"]))
            for kind, field in _REACTIONS for row in answer.get(field) or ()
            if is_external(str(row.get("external_userid") or ""))
        ]  # fmt: skip

    async def cancel(self, moment: str) -> None:
        """Nobody can publish it any more; what is published stays. Safe to repeat."""
        await self._desk.api.call("externalcontact/cancel_moment_task", {"moment_id": moment})

    async def find(
        self, account: str, text: str, attachments: Sequence[str], *, since: int, until: int,
        known: Sequence[str] = (),
    ) -> list[str]:  # fmt: skip
        """Ids of moments that may be the one whose creation went unanswered: same words and
        attachments, made in that time, with a task for that account."""
        found = [moment async for moment in self.each(since, until)
                 if moment.text == text and moment.attachments == tuple(attachments)
                 and moment.id not in known]  # fmt: skip
        return [m.id for m in found if account in await self.owners(m.id)]

    async def _people(self, name: str, moment: str, account: str, limit: int) -> AsyncIterator[str]:
        call = {"moment_id": moment, "userid": account}
        path = f"externalcontact/{name}"
        async for row in rows(self._desk.api, path, call, "customer_list", limit=limit):
            yield str(row["external_userid"])


_REACTIONS: tuple[tuple[Literal["liked", "commented"], str], ...] = (
    ("liked", "like_list"),
    ("commented", "comment_list"),
)


def wire_moment(body: Body, limits: Limits) -> Json:
    """text and attachments of add_moment_task: up to nine images, or one video, or one link whose
    picture is an upload of its own. Raises BadBody."""
    if isinstance(body, Text):
        body = Rich(body.text)
    if not isinstance(body, Rich):
        raise BadBody(f"a moment cannot carry {type(body).__name__}")
    if len(body.text) > TEXT_CHARS:
        raise BadBody(f"the text has {len(body.text)} characters, {TEXT_CHARS} are allowed")
    made: Json = {}
    if body.text:
        made["text"] = {"content": within(body.text, limits.rich_text_bytes, "the text")}
    if body.attachments:
        made["attachments"] = [_attachment(part) for part in body.attachments]
        _check_set([part["msgtype"] for part in made["attachments"]])
    return made


def _check_set(kinds: Sequence[str]) -> None:
    images = set(kinds) == {"image"} and len(kinds) <= IMAGES
    if not images and len(kinds) != 1:
        raise BadBody("a moment carries up to nine images, or one video, or one link")


def _attachment(part: Media | Link | MiniProgram) -> Json:
    match part:
        case Media("image" | "video" as kind, _, media_id):
            return {"msgtype": kind, kind: {"media_id": media_id}}
        case Link(title, url, _, picture):
            return {"msgtype": "link", "link": {
                "title": within(title, LINK_TITLE, "the title of a link"),
                "url": within(url, URL, "the address of a link"), "media_id": picture}}  # fmt: skip
    raise BadBody("a moment carries images, a video or a link only")


def _moment(row: Json) -> Moment:
    kinds = ["image"] * len(row.get("image") or ())
    kinds += [kind for kind in ("video", "link") if row.get(kind)]
    return Moment(
        id=str(row["moment_id"]), made_at=ms(row.get("create_time")),
        text=str((row.get("text") or {}).get("content", "")),
        creator=str(row.get("creator") or ""), attachments=tuple(kinds),
    )  # fmt: skip
