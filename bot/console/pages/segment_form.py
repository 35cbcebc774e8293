"""A segment is put together: rows and a sentence, with whom they mean beside them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.console import segmenting
from bot.console.page import Page, Route
from bot.console.pages import segment_read
from bot.console.pages.segment_read import Person
from bot.console.rights import Right
from bot.console.segment_typed import Typed, fault_at, key_of, of_text, typed_of
from bot.console.told import told
from bot.console.visit import Visit
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.cast import Cast
from bot.library.segment_use import Use
from bot.store import audience, segments
from bot.store.engine import Tx
from bot.store.segments import Segment
from scheduler.conditions import FIELDS

SAMPLE = 4
KEPT = "save"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is wrong, in which row (its key), and the sentence before, at and behind the place."""

    message: str
    fix: str
    row: str = ""
    around: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """Whom a sentence means now. ``asked``: the member who was asked about, ``stranger``: who was
    asked for and was not found."""

    count: int | None = None
    everybody: int = 0
    people: list[Person] = field(default_factory=list)
    asked: Person | None = None
    stranger: str = ""
    fault: Fault | None = None


async def new(visit: Visit) -> web.Response:
    """An empty form; ``a`` has words to begin with."""
    words = visit.request.query.get("a", "")[:1_000]
    return await page(visit, of_text(words), "", visit.query("n"))


async def edit(visit: Visit) -> web.Response:
    """One that there is; ``a`` has other words for it."""
    one = await visit.read(segment_read.one_of, visit.query("s"))
    words = visit.request.query.get("a", "")[:1_000]
    return await page(visit, of_text(words or one.words), one.name, one.name, one.changed_at)


async def keep(visit: Visit) -> web.Response:
    """Keeps it, or shows the form as the pressed button makes it."""
    typed = read_form(visit)
    known, name = visit.typed.get("known", ""), visit.typed.get("name", "").strip()
    base = visit.typed_number("base") or 0
    if visit.typed.get("act") != KEPT:
        return await page(visit, typed, known, name, base)
    if not visit.may(Right.SEGMENTS_EDIT):
        return await page(visit, typed, known, name, base, 403, visit.t("error.right"))
    wrong = "" if name else "segments.needs_name"
    wrong = wrong if typed.text else "segments.needs_words"
    if wrong:
        return await page(visit, typed, known, name, base, 422, visit.t(wrong))
    try:
        other = await visit.write(_keep, visit, known, known or name, typed.text, base)
    except BadInput as exc:
        fault = fault_of(visit, typed.text, exc)
        said = " · ".join(part for part in (fault.message, fault.fix) if part)
        return await page(visit, typed, known, name, base, 422, said)
    if other is None:
        return visit.go(segment_read.at(known), "wait", "segments.unchanged")
    if isinstance(other, Segment):
        key = "segments.stale" if known else "segments.taken"
        said = visit.t(key, who=other.changed_by, name=name)
        return await page(visit, typed, known, name, other.changed_at if known else 0, 409, said)
    return visit.go(segment_read.at(known or name), "good", "segments.saved", name=known or name)


def _keep(
    tx: Tx, visit: Visit, known: str, name: str, words: str, base: int
) -> Segment | bool | None:
    """True when it is kept; the one that stands in the way; None when nothing changes."""
    there = segments.get(tx, name)
    if there is not None and there.changed_at != base:
        return there
    done = meant.save(tx, segment_read.cast_of(visit), name, words, visit.who.login, visit.now)
    return True if done or not known else None


def read_form(visit: Visit) -> Typed:
    """What the form says."""
    day = local(visit.now, visit.console.config.timezone).date()
    return typed_of(visit.typed, visit.lang, day)


async def page(
    visit: Visit, typed: Typed, known: str, name: str, base: int = 0, status: int = 200,
    said: str = "",
) -> web.Response:  # fmt: skip
    """The whole form."""

    def used(tx: Tx) -> list[Use]:
        return [*segment_read.used(tx, visit).get(known, ())] if known else []

    return await visit.page("segment_edit.html", status=status, known=known, name=name,
                            base_at=base, said=said, used=await visit.read(used),
                            saves=visit.may(Right.SEGMENTS_EDIT),
                            **await _builder(visit, typed))  # fmt: skip


async def build(visit: Visit) -> web.Response:
    """The rows and the sentence, as what was changed or pressed makes them."""
    typed = read_form(visit)
    answer = visit.part("segment_builder.html", **await _builder(visit, typed))
    answer.headers["HX-Trigger-After-Swap"] = "built"
    return answer


