"""Taking a conversation, giving it back, passing it on, putting it off, notes about it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from datetime import time as clock_time
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.pages.inbox_colleagues import colleagues
from bot.console.pages.inbox_thread import again, key_of, persona_name, pinned
from bot.console.pages.inbox_whole import here
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.core.clock import DAY, MINUTE, local, to_ms
from bot.core.handoff import Conflict
from bot.store import conversations, desk, transfers, whole
from bot.store.desk import Seen
from bot.store.engine import Tx

NOTE_MAX, REASON_MAX = 2_000, 200
FAR = 90 * DAY
MORNING = clock_time(9)
SEEN_MOST = 20
_SEEN = re.compile(r"([0-9]{1,16})-([0-9]{1,16})(?:@(.{1,900}))?")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
Verb = Callable[[Visit], Awaitable[web.Response]]


def told(handler: Verb) -> Verb:
    """Whoever comes second gets the sentence on the page, and keeps what he typed."""

    async def handle(visit: Visit) -> web.Response:
        try:
            return await handler(visit)
        except Conflict as exc:
            return await again(visit, 409, conflict=str(exc))

    return handle


def seen_of(visit: Visit) -> Mapping[str, Seen]:
    """How far he had read when the form was made, by conversation."""
    found = [_SEEN.fullmatch(part) for part in visit.typed.get("seen", "").split(" ")]
    reads = {unquote(each[3] or "") or key_of(visit): Seen(int(each[1]), int(each[2]))
             for each in found[:SEEN_MOST] if each is not None}  # fmt: skip
    if key_of(visit) not in reads:
        raise Refused(422, "inbox.odd_form")
    return reads


def client_key_of(visit: Visit) -> str:
    """Made once for each text that is composed: the second click is the same message."""
    key = visit.typed.get("client_key", "")
    if not _KEY.fullmatch(key):
        raise Refused(422, "inbox.odd_form")
    return key


def reason_of(visit: Visit) -> str:
    """Why, in one line."""
    return " ".join(visit.typed.get("reason", "").split())[:REASON_MAX]


def done(
    visit: Visit, key: str, *, kind: str = "", said: str = "", **values: object
) -> web.Response:
    """Everybody's pages look again; his own shows the conversation as it is now."""
    for bell in ("inbox", "desk", "due"):
        visit.console.bells.ring(bell)
    way = here(visit).query(c=key, via=pinned(visit))
    return visit.go(f"/inbox?{way}", kind, said, **values)


async def _persona(visit: Visit) -> str:
    """Who speaks there when no colleague does."""
    talk = await visit.read(conversations.get, key_of(visit))
    return persona_name(visit, talk) if talk is not None else visit.t("by.persona")


async def take(visit: Visit) -> web.Response:
    """He answers from now on; the persona is silent."""
    key, seen, login = key_of(visit), seen_of(visit), visit.who.login

    def write(tx: Tx) -> desk.Taken:
        taken = whole.take(tx, key, login, visit.now, seen)
        whole.mark_seen(tx, login, seen, visit.now)
        return taken

    taken, persona = await visit.write(write), await _persona(visit)
    if taken.on_the_way:
        words = " / ".join(each.text for each in taken.on_the_way)[:200]
        return done(visit, key, kind="wait", said="inbox.on_the_way", words=words)
    if taken.stopped:
        return done(visit, key, kind="good", said="inbox.taken_stopped", n=taken.stopped,
                    persona=persona)  # fmt: skip
    return done(visit, key, kind="good", said="inbox.taken", persona=persona)


async def release(visit: Visit) -> web.Response:
    """Back to the persona."""
    key, seen = key_of(visit), seen_of(visit)
    await visit.write(whole.release, key, visit.who.login, visit.now, seen)
    return done(visit, key, kind="good", said="inbox.released", persona=await _persona(visit))


async def resolve(visit: Visit) -> web.Response:
    """Nothing is left to do."""
    key, seen = key_of(visit), seen_of(visit)
    await visit.write(whole.resolve, key, visit.who.login, visit.now, seen)
    return done(visit, key, kind="good", said="inbox.resolved")


