"""Words of staff on their way out: looked at while they are typed, judged before they are kept."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from bot.console.findings import findings
from bot.console.pages.inbox_thread import (
    again,
    draft_text,
    key_of,
    persona_of,
    setting_of,
    window_of,
)
from bot.console.pages.inbox_verbs import client_key_of, done, seen_of, told
from bot.console.visit import Refused, Visit
from bot.core.body import Body, Text
from bot.core.clock import MINUTE
from bot.library.speech import Setting, codes_of, look
from bot.persona.guard import Problem, blocking
from bot.store import conversations, drafts, joins, quick, whole, withdrawing
from bot.store.engine import Row, Tx
from bot.store.staffwords import Words

TEXT_MAX = 4_000  # characters that are looked at while they are typed; what is sent is judged whole
ALIVE = 1 * MINUTE  # a sign of life is written down this often at most
SENDERS = {"robot": ("outbox.robot", "outbox.linked")}


async def speaking(visit: Visit) -> tuple[Row, str, Setting]:
    """The conversation, whose it is, and what surrounds a word there. Raises Refused."""

    def read(tx: Tx) -> tuple[Row | None, Setting | None]:
        return conversations.get(tx, key_of(visit)), setting_of(visit, tx)

    talk, setting = await visit.read(read)
    if talk is None:
        raise Refused(404, "inbox.gone")
    if setting is None:
        raise Refused(503, "inbox.starting")
    return talk, persona_of(visit, talk), setting


def judged(
    visit: Visit, talk: Row, persona: str, setting: Setting, body: Body, login: str = ""
) -> tuple[Problem, ...]:
    """What guard and voice say about words of his, or of a colleague's."""
    operator = login or visit.who.login
    return look(setting, persona, body, channel=talk["channel"], operator=operator)


def ring(visit: Visit, talk: Row) -> None:
    """Something waits for whoever sends there."""
    for bell in SENDERS.get(talk["channel"], ("outbox.reply",)):
        visit.console.bells.ring(bell)


async def lint(visit: Visit) -> web.Response:
    """Findings about the words in the composer, as they are typed. Who types does not lose what he
    holds."""
    text = visit.typed.get("text", "")[:TEXT_MAX]
    if not text.strip():
        return _json([])
    talk, persona, setting = await speaking(visit)
    if talk["held_by"] == visit.who.login and visit.now - (talk["active_at"] or 0) >= ALIVE:
        await visit.write(whole.alive, talk["id"], visit.who.login, visit.now)
    problems = judged(visit, talk, persona, setting, Text(text))
    return _json(findings(problems, text, setting, persona, visit.lang))


def _json(found: list[dict[str, Any]]) -> web.Response:
    return web.Response(body=orjson.dumps({"findings": found}), content_type="application/json")


async def send(
    visit: Visit, talk: Row, persona: str, setting: Setting, body: Body, stopped: str = ""
) -> web.Response:
    """Queues a body in the persona's name. Raises Conflict."""
    key, seen, login, now = talk["id"], seen_of(visit), visit.who.login, visit.now
    script = setting.cast.scripts.get(persona)
    words = Words(body=body, persona=persona, client_key=client_key_of(visit), stopped=stopped,
                  persona_version=script.version if script else 0)  # fmt: skip
    used = visit.typed_number("quick")

    def write(tx: Tx) -> bool:
        made = whole.reply(tx, key, login, words, now, seen, window_of(visit))
        if not made.again:
            whole.mark_seen(tx, login, seen, now)
            if used is not None:
                quick.use(tx, used, now)
        asked = withdrawing.open_of(tx, joins.keys(tx, key))
        return any(row["staff"] == login for row in asked)

    asks = await visit.write(write)
    ring(visit, talk)
    return done(visit, key, kind="wait", said="appeal.still_asked") if asks else done(visit, key)


@told
async def reply(visit: Visit) -> web.Response:
    """An answer of the holder's. What the guard stops stays in the composer, with the findings."""
    text = visit.typed.get("text", "").strip()
    if not text:
        return await again(visit, 422, conflict=visit.t("inbox.nothing_typed"))
    talk, persona, setting = await speaking(visit)
    problems = judged(visit, talk, persona, setting, Text(text))
    stopping = blocking(problems)
    if stopping:
        found = findings(problems, text, setting, persona, visit.lang)
        return await again(visit, 422, problems=found, conflict=visit.t("inbox.stopped"))
    return await send(visit, talk, persona, setting, Text(text), codes_of(stopping))


@told
async def draft(visit: Visit) -> web.Response:
    """A text of the language model: sent as it is, sent changed, or thrown away."""
    number, verb = visit.typed_number("draft"), visit.typed.get("verb", "")
    if number is None:
        raise Refused(422, "inbox.odd_form")
    talk, persona, setting = await speaking(visit)
    if verb == "discard":
        await visit.write(drafts.discard, number, visit.who.login, visit.now)
        return done(visit, talk["id"])
    text = visit.typed.get("text", "").strip()
    changed = await _changed(visit, number, text)
    if changed is not None:
        problems = judged(visit, talk, persona, setting, Text(changed))
        if blocking(problems):
            found = findings(problems, changed, setting, persona, visit.lang)
            return await again(visit, 422, problems=found, conflict=visit.t("inbox.stopped"))
    if not await visit.write(drafts.approve, number, visit.who.login, visit.now, changed):
        return await again(visit, 409, conflict=visit.t("inbox.draft_over"))
    ring(visit, talk)
    return done(visit, talk["id"], kind="good", said="inbox.draft_sent")


async def _changed(visit: Visit, number: int, text: str) -> str | None:
    """The new words, or None when they are the model's own."""
    found = [d for d in await visit.read(drafts.waiting, visit.now) if d.id == number]
    return None if not text or (found and draft_text(found[0])[0] == text) else text
