"""What is fetched rather than pushed: kf messages by cursor, kf links, groups."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.core.clock import MINUTE, SECOND, Clock
from bot.core.config import Config
from bot.core.errors import OneVoiceError
from bot.core.model import Inbound
from bot.core.span import parse_span
from bot.core.whereabouts import Whereabouts
from bot.library.cast import Cast
from bot.library.library import Library
from bot.pipeline import bookkeeping
from bot.pipeline.bookkeeping import Speaker
from bot.pipeline.ingest import settle_of
from bot.pipeline.loop import Bells, Slots
from bot.store import chats, inbox, sources, unfinished
from bot.store.engine import Row, Store, Tx
from bot.store.inbox import Settle
from bot.wecom.contacts.ways import REMARK, Way
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.gateway import Gateway

log = logging.getLogger(__name__)
KF, GROUPS = "kf:", "groups:"
DEAD_TOKEN = 95007
TOLD_AGAIN = "from before the backup was put back: it may have been answered"
TOKEN_LIFE = 9 * MINUTE  # the platform takes it for ten (page 94670)
FREQUENCY = 45009
# One account never runs its log twice at once, and few accounts run together (45033).
KF_AT_ONCE = 4
FROM_OA = "oa"  # the channel code of friends who came from the official account
PAGES = 10_000
NOTES = 500  # of the door, in one write
BACKOFF = (1 * SECOND, 2 * SECOND, 5 * SECOND, 15 * SECOND, 60 * SECOND)


async def gather_news(store: Store) -> None:
    """What the door was told about sources, before anybody asks which of them are due."""
    more = await store.read(sources.is_news)
    while more:
        more = await store.write(sources.gather_news, NOTES)


class Pull:
    """Reads every source that has news, or was not read for long."""

    def __init__(
        self, store: Store, gateway: Gateway, library: Library, config: Config, clock: Clock,
        bells: Bells,
    ) -> None:  # fmt: skip
        self._store, self._gateway, self._library = store, gateway, library
        self._clock, self._bells = clock, bells
        self._settle = settle_of(config)
        self._every = {KF: parse_span(config.pull.kf_every),
                       GROUPS: parse_span(config.pull.groups_every)}  # fmt: skip
        self._busy: set[str] = set()
        self._faults: dict[str, int] = {}
        self._not_before: dict[str, int] = {}
        self.slots = Slots(KF_AT_ONCE, bells.sources)

    async def open(self) -> None:
        """At the start: everything may have news that nobody told us."""
        for account in self._library.cast.all_accounts("kf"):
            await self._store.write(sources.want, f"{KF}{account}")
        await self._store.write(sources.want, f"{GROUPS}customer")

    async def step(self, now: int) -> int | None:
        """Starts reading what is due."""
        upcoming = []
        await gather_news(self._store)
        for prefix, every in self._every.items():
            for row in await self._store.read(sources.due, prefix, now - every):
                at = self._not_before.get(row["id"], 0)
                if at > now:
                    upcoming.append(at)
                elif row["id"] not in self._busy and self.slots.free:
                    self._busy.add(row["id"])
                    self.slots.start(self._read(row, prefix), f"pull {row['id']}")
            next_read = await self._store.read(sources.next_read, prefix, every)
            upcoming += [next_read] if next_read else []
        later = [at for at in upcoming if at > now]
        return min(later) if later else None

    async def _read(self, row: Row, prefix: str) -> None:
        source = row["id"]
        try:
            await (self._kf(row) if prefix == KF else self._groups())
            await self._store.write(sources.served, source, row["wanted"], self._clock.now())
            self._faults.pop(source, None)
            self._not_before.pop(source, None)
        except OneVoiceError as exc:  # the platform, or a store that cannot keep what came
            self._put_off(source, exc)
            if isinstance(exc, ApiError) and exc.errcode == DEAD_TOKEN:
                await self._store.write(sources.drop_token, source, row["token"])
        finally:
            self._busy.discard(source)

    def _put_off(self, source: str, exc: Exception) -> None:
        count = self._faults[source] = self._faults.get(source, 0) + 1
        wait = BACKOFF[min(count, len(BACKOFF)) - 1]
        if isinstance(exc, ApiError) and exc.errcode == FREQUENCY:
            wait = MINUTE
        self._not_before[source] = self._clock.now() + wait
        log.warning("%s: %s; again in %d s", source, exc, wait // 1000)

    async def _kf(self, row: Row) -> None:
        """Drains one account's log: each page is stored together with its cursor."""
        source, cursor = row["id"], row["cursor"]
        fresh = self._clock.now() - row["token_at"] < TOKEN_LIFE
        token = row["token"] if fresh else ""
        for _ in range(PAGES):
            page = await self._gateway.kf_page(source.removeprefix(KF), cursor, token)
            new = await self._store.write(
                keep_page, source, cursor, page.cursor, page.messages, self._settle,
                self._library.cast, self._clock.now(),
            )  # fmt: skip
            if new:
                self._bells.inbox.set()
            if not page.more or (page.cursor == cursor and not page.messages):
                return
            cursor = page.cursor

    async def _groups(self) -> None:
        owners = self._library.cast.all_accounts("contact")
        async for chat in self._gateway.contacts.groups.each(owners):
            if await self._store.write(chats.put_chat, chat, self._clock.now()):
                self._bells.inbox.set()


