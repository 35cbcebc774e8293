"""The FAQ desk: what members asked in vain becomes a wording, an answer, or is set aside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.console.deciders import deciders
from bot.console.page import Entry, Page, Route
from bot.console.pages.content_words import refused
from bot.console.rights import RIGHTS, Right
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.library.faqdesk import Answer, Asked, FaqDesk
from bot.library.imports.report import Refusal
from bot.store import unmatched, versions
from bot.store.engine import Tx
from bot.store.staff import Account

DAYS, SHOWN, TOLD = 90, 30, 50
NORMS = "\n"  # a normalised question has no line break


async def show(visit: Visit) -> web.Response:
    """What waits, of one persona; who has the most comes first."""
    return await _page(visit, visit.query("p"))


async def _page(visit: Visit, persona: str, status: int = 200, fault: str = "") -> web.Response:
    cast = visit.cast
    scripts = cast.scripts if cast is not None else {}
    counts = await visit.read(unmatched.counts, visit.now - DAY * DAYS)
    names = sorted(scripts)
    if persona not in scripts:
        persona = max(names, key=lambda one: counts.get(one, 0), default="")
    desk = _desk(visit)
    groups = await desk.open(scripts[persona], DAYS) if persona else ()
    decided = await desk.decided(persona) if persona else []
    deciding, draft = await visit.read(_beside, persona)
    tabs = [(one, scripts[one].persona.name, counts.get(one, 0)) for one in names]
    return await visit.page("questions.html", status=status, fault=fault, tabs=tabs, days=DAYS,
                            persona=persona, groups=groups[:SHOWN], more=len(groups) - SHOWN,
                            decided=decided[:TOLD], typed=visit.typed, where=_where,
                            deciders=deciding, draft=draft)  # fmt: skip


def _beside(tx: Tx, persona: str) -> tuple[Sequence[str], int]:
    """Who may answer, and the number of a draft of the persona that is not published; 0: none."""
    newest, held = versions.newest(tx, "persona", persona), versions.serving(tx, "persona", persona)
    waits = newest is not None and (held is None or newest.version > held.version)
    return deciders(tx, Right.PERSONA_EDIT, (), False), newest.version if newest and waits else 0


def _where(persona: str, rule: str) -> str:
    return f"/personas/{persona}/faq?" + urlencode({"row": rule.removeprefix("faq:")})


def _desk(visit: Visit) -> FaqDesk:
    return FaqDesk(visit.console.store, visit.console.rehearsal.desk, visit.console.clock)


Verb = Callable[[Visit, Asked], Awaitable[tuple[str, Mapping[str, Any]]]]


async def _wording(visit: Visit, asked: Asked) -> tuple[str, Mapping[str, Any]]:
    typed = visit.typed
    n = await _desk(visit).add_wording(asked, typed.get("rule", ""), typed.get("wording", ""))
    return "questions.worded", {"n": n}


async def _answer(visit: Visit, asked: Asked) -> tuple[str, Mapping[str, Any]]:
    typed = visit.typed
    n = await _desk(visit).add_answer(asked, Answer(
        question=typed.get("question", ""), answer=typed.get("answer", ""),
        similar=typed.get("similar", "")))  # fmt: skip
    return "questions.answered", {"n": n}


async def _aside(visit: Visit, asked: Asked) -> tuple[str, Mapping[str, Any]]:
    return "questions.put_aside", {"n": await _desk(visit).set_aside(asked)}


async def _take_up(visit: Visit, asked: Asked) -> tuple[str, Mapping[str, Any]]:
    for norm in asked.norms:
        await _desk(visit).take_up(asked.persona, norm, asked.actor)
    return "questions.taken_up", {}


VERBS: Mapping[str, Verb] = {
    "wording": _wording, "answer": _answer, "aside": _aside, "take_up": _take_up,
}  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """One group of questions is decided about. A draft of the persona comes of it, or nothing."""
    persona, typed = visit.request.match_info["id"], visit.typed
    norms = tuple(one for one in typed.get("norms", "").replace("\r", "").split(NORMS) if one)
    verb = VERBS.get(typed.get("do", ""))
    if verb is None or not norms or visit.cast is None or persona not in visit.cast.scripts:
        raise Refused(422, "questions.gone")
    try:
        key, facts = await verb(visit, Asked(persona=persona, norms=norms, actor=visit.who.login))
    except Refusal as exc:
        return await _page(visit, persona, 422, visit.t("questions.refused", why=str(exc)))
    except BadInput as exc:
        return await _page(visit, persona, 422, visit.t("personas.unreadable", why=str(exc)))
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        return await _page(visit, persona, 409, visit.t(key, **facts))
    visit.console.bells.ring("library")
    return visit.go(f"/questions?p={quote(persona, safe='')}", "good", key, **facts)


def _wait(tx: Tx, who: Account, now: int) -> int:
    """Questions that nobody has decided about, for who may."""
    if Right.PERSONA_EDIT not in RIGHTS.get(who.role, ()):
        return 0
    return sum(unmatched.counts(tx, now - DAY * DAYS).values())


PAGE = Page(
    routes=(
        Route(method="GET", path="/questions", handler=show, needs=Right.PERSONA_SEE),
        Route(method="POST", path="/questions/{id}", handler=decide, needs=Right.PERSONA_EDIT),
    ),
    entry=Entry(path="/questions", name="questions.title", needs=Right.PERSONA_SEE, order=44,
                key="f", count=_wait, topics=("library",)),
)  # fmt: skip
