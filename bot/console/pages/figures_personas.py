"""What each persona did in some days: talks, answers, hand-offs, complaints, posts, versions, and
how many she reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages import figures_tables
from bot.console.pages.figures import MOST, SPANS, Asked, asked
from bot.console.pages.value_asked import Sheet
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import local
from bot.members.ledger import days
from bot.store import figures, ledger, views
from bot.store import mix as posts
from bot.store.engine import Tx
from bot.store.figures import Line, Report

COMPLAINT = "complaint"
TALKED = ("talk", "first", "bot", "model", "staff", "handoff")
COLUMNS = (*TALKED, "complaint", "posts", "versions", "reach")


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """One persona. ``line``: the figures; ``complaints``: hand-offs because of one; ``posts``: to
    moments and groups, each once; ``changes``: other versions that began to serve, ``version``
    serves now; ``reach``: her friends now, None where that is still being counted."""

    id: str
    name: str
    line: Line
    complaints: int
    posts: int
    changes: int
    version: int
    reach: int | None

    def value(self, column: str) -> int | None:
        """One of COLUMNS as a number."""
        own = {"complaint": self.complaints, "posts": self.posts, "versions": self.changes,
               "reach": self.reach}  # fmt: skip
        if column in own:
            return own[column]
        return int(figures_tables.value(self.line, column) or 0)


async def did(visit: Visit, form: Asked) -> list[Did]:
    """Every persona that serves or has figures, whoever talked most first."""
    zone = visit.console.config.timezone
    report = await visit.read(figures.report, form.begins, form.ends, visit.now, zone, form.chosen)
    reach = await visit.console.kept.soon("reach", lambda: visit.read(_reach, visit))

    def rest(tx: Tx) -> tuple[Mapping[str, int], Mapping[str, int], Counter[str]]:
        sent = Counter(one.persona for one in posts.sent(tx, form.begins, form.ends))
        return (views.changes(tx, list(_names(visit)), form.begins, form.ends),
                views.serving(tx), sent)  # fmt: skip

    changed, serving, sent = await visit.read(rest)
    named, talked, upset = _names(visit), report.lines("persona"), _complaints(report)
    ids = {*named, *(key for (key,) in talked), *(key for key, n in sent.items() if n)}
    if form.persona:
        ids &= {form.persona}
    found = [Did(id=id, name=named.get(id, id) or visit.t("figures.no_persona"),
                 line=talked.get((id,), Line()), complaints=upset[id], posts=sent[id],
                 changes=changed.get(id, 0), version=serving.get(id, 0),
                 reach=reach.value.get(id, 0) if reach is not None else None)
             for id in ids]  # fmt: skip
    return sorted(found, key=lambda one: (-one.line.counts["talk"], -one.posts, one.id))


def _names(visit: Visit) -> dict[str, str]:
    scripts = visit.cast.scripts if visit.cast is not None else {}
    return {key: script.persona.name for key, script in scripts.items()}


def _complaints(report: Report) -> Counter[str]:
    found = Counter[str]()
    for key, n in report.keys.items():
        if key.name == "handoff" and key.code == COMPLAINT:
            found[key.persona] += n
    return found


def _reach(tx: Tx, visit: Visit) -> dict[str, int]:
    """Friends of each persona's accounts at this moment, as its ledger closes."""
    if visit.cast is None:
        return {}
    zone = visit.console.config.timezone
    today = days(local(visit.now, zone).date(), 1, zone)
    return {id: ledger.of_persona(tx, accounts, today)[-1].closing for id in visit.cast.scripts
            if (accounts := visit.cast.accounts_of(id, "contact"))}  # fmt: skip


def sheet(visit: Visit, form: Asked, found: Sequence[Did]) -> Sheet:
    """The table of the page, a line for each; numbers lead to where they are told."""
    t = visit.t
    rows = [[one.name, *(_words(visit, one, name) for name in COLUMNS)] for one in found]
    links: dict[tuple[int, int], str] = {}
    for n, one in enumerate(found):
        links |= {(n, at): path for at, path in _paths(visit, form, one).items()}
    return Sheet(head=[t("figures.persona"), *(t(f"did.{name}") for name in COLUMNS)], rows=rows,
                 links=links)  # fmt: skip


def _words(visit: Visit, one: Did, name: str) -> str:
    n = one.value(name)
    if n is None:
        return visit.t("did.counting")
    told = f"{n:,}" if n else "–"
    serves = name == "versions" and one.version
    return f"{told}\n{visit.t('did.serves', n=one.version)}" if serves else told


def _paths(visit: Visit, form: Asked, one: Did) -> dict[int, str]:
    if not one.id:
        return {}
    found = {1: form.link("/figures", persona=one.id)}
    if one.posts and visit.may(Right.CONTENT_SEE):
        found[COLUMNS.index("posts") + 1] = f"{BASE}/mix?p={one.id}"
    if one.version and visit.may(Right.PERSONA_SEE):
        found[COLUMNS.index("versions") + 1] = f"{BASE}/personas/{one.id}/history"
    if one.reach and visit.may(Right.MEMBERS_SEE):
        rows = f"{BASE}/circles/rows?kind=persona&place={one.id}&what=closing"
        found[COLUMNS.index("reach") + 1] = rows
    return found


async def show(visit: Visit) -> web.Response:
    """The days in the address, or the last seven."""
    form = asked(visit)
    found = await did(visit, form)
    return await visit.page(
        "figures_personas.html", form=form, spans=SPANS, found=found,
        sheet=sheet(visit, form, found), tab="/figures/personas", columns=COLUMNS,
        fault=visit.t(form.fault, n=MOST) if form.fault else "",
        counting=any(one.reach is None for one in found),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file."""
    found = await did(visit, asked(visit))
    head: list[object] = [visit.t("figures.persona"), *(visit.t(f"did.{name}") for name in COLUMNS),
                          visit.t("did.version")]  # fmt: skip
    rows = [[one.name, *(one.value(name) for name in COLUMNS), one.version] for one in found]
    return visit.csv("personas.csv", BOM + lines([head, *rows]))


SEE = Right.FIGURES_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/figures/personas", handler=show, needs=SEE),
    Route(method="GET", path="/figures/personas.csv", handler=save, needs=SEE),
))  # fmt: skip