def keep_page(
    tx: Tx, source: str, before: str, cursor: str, messages: Sequence[Inbound], settle: Settle,
    cast: Cast, now: int,
) -> int:  # fmt: skip
    """Keeps one page and its cursor in one transaction; how many turns it planned.

    Of what was restored from a backup the cursor is old, and what is read again may have been
    answered: it is kept without a turn, and only our records follow it. Raises StaleLease.
    """
    last = unfinished.last_restored(tx)
    old = [message for message in messages if unfinished.told_again(message, last)]
    for message in old:
        if inbox.note(tx, message, TOLD_AGAIN):
            persona = cast.persona_of(message.channel, message.account) or ""
            script = cast.scripts.get(persona)
            speaker = Speaker(persona, script.version) if script else Speaker()
            bookkeeping.keep(tx, message, now, speaker)
    fresh = [message for message in messages if not unfinished.told_again(message, last)]
    return sources.store_page(tx, source, before, cursor, fresh, settle)


class Links:
    """Makes sure every kf account has its link before somebody wants to quote it."""

    def __init__(self, store: Store, gateway: Gateway, library: Library, clock: Clock) -> None:
        self._store, self._gateway, self._library = store, gateway, library
        self._clock = clock

    async def step(self, now: int) -> int | None:
        """Asks for what is missing; tries again later when the platform does not answer."""
        known = await self._store.read(sources.links)
        try:
            await self._kf_links(known, now)
            await self._contact_codes(known, now)
            await self._gateway.keep_warm()
        except (ApiError, CallFailed) as exc:
            log.warning("the platform is not ready: %s", exc)
            return now + 2 * SECOND
        return now + MINUTE

    async def _kf_links(self, known: Whereabouts, now: int) -> None:
        for account in self._library.cast.all_accounts("kf"):
            if account not in known.kf:
                url = await self._gateway.kf_link(account, "persona")
                await self._store.write(sources.put_link, account, url, now)

    async def _contact_codes(self, known: Whereabouts, now: int) -> None:
        """A QR code for each persona that has followers: it makes them friends of an account."""
        cast = self._library.cast
        for persona in cast.scripts:
            accounts = cast.accounts_of(persona, "contact")
            if not accounts or not cast.accounts_of(persona, "oa"):
                continue
            if accounts[0] not in known.contact:
                way = Way(users=accounts, state=FROM_OA, remark=f"onevoice {persona}"[:REMARK])
                made = await self._gateway.contacts.ways.add(way)
                await self._store.write(sources.put_contact, accounts[0], made.url, now)
