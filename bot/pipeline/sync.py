"""Keeps customers, friendships, tags and groups in step with the platform.

Whole: every page of every member's customers, a transaction each, together with the cursor, so a
kill costs one page. By event: whatever a callback says has changed is read again, once. All work
that is under way stands in ``source``; a row that is gone is done.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.core.clock import HOUR, MINUTE, SECOND, Clock
from bot.core.config import Config
from bot.core.contacts import Chat, Customer, CustomerPage, TagGroup
from bot.core.errors import StaleLease
from bot.core.span import parse_span
from bot.pipeline.loop import Bells
from bot.store import chats, contacts, merging, people, pieces, sources
from bot.store.engine import Row, Store, Tx
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.contacts.people import USERS
from bot.wecom.errors import LATER, ApiError, CallFailed

log = logging.getLogger(__name__)
HEADER = "sync:contacts"
CUSTOMER, CHAT, TAGS, BATCH = "contact:", "chat:", "tags:", "contacts:"
AT_ONCE = 50
# Between an event and the read that follows it the platform may still answer as before.
RACE = 1 * MINUTE
BACKOFF = (1 * SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 1 * HOUR)
TRIES = 3
LOOKS = 5  # at a group whose listing lags behind its event
FREQUENCY, BAD_CURSOR = 45009, 50100
NO_CUSTOMER = frozenset({40096, 610004})
NO_CHAT = frozenset({86001, 86003, 90501})
# Somebody of the list has left or lost the feature: a new list is needed (page 90313).
STAFF_CHANGED = frozenset({40003, 40031, 50002, 60011, 60111, 84074})


class Behind(Exception):
    """The platform's listing is older than the event that led here."""


