"""Our records of what lies on the platform, for those who change it there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clock import Clock
from bot.core.contacts import Item, ItemKind, TagGroup
from bot.store import chats, contacts
from bot.store.engine import Store, Tx


class StoredBook:
    """See ``bot.wecom.contacts.book.Book``: every change of ours is written here, too."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def marked(
        self, account: str, member: str, added: Sequence[str], removed: Sequence[str]
    ) -> None:
        """Corporate tags of one friendship changed."""
        await self._store.write(contacts.mark, account, member, added, removed, self._clock.now())

    async def remarked(
        self, account: str, member: str, remark: str | None, description: str | None
    ) -> None:
        """Remark or description changed; None is unchanged."""
        await self._store.write(contacts.set_remark, account, member, remark, description)

    async def tags_made(self, groups: Sequence[TagGroup]) -> None:
        """These tags exist."""
        await self._store.write(contacts.put_tags, groups)

    async def tags_gone(self, tags: Sequence[str], groups: Sequence[str]) -> None:
        """These do not exist any more."""
        await self._store.write(contacts.tags_gone, tags, groups, self._clock.now())

    async def tag_renamed(self, id: str, name: str, sort: int | None) -> None:
        """A tag or a group of tags has a new name or place."""
        await self._store.write(contacts.rename_tag, id, name, sort)

    async def item_made(self, item: Item) -> None:
        """The platform made this for us, or it was changed."""
        await self._store.write(contacts.put_item, item, self._clock.now())

    async def item_gone(self, kind: ItemKind, id: str) -> None:
        """It was deleted."""
        await self._store.write(contacts.item_gone, kind, id, self._clock.now())

    async def chats_moved(self, chat_ids: Sequence[str], owner: str) -> None:
        """These groups have a new owner."""
        await self._store.write(_move_chats, chat_ids, owner)

    async def may_remind(self, task: str, most: int, span: int) -> bool:
        """Counts a reminder of a bulk task; False when ``most`` fell into the last ``span`` ms."""
        return await self._store.write(contacts.may_remind, task, most, span, self._clock.now())


def _move_chats(tx: Tx, chat_ids: Sequence[str], owner: str) -> None:
    for chat in chat_ids:
        chats.set_owner(tx, chat, owner)