async def hand_over(visit: Visit) -> web.Response:
    """To a colleague, or into the queue for whoever is on the next shift."""
    key, to, reason = key_of(visit), visit.typed.get("to", ""), reason_of(visit)
    assigns = visit.may(Right.INBOX_ASSIGN)
    if to == "":
        if not reason:
            return await again(visit, 422, conflict=visit.t("inbox.reason_missing"))
        await visit.write(whole.put_back, key, visit.who.login, visit.now, reason, assigns=assigns)
        return done(visit, key, kind="good", said="inbox.put_back",
                    persona=await _persona(visit))  # fmt: skip

    def write(tx: Tx) -> int | None:
        # a lead may also give himself what somebody else holds
        if to not in colleagues(tx, visit.who.login) and not (assigns and to == visit.who.login):
            return None
        whole.pass_on(tx, key, visit.who.login, to, visit.now, reason, assigns=assigns)
        row = conversations.get(tx, key) or {}
        return row.get("waiting_since") or visit.now

    since = await visit.write(write)
    if since is None:
        return await again(visit, 422, conflict=visit.t("inbox.no_colleague", login=to[:64]))
    if since == visit.now:
        return done(visit, key, kind="good", said="inbox.passed_on", login=to)
    at = stamp(since, visit.console.config.timezone)[11:16]
    return done(visit, key, kind="good", said="inbox.passed_on_late", login=to, at=at)


async def snooze(visit: Visit) -> web.Response:
    """Out of the way until a time."""
    key, zone = key_of(visit), visit.console.config.timezone
    until = until_of(visit.typed.get("until", ""), visit.typed.get("date", ""), visit.now, zone)
    if until is None:
        return await again(visit, 422, conflict=visit.t("inbox.no_time"))
    await visit.write(whole.snooze, key, visit.who.login, visit.now, until, reason_of(visit))
    return done(visit, key, kind="good", said="inbox.snoozed", at=stamp(until, zone)[:16])


def until_of(wish: str, date: str, now: int, zone: str) -> int | None:
    """``20`` minutes, ``morning`` or ``date`` as a moment; None for what is over or too far."""
    if wish in ("20", "60"):
        return now + int(wish) * MINUTE
    if wish == "morning":
        day = local(now, zone).date() + timedelta(days=1)
        return to_ms(datetime.combine(day, MORNING, ZoneInfo(zone)))
    try:
        given = datetime.fromisoformat(date)
        until = to_ms(given.replace(tzinfo=given.tzinfo or ZoneInfo(zone)))
    except (ValueError, OverflowError):
        return None
    return until if now < until <= now + FAR else None


async def note(visit: Visit) -> web.Response:
    """For colleagues; the member never sees it."""
    key, text = key_of(visit), visit.typed.get("note", "").strip()
    if not 0 < len(text) <= NOTE_MAX:
        return await again(visit, 422, conflict=visit.t("inbox.note_length", n=NOTE_MAX))
    strangers = await visit.write(whole.note, key, visit.who.login, text, visit.now)
    if strangers:
        return done(visit, key, kind="wait", said="inbox.nobody_named",
                    names=", ".join(strangers)[:200])  # fmt: skip
    return done(visit, key)


async def to_client(visit: Visit) -> web.Response:
    """To the people in the WeCom client; here it can only be read then."""
    key = key_of(visit)
    await visit.write(transfers.to_client, key, visit.who.login, visit.now, client_key_of(visit))
    visit.console.bells.ring("outbox.reply")
    return done(visit, key, kind="wait", said="inbox.transferred")


async def seen(visit: Visit) -> web.Response:
    """The lines stand before his eyes."""
    lead = visit.may(Right.INBOX_ASSIGN)
    if await visit.write(whole.mark_seen, visit.who.login, seen_of(visit), visit.now, lead=lead):
        visit.console.bells.ring("desk")
    return web.Response(status=204)


VERBS: Mapping[str, Verb] = {
    "take": told(take), "release": told(release), "resolve": told(resolve),
    "pass": told(hand_over), "snooze": told(snooze), "note": told(note),
    "transfer": told(to_client), "seen": seen,
}  # fmt: skip