class Sync:
    """The worker; everything it knows between two steps that matters stands in the database."""

    def __init__(
        self, store: Store, platform: Contacts, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._platform, self._clock = store, platform, clock
        self._inbox = bells.inbox
        self._every = parse_span(config.pull.contacts_every)
        self._look = parse_span(config.pull.changes_every)
        self._faults: dict[str, int] = {}
        self._not_before: dict[str, int] = {}
        self._read: tuple[tuple[str, Callable[[Row], Awaitable[None]]], ...] = (
            (CUSTOMER, self._customer), (CHAT, self._chat), (TAGS, self._tags),
            (BATCH, self._page),
        )  # fmt: skip

    async def step(self, now: int) -> int | None:
        """What has changed, then one page of whoever is being read as a whole."""
        more = False
        if self._not_before.get(HEADER, 0) <= now:
            await self._guarded(HEADER, partial(self._begin_if_due, now))
        for prefix, read in self._read:
            rows = await self._store.read(pieces.open_pieces, prefix)
            ready = [row for row in rows if self._not_before.get(row["id"], 0) <= now]
            for row in ready[: 1 if prefix == BATCH else AT_ONCE]:
                await self._guarded(row["id"], partial(read, row))
            more = more or bool(ready)
        return now if more else now + self._look

    async def _guarded(self, piece: str, work: Callable[[], Awaitable[None]]) -> None:
        """A fault of the platform puts one piece of work off, not the others."""
        try:
            await work()
            self._faults.pop(piece, None)
            self._not_before.pop(piece, None)
        except (ApiError, CallFailed, Behind) as exc:
            if not await self._gave_up(piece, exc):
                self._put_off(piece, exc)
        except StaleLease as exc:
            log.info("%s: somebody else reads it too: %s", piece, exc)

    async def _gave_up(self, piece: str, exc: Exception) -> bool:
        """What the platform keeps refusing must not stand before the rest; a whole sync or the
        next event comes back to it."""
        lasting = isinstance(exc, ApiError) and exc.errcode not in LATER
        single = piece.startswith((CUSTOMER, CHAT))
        if not (lasting and single and self._faults.get(piece, 0) >= TRIES):
            return False
        log.warning("%s: given up: %s", piece, exc)
        self._faults.pop(piece, None)
        self._not_before.pop(piece, None)
        await self._store.write(drop, piece)
        return True

    def _put_off(self, piece: str, exc: Exception) -> None:
        count = self._faults[piece] = self._faults.get(piece, 0) + 1
        wait = BACKOFF[min(count, len(BACKOFF)) - 1]
        if isinstance(exc, ApiError) and exc.errcode == FREQUENCY:
            wait = max(wait, MINUTE)
        self._not_before[piece] = self._clock.now() + wait
        log.warning("%s: %s; again in %d s", piece, exc, wait // 1000)

    async def _begin_if_due(self, now: int) -> None:
        header = await self._store.read(pieces.get, HEADER)
        if header is not None and (header["cursor"] or header["read_at"] + self._every > now):
            return
        accounts = await self._platform.people.accounts()
        await self._store.write(begin, accounts, now)

    async def _page(self, row: Row) -> None:
        accounts = pieces.items_of(row)
        try:
            page = await self._platform.people.page(accounts, row["cursor"])
        except ApiError as exc:
            if exc.errcode == BAD_CURSOR:
                await self._store.write(pieces.begin, row["id"], accounts)
            elif exc.errcode in STAFF_CHANGED:
                await self._store.write(abandon)
            raise
        await self._store.write(keep_page, row, page, self._clock.now())

    async def _customer(self, row: Row) -> None:
        member, asked = row["id"].removeprefix(CUSTOMER), self._clock.now()
        try:
            person = await self._platform.people.get(member)
        except ApiError as exc:
            if exc.errcode not in NO_CUSTOMER:
                raise
            person = None
        await self._store.write(keep_customer, row, member, person, asked)

    async def _chat(self, row: Row) -> None:
        chat_id = row["id"].removeprefix(CHAT)
        try:
            chat = await self._platform.groups.get(chat_id)
        except ApiError as exc:
            if exc.errcode not in NO_CHAT:
                raise
            await self._store.write(keep_gone, row, chat_id, self._clock.now())
            return
        behind = bool(row["token"]) and row["token"] != chat.version
        again = behind and self._faults.get(row["id"], 0) < LOOKS
        if await self._store.write(keep_chat, row, chat, self._clock.now(), again):
            self._inbox.set()
        if again:
            raise Behind(f"the listing shows {chat.version}, the event said {row['token']}")

    async def _tags(self, row: Row) -> None:
        found = await self._platform.tags.all()
        await self._store.write(keep_tags, row, found, self._clock.now())


def begin(tx: Tx, accounts: Sequence[str], now: int) -> None:
    """Plans a whole run: a piece for every hundred accounts, which stay together to the end."""
    pieces.clear(tx, BATCH)
    for start in range(0, len(accounts), USERS):
        pieces.begin(tx, f"{BATCH}{start // USERS:05d}", accounts[start : start + USERS])
    sources.want(tx, f"{TAGS}corp")
    _end_if_done(tx, now, str(now))


def abandon(tx: Tx) -> None:
    """The run cannot go on with its lists; the next step plans a new one."""
    pieces.clear(tx, BATCH)
    pieces.mark(tx, HEADER, "", 0)


def _end_if_done(tx: Tx, now: int, began: str) -> None:
    left = pieces.open_pieces(tx, BATCH)
    pieces.mark(tx, HEADER, began if left else "", 0 if left else now)


def keep_page(tx: Tx, row: Row, page: CustomerPage, now: int) -> None:
    """One page and its cursor, or the end of the batch. Raises StaleLease."""
    header = pieces.get(tx, HEADER)
    began = str(header["cursor"]) if header else ""
    _put(tx, page.customers, now)
    left_out = {*str(row["note"]).split(), *page.unlisted}
    if page.cursor:
        if not pieces.advance(tx, row["id"], row["cursor"], page.cursor):
            raise StaleLease(f"cursor of {row['id']}")
        pieces.remember(tx, row["id"], " ".join(sorted(left_out)))
        return
    if not pieces.done(tx, row) or not began:
        raise StaleLease(f"end of {row['id']}")
    listed = [account for account in pieces.items_of(row) if account not in left_out]
    for member in contacts.unseen(tx, listed, int(began)):
        sources.want(tx, f"{CUSTOMER}{member}")
    _end_if_done(tx, now, began)


def keep_customer(tx: Tx, row: Row, member: str, person: Customer | None, asked: int) -> None:
    """One customer as the platform has him now; None: nobody has him."""
    follows = person.follows if person is not None else ()
    if person is not None:
        _put(tx, [person], asked)
    contacts.end_unlisted(tx, member, [f.account for f in follows], asked - RACE, asked)
    pieces.done(tx, row)


def _put(tx: Tx, customers: Sequence[Customer], now: int) -> None:
    """Customers as the platform has them, and who of them is somebody whom we know by another
    id."""
    contacts.put_customers(tx, customers, now)
    merging.by_union(tx, [one.id for one in customers if one.union_id], now)


def drop(tx: Tx, piece: str) -> None:
    """Nobody asks for this one any more."""
    row = pieces.get(tx, piece)
    if row is not None:
        pieces.done(tx, row)


def keep_chat(tx: Tx, row: Row, chat: Chat, now: int, again: bool) -> int:
    """One group as the platform has it now; how many of its changes were news."""
    news = chats.put_chat(tx, chat, now)
    if not again:
        pieces.done(tx, row)
    return news


def keep_gone(tx: Tx, row: Row, chat_id: str, now: int) -> None:
    """There is no such customer group any more."""
    people.group_gone(tx, chat_id, now)
    pieces.done(tx, row)


def keep_tags(tx: Tx, row: Row, groups: Sequence[TagGroup], now: int) -> None:
    """All corporate tags as the platform has them now."""
    contacts.replace_tags(tx, groups, now)
    pieces.done(tx, row)