async def _builder(visit: Visit, typed: Typed) -> Mapping[str, Any]:
    lang = visit.lang
    fault = typed.wrong
    left = segmenting.unfinished(typed.group) if typed.group else 0
    if fault is None and typed.text and not left:
        fault = await visit.read(_wrong, visit, typed.text)
    return {
        "form": typed, "key": key_of, "fields": FIELDS, "shelves": segmenting.SHELVES,
        "fault": fault_of(visit, typed.text, fault) if fault else None,
        "choices": lambda field: segmenting.choices(field, lang),
        "chosen": lambda row: segmenting.chosen(row, lang),
        "sign_of": segmenting.sign_of, "signs_of": segmenting.signs_of,
        "sign_name": segmenting.sign_name, "unfinished": left,
        "listed": segmenting.listed(typed.group) if typed.group else (),
        "spans": segmenting.spans(lang), "amounts": segmenting.AMOUNTS,
    }  # fmt: skip


def _wrong(tx: Tx, visit: Visit, words: str) -> BadInput | None:
    """Why these words mean nothing now."""
    try:
        meant.meaning(tx, visit.cast or _nobody(visit), words)
    except BadInput as wrong:
        return wrong
    return None


def _nobody(visit: Visit) -> Cast:
    config = visit.console.config
    return Cast.empty(config.timezone, config.orders.rfm.thresholds)


def fault_of(visit: Visit, words: str, wrong: BadInput) -> Fault:
    """What is wrong with a sentence, and where."""
    column, path = fault_at(words, wrong)
    message, fix = told(visit.lang, wrong.message), told(visit.lang, wrong.fix or "")
    if not column:
        return Fault(message=message, fix=fix)
    at = min(column - 1, len(words))
    ends = next((n for n in range(at, len(words)) if words[n] == " " and n > at), len(words))
    here = words[at:ends] or "…"
    return Fault(message=message, fix=fix, row="" if path is None else key_of(path) or "0",
                 around=(words[max(0, at - 20) : at], here, words[ends : ends + 20]))  # fmt: skip


async def look(visit: Visit) -> web.Response:
    """Whom the form means, while it is filled in; nothing when he has typed on meanwhile."""
    typed = read_form(visit)
    if not typed.text or typed.group is None or segmenting.unfinished(typed.group):
        return visit.part("segment_look.html", form=typed, found=Looked(), wrong=typed.wrong,
                          said="")  # fmt: skip
    asked = visit.typed.get("m", "").strip()[:100]
    found = await visit.console.studio.newest_turn(
        f"{visit.who.login}/segment", lambda: visit.read(_looked, visit, typed.text, asked)
    )
    if found is None:
        return web.Response(status=204)
    return visit.part("segment_look.html", form=typed, found=found, wrong=None,
                      said=segmenting.told(visit.lang, typed.group))  # fmt: skip


def _looked(tx: Tx, visit: Visit, words: str, asked: str) -> Looked:
    sets, now = visit.console.sets, visit.now
    try:
        wanted = meant.meaning(tx, visit.cast or _nobody(visit), words)
    except BadInput as wrong:
        return Looked(fault=fault_of(visit, words, wrong))
    n = audience.count(tx, wanted, now, sets)
    ids = audience.sample(tx, wanted, now, SAMPLE, now // 86_400_000 * 7_919, sets) if n else []
    member = segment_read.looked_up(tx, asked)
    return Looked(
        count=n, everybody=audience.everybody(tx, now, sets),
        people=segment_read.persons(tx, visit, wanted, ids),
        asked=segment_read.person(tx, visit, wanted, member) if member else None,
        stranger="" if member else asked,
    )  # fmt: skip


async def warm(visit: Visit) -> web.Response:
    """Makes what nearly every count needs, while somebody reads the form."""
    await visit.read(visit.console.sets.warm, visit.now)
    return web.Response(status=204)


async def values(visit: Visit) -> web.Response:
    """What members have in a field, as options."""
    field = visit.query("f")
    named: list[tuple[str, int | None]]
    if field == "segment":
        rows = await visit.read(segment_read.listed, visit)
        named = [(row.one.name, row.count) for row in rows if row.one.archived_at is None]
    elif field == "persona":
        named = [(name, None) for name in (visit.cast.scripts if visit.cast else ())]
    else:
        named = [(one.value, one.n) for one in await visit.console.offers.of(field)]
    return visit.part("segment_values.html", named=named)


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/segments/new", handler=new, needs=SEE),
    Route(method="POST", path="/segments/new", handler=keep, needs=SEE),
    Route(method="GET", path="/segments/edit", handler=edit, needs=SEE),
    Route(method="POST", path="/segments/build", handler=build, needs=SEE),
    Route(method="POST", path="/segments/look", handler=look, needs=SEE),
    Route(method="GET", path="/segments/warm", handler=warm, needs=SEE),
    Route(method="GET", path="/segments/values", handler=values, needs=SEE),
))  # fmt: skip
