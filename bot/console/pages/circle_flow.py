"""Who came from which carrier to where, who went back out, by whom who leads, and by which code;
each number opens its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.circle_asked import Span, carrier, circles_of, persona_name, span_of
from bot.console.pages.value_asked import Sheet, shade
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.carrying import by_code
from bot.members.carriers import CARRIERS, TARGETS
from bot.members.flowing import Cell, Led
from bot.store import circles, flowing
from bot.store.engine import Tx
from bot.store.flowing import OfCode

CODES = 50  # of them are shown; a file has all
FORWARD = tuple(TARGETS.values())
TABLES = ("forward", "reverse", "leaders", "codes")


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything the page reads."""

    cells: Sequence[Cell]
    led: Sequence[Led]
    codes: Sequence[OfCode]


def codes_of(visit: Visit) -> dict[str, str]:
    """``[carriers] codes`` of the settings."""
    return by_code(visit.console.config.carriers)


def _read(tx: Tx, visit: Visit, span: Span) -> Flow:
    codes = codes_of(visit)
    leaders = {name: circles.led_by(tx, one) for name, one in circles_of(visit).items()}
    return Flow(flowing.matrix(tx, span.begins, span.ends, codes),
                flowing.led(tx, span.begins, span.ends, personas_of(visit), leaders),
                flowing.by_code(tx, span.begins, span.ends, codes))  # fmt: skip


def personas_of(visit: Visit) -> dict[str, str]:
    """Who speaks for which staff account."""
    accounts = visit.cast.accounts if visit.cast is not None else {}
    return {account: persona for (channel, account), persona in accounts.items()
            if channel == "contact"}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Both matrices, and the same by leader and by code."""
    span = span_of(visit)
    found = await visit.read(_read, visit, span)
    sheets = [(name, sheet, span.link("/circles/flow.csv", table=name))
              for name, sheet in _sheets(visit, span, found) if sheet.rows]  # fmt: skip
    return await visit.page("circle_flow.html", span=span, sheets=sheets, tab="/circles/flow",
                            codes_most=CODES, codes=len(found.codes))  # fmt: skip


def _sheets(visit: Visit, span: Span, found: Flow) -> list[tuple[str, Sheet]]:
    return [("forward", _matrix(visit, span, found.cells, "forward")),
            ("reverse", _matrix(visit, span, found.cells, "reverse")),
            ("leaders", _led(visit, found.led)),
            ("codes", _codes(visit, span, found.codes[:CODES]))]  # fmt: skip


def matrix(
    cells: Sequence[Cell], direction: str
) -> tuple[list[str], list[str], Mapping[tuple[str, str], int]]:
    """Sources (those with most first), targets, and the number of each pair."""
    mine = {(c.source, c.target): c.n for c in cells if c.direction == direction}
    order = list(CARRIERS)
    targets = [t for t in (FORWARD if direction == "forward" else order)
               if any(pair[1] == t for pair in mine)]  # fmt: skip
    sums = {s: sum(n for pair, n in mine.items() if pair[0] == s) for s, _ in mine}
    return sorted(sums, key=lambda s: (-sums[s], s)), targets, mine


def _matrix(visit: Visit, span: Span, cells: Sequence[Cell], direction: str) -> Sheet:
    sources, targets, n = matrix(cells, direction)
    rows = [[carrier(visit, s), *(_n(n.get((s, t), 0)) for t in targets),
             _n(sum(n.get((s, t), 0) for t in targets))] for s in sources]  # fmt: skip
    foot = [_n(sum(n.get((s, t), 0) for s in sources)) for t in targets]
    links = {(i, j): span.link("/circles/flow/rows", dir=direction, source=s, target=t)
             for i, s in enumerate(sources) for j, t in enumerate(targets, 1)
             if n.get((s, t))}  # fmt: skip
    most = max(n.values(), default=0)
    shades = {(i, j): shade(n[s, t], most) for i, s in enumerate(sources)
              for j, t in enumerate(targets, 1) if n.get((s, t))}  # fmt: skip
    head = [visit.t(f"circles.from_{direction}"), *(carrier(visit, t) for t in targets)]
    return Sheet(head=[*head, visit.t("circles.in_all")], rows=rows, links=links,
                 shades=shades,
                 foot=[visit.t("circles.in_all"), *foot, _n(sum(n.values()))])  # fmt: skip


def _n(n: int) -> str:
    return f"{n:,}" if n else "–"


def _leader(visit: Visit, id: str) -> str:
    return persona_name(visit, id) if id else visit.t("circles.nobody")


def _led(visit: Visit, found: Sequence[Led]) -> Sheet:
    n = {(one.leader, one.target): one.n for one in found}
    leaders = sorted({one.leader for one in found},
                     key=lambda id: (-sum(n.get((id, t), 0) for t in FORWARD), id))  # fmt: skip
    rows = [[_leader(visit, id), *(_n(n.get((id, t), 0)) for t in FORWARD),
             _n(sum(n.get((id, t), 0) for t in FORWARD))] for id in leaders]  # fmt: skip
    head = [visit.t("circles.led_by"), *(carrier(visit, t) for t in FORWARD),
            visit.t("circles.in_all")]  # fmt: skip
    foot = [_n(sum(n.get((id, t), 0) for id in leaders)) for t in FORWARD]
    return Sheet(head=head, rows=rows,
                 foot=[visit.t("circles.in_all"), *foot, _n(sum(n.values()))])  # fmt: skip


def _kinds(visit: Visit, one: OfCode) -> str:
    names = [visit.t(f"code_kind.{kind}") for kind in one.kinds]
    return visit.t("value.c_sep").join(names) or visit.t("code_kind.none")


def _carrier_of(visit: Visit, one: OfCode) -> str:
    return carrier(visit, one.carrier) if one.carrier else visit.t("circles.names_none")


def _codes(visit: Visit, span: Span, found: Sequence[OfCode]) -> Sheet:
    rows = [[one.code, _kinds(visit, one), _carrier_of(visit, one), _n(one.friends), _n(one.groups)]
            for one in found]  # fmt: skip
    head = [visit.t(f"circles.c_{name}") for name in ("code", "kind", "carrier")]
    links = {(n, 0): span.link("/circles/flow/rows", dir="code", source=one.code)
             for n, one in enumerate(found)}  # fmt: skip
    return Sheet(head=[*head, carrier(visit, "friend"), carrier(visit, "group")], rows=rows,
                 words=3, links=links)  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """One of the tables as a file, a line for each pair."""
    name, span, t = visit.query("table"), span_of(visit), visit.t
    if name not in TABLES:
        raise Refused(404, "error.gone")
    found = await visit.read(_read, visit, span)
    head: Sequence[str]
    rows: list[list[object]]
    if name == "codes":
        head, rows = ("code", "kind", "carrier", "friends", "groups"), [
            [one.code, _kinds(visit, one), one.carrier, one.friends, one.groups]
            for one in found.codes]  # fmt: skip
    elif name == "leaders":
        head, rows = ("leader", "target", "n"), [
            [_leader(visit, one.leader), one.target, one.n] for one in found.led]  # fmt: skip
    else:
        head, rows = ("source", "target", "n", "persons"), [
            [c.source, c.target, c.n, c.persons]
            for c in found.cells if c.direction == name]  # fmt: skip
    titled = [t(f"circles.c_{one}") for one in head]
    return visit.csv(f"flow-{name}.csv", BOM + lines([titled, *rows]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/flow", handler=show, needs=SEE),
    Route(method="GET", path="/circles/flow.csv", handler=save, needs=SEE),
))  # fmt: skip
