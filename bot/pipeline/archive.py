"""Reads the message archive into the inbox. Bookkeeping only: nobody is ever answered.

What was said reaches circles, points and moods as events of channel ``archive``. No persona has
an account there and nothing can be sent through it, so a turn of this channel says nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from bot.adapters.archive import ArchiveFeed, ArchiveMessage, FeedFailed
from bot.core.clock import MINUTE, SECOND, Clock
from bot.core.config import Config
from bot.core.model import Inbound
from bot.core.span import parse_span
from bot.pipeline.ingest import ARCHIVE
from bot.pipeline.loop import Bells
from bot.pipeline.pull import gather_news
from bot.store import archive, sources
from bot.store.engine import Row, Store

log = logging.getLogger(__name__)
CHANNEL = "archive"
PAGES = 10_000
PAGE_MAX = 1000
BACKOFF = (1 * SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE)
# ids: wm… and wo… are outside the corp, wb… are robots; all others are members of the corp.
OUTSIDE = ("wm", "wo", "wb")


class ArchivePull:
    """The worker that reads the archive from where it stopped."""

    def __init__(
        self, store: Store, feed: ArchiveFeed, staff: Callable[[], Collection[str]],
        config: Config, clock: Clock, bells: Bells,
    ) -> None:  # fmt: skip
        self._store, self._feed, self._staff = store, feed, staff
        self._clock, self._bells = clock, bells
        self._every = parse_span(config.wecom.archive.every)
        self._page = min(max(config.wecom.archive.page, 1), PAGE_MAX)
        self._faults = 0
        self._not_before = 0

    async def open(self) -> None:
        """At the start there may be news that nobody told us."""
        await self._store.write(sources.want, ARCHIVE)

    async def step(self, now: int) -> int | None:
        """Reads to the end when there is news, or when it was not read for long."""
        if now < self._not_before:
            return self._not_before
        await gather_news(self._store)
        for row in await self._store.read(sources.due, ARCHIVE, now - self._every):
            try:
                await self._read(row)
            except FeedFailed as exc:
                return self._put_off(exc)
        self._faults = 0
        return await self._store.read(sources.next_read, ARCHIVE, self._every)

    def _put_off(self, exc: FeedFailed) -> int:
        wait = BACKOFF[min(self._faults, len(BACKOFF) - 1)]
        self._faults += 1
        self._not_before = self._clock.now() + wait
        log.warning("archive: %s; again in %d s", exc, wait // SECOND)
        return self._not_before

    async def _read(self, row: Row) -> None:
        cursor = row["cursor"]
        for _ in range(PAGES):
            page = await self._feed.pull(int(cursor or 0), self._page)
            if not page:
                break
            cursor = await self._keep(cursor, page)
        await self._store.write(sources.served, row["id"], row["wanted"], self._clock.now())

    async def _keep(self, cursor: str, page: Collection[ArchiveMessage]) -> str:
        now, staff = self._clock.now(), self._staff()
        events = [translate(message, staff, now) for message in page]
        reached = str(max(message.seq for message in page))
        if await self._store.write(archive.store_page, ARCHIVE, cursor, reached, events):
            self._bells.inbox.set()
        return reached


def translate(message: ArchiveMessage, staff: Collection[str], now: int) -> Inbound:
    """An archived message as an event: account = the archived member, peer = room or the other."""
    people = dict.fromkeys((message.sender, *message.to))
    account = _account(people, staff)
    others = [who for who in people if who != account]
    return Inbound(
        channel=CHANNEL, account=account, peer=message.room or next(iter(others), account),
        kind=message.kind, event=f"{CHANNEL}.{message.kind}", text=_words(message),
        dedupe=archive.PREFIX + message.msgid, sent_at=message.at, received_at=now,
        data={**message.payload, "seq": message.seq, "from": message.sender,
              "to": list(message.to), "action": message.action},
    )  # fmt: skip


def _account(people: Collection[str], staff: Collection[str]) -> str:
    """One of ours in the talk, whoever speaks: a persona's account, else the first by name."""
    members = sorted(who for who in people if who in staff or not who.startswith(OUTSIDE))
    return next((who for who in members if who in staff), next(iter(members), ""))


def _words(message: ArchiveMessage) -> str:
    content = message.payload.get("content")
    known = message.kind in ("text", "markdown") and isinstance(content, str)
    return str(content) if known else ""
