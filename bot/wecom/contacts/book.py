"""What the verbs of customer contact work with: the API, our records, the clock, the uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.clock import Clock
from bot.core.contacts import Item, ItemKind, TagGroup
from bot.wecom.client import Api
from bot.wecom.media import Uploads


class Book(Protocol):
    """Our records of what lies on the platform. Whoever changes something there tells the book in
    the same go; if the process dies in between, the next full sync puts it right."""

    async def marked(
        self, account: str, member: str, added: Sequence[str], removed: Sequence[str]
    ) -> None:
        """Corporate tags of one friendship changed."""
        ...

    async def remarked(
        self, account: str, member: str, remark: str | None, description: str | None
    ) -> None:
        """Remark or description changed; None is unchanged."""
        ...

    async def tags_made(self, groups: Sequence[TagGroup]) -> None:
        """These tags exist."""
        ...

    async def tags_gone(self, tags: Sequence[str], groups: Sequence[str]) -> None:
        """These do not exist any more."""
        ...

    async def tag_renamed(self, id: str, name: str, sort: int | None) -> None:
        """A tag or a group of tags has a new name or place."""
        ...

    async def item_made(self, item: Item) -> None:
        """The platform made this for us, or it was changed."""
        ...

    async def item_gone(self, kind: ItemKind, id: str) -> None:
        """It was deleted."""
        ...

    async def chats_moved(self, chats: Sequence[str], owner: str) -> None:
        """These groups have a new owner."""
        ...

    async def may_remind(self, task: str, most: int, span: int) -> bool:
        """Counts a reminder of a bulk task; False when ``most`` fell into the last ``span`` ms."""
        ...


class Blank:
    """A book that keeps nothing."""

    async def marked(
        self, account: str, member: str, added: Sequence[str], removed: Sequence[str]
    ) -> None:
        """Nothing."""

    async def remarked(
        self, account: str, member: str, remark: str | None, description: str | None
    ) -> None:
        """Nothing."""

    async def tags_made(self, groups: Sequence[TagGroup]) -> None:
        """Nothing."""

    async def tags_gone(self, tags: Sequence[str], groups: Sequence[str]) -> None:
        """Nothing."""

    async def tag_renamed(self, id: str, name: str, sort: int | None) -> None:
        """Nothing."""

    async def item_made(self, item: Item) -> None:
        """Nothing."""

    async def item_gone(self, kind: ItemKind, id: str) -> None:
        """Nothing."""

    async def chats_moved(self, chats: Sequence[str], owner: str) -> None:
        """Nothing."""

    async def may_remind(self, task: str, most: int, span: int) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every noun."""

    api: Api
    book: Book
    clock: Clock
    uploads: Uploads
