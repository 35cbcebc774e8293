"""The guard may be wrong: who thinks so asks a lead, who lets the words pass or does not."""

from __future__ import annotations

from aiohttp import web

from bot.console.findings import findings
from bot.console.naming import codes
from bot.console.pages.inbox_colleagues import leads
from bot.console.pages.inbox_compose import judged, ring, speaking
from bot.console.pages.inbox_thread import again, key_of, window_of
from bot.console.pages.inbox_verbs import REASON_MAX, done, reason_of, seen_of, told
from bot.console.visit import Refused, Visit
from bot.core.body import Text
from bot.core.guarding import FORCED
from bot.library.speech import codes_of, excused
from bot.persona.guard import blocking
from bot.store import appeals, conversations, whole
from bot.store.engine import Row, Tx
from bot.store.staffwords import Words

TEXT_MAX = 4_000


def asked(tx: Tx, login: str) -> list[str]:
    """The leads; others than who asks, if there are any."""
    every = leads(tx)
    return [one for one in every if one != login] or every


@told
async def ask(visit: Visit) -> web.Response:
    """Puts what the guard stopped before the leads, as a note that names them."""
    text, key, login = visit.typed.get("text", "").strip(), key_of(visit), visit.who.login
    talk, persona, setting = await speaking(visit)
    stopping = blocking(judged(visit, talk, persona, setting, Text(text)))
    if not stopping or len(text) > TEXT_MAX:
        return await again(visit, 422, conflict=visit.t("appeal.nothing"))
    found = findings(stopping, text, setting, persona, visit.lang)
    if bar := next((one["bar"] for one in found if one["bar"]), ""):
        return await again(visit, 422, problems=found, conflict=visit.t(f"appeal.bar_{bar}"))
    words = visit.t("appeal.note", codes=codes(visit.lang, codes_of(stopping)), text=text)
    if why := why_of(visit):
        words = f"{words}\n{visit.t('appeal.note_why', why=why)}"
    kept = [{name: one[name] for name in ("code", "words", "message")} for one in found]

    def write(tx: Tx) -> list[str]:
        whom = asked(tx, login)
        if whom:
            appeals.ask(tx, key, login, text, kept, whom, visit.now, words)
        return whom

    whom = await visit.write(write)
    if not whom:
        return await again(visit, 422, problems=found, conflict=visit.t("appeal.nobody"))
    return done(visit, key, kind="wait", said="appeal.asked", names=", ".join(whom)[:200])


def why_of(visit: Visit) -> str:
    """Why he would say it, in one line."""
    return " ".join(visit.typed.get("why", "").split())[:REASON_MAX]


@told
async def withdraw(visit: Visit) -> web.Response:
    """Who asked takes it back: nothing leaves, whatever a lead would have said."""
    note, key, login = visit.typed_number("note"), key_of(visit), visit.who.login
    if note is None:
        raise Refused(422, "inbox.odd_form")
    await visit.write(appeals.take_back, key, note, login, visit.now, "")
    return done(visit, key, kind="good", said="appeal.taken_back")


@told
async def decide(visit: Visit) -> web.Response:
    """The lead's word about it, with the reason that is kept."""
    note, reason, key = visit.typed_number("note"), reason_of(visit), key_of(visit)
    if note is None:
        raise Refused(422, "inbox.odd_form")
    if not reason:
        return await again(visit, 422, conflict=visit.t("appeal.reason_missing"))
    if visit.typed.get("verb") != "send":
        await visit.write(_keep_back, key, note, visit.who.login, visit.now, reason)
        return done(visit, key, kind="good", said="appeal.refused")
    return await _let_pass(visit, key, note, reason)


def _keep_back(tx: Tx, key: str, note: int, login: str, now: int, reason: str) -> None:
    appeals.decide(tx, appeals.open_one(tx, key, note), login, now, reason)


async def _let_pass(visit: Visit, key: str, note: int, reason: str) -> web.Response:
    """Sends the words, in the name of who wrote them while he holds the conversation. What the
    guard says of them now, beside what it said then, keeps them here."""
    talk, persona, setting = await speaking(visit)
    seen, login, now = seen_of(visit), visit.who.login, visit.now
    script = setting.cast.scripts.get(persona)

    def write(tx: Tx) -> str:
        row = appeals.open_one(tx, key, note)
        passed = {one["code"] for one in appeals.found_of(row)} - FORCED
        found = judged(visit, talk, persona, setting, Text(row["text"]), row["staff"])
        words = Words(
            body=Text(row["text"]), persona=persona, client_key=f"appeal-{note}",
            persona_version=script.version if script else 0, excused=tuple(sorted(passed)),
            stopped=codes_of(blocking(excused(found, passed))),
        )  # fmt: skip
        sender = _sender(tx, key, row, login)
        made = whole.reply(tx, key, sender, words, now, seen, window_of(visit))
        appeals.decide(tx, row, login, now, reason, made.outbox)
        return sender

    await visit.write(write)
    ring(visit, talk)
    return done(visit, key, kind="good", said="appeal.sent")


def _sender(tx: Tx, key: str, row: Row, login: str) -> str:
    """Whoever of the two holds the conversation; who asked, if neither does."""
    held = conversations.get(tx, key)
    return login if held is not None and held["held_by"] == login else str(row["staff"])
