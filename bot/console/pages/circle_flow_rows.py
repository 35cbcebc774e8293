"""The rows behind one number of the flow: comings of a cell or of a code, or clicks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import Span, carrier, span_of, titles
from bot.console.pages.circle_flow import FORWARD, codes_of
from bot.console.pages.value_asked import FILE_MAX, Sheet, person
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import stamp
from bot.members.carriers import CARRIERS, POSTED
from bot.store import flowing, ledger_rows
from bot.store.engine import Row, Tx

SHOWN = 50
LAST = 1 << 62


@dataclass(frozen=True, slots=True)
class Cell:
    """What is asked for: a direction (or ``code``), where from, where to."""

    direction: str
    source: str
    target: str


def cell_of(visit: Visit) -> Cell:
    """The number in the address. Raises Refused."""
    cell = Cell(visit.query("dir"), visit.query("source").replace("\0", ""), visit.query("target"))
    fits = {
        "forward": cell.source in CARRIERS and cell.target in FORWARD,
        "reverse": cell.source in POSTED and cell.target in CARRIERS,
        "code": bool(cell.source),
    }
    if not fits.get(cell.direction):
        raise Refused(404, "error.gone")
    return cell


def read(
    tx: Tx, visit: Visit, cell: Cell, span: Span, begin: int, n: int
) -> list[Row]:  # fmt: skip
    """Rows of the cell: ``begin`` is how many are left out, or for clicks the event behind which
    they begin."""
    if cell.direction == "reverse":
        return flowing.clicks(tx, (cell.source, cell.target), span.begins, span.ends,
                              begin or LAST, n)  # fmt: skip
    if cell.direction == "code":
        return flowing.code_rows(tx, cell.source, span.begins, span.ends, n, begin)
    return flowing.rows(tx, (cell.source, cell.target), span.begins, span.ends, codes_of(visit), n,
                        begin)  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """A page of them, the latest first."""
    cell, span = cell_of(visit), span_of(visit)
    begin = whole(visit.query("from")) or 0

    def look(tx: Tx) -> tuple[list[Row], dict[str, str]]:
        rows = read(tx, visit, cell, span, begin, SHOWN + 1)
        return rows, _names(tx, rows)

    rows, names = await visit.read(look)
    asked = {"dir": cell.direction, "source": cell.source, "target": cell.target}
    after = str(rows[SHOWN - 1]["id"] if cell.direction == "reverse" else begin + SHOWN) \
        if len(rows) > SHOWN else ""  # fmt: skip
    more = span.link("/circles/flow/rows", **asked, **{"from": after}) if after else ""
    return await visit.page(
        "circle_flow_rows.html", span=span, cell=cell, more=more, tab="/circles/flow",
        sheet=_sheet(visit, cell, rows[:SHOWN], names | titles(visit)), said=_said(visit, cell),
        first=span.link("/circles/flow/rows", **asked) if begin else "",
        file=span.link("/circles/flow/rows.csv", **asked), back=span.link("/circles/flow"),
    )  # fmt: skip


def _names(tx: Tx, rows: Sequence[Row]) -> dict[str, str]:
    groups = sorted({row["place"] for row in rows if row.get("kind") == "group"})
    return ledger_rows.names(tx, groups) if groups else {}


def _said(visit: Visit, cell: Cell) -> str:
    if cell.direction == "code":
        return visit.t("circles.rows_code", code=cell.source)
    return visit.t(f"circles.rows_{cell.direction}", source=carrier(visit, cell.source),
                   target=carrier(visit, cell.target))  # fmt: skip


def _columns(cell: Cell) -> Sequence[str]:
    return ("clicked_at", "code", "account", "url") if cell.direction == "reverse" else \
        ("at_joined", "place", "code")  # fmt: skip


def _cells(visit: Visit, cell: Cell, row: Row, names: Mapping[str, str]) -> list[str]:
    zone = visit.console.config.timezone
    if cell.direction == "reverse":
        return [stamp(row["at"], zone)[:16], row["code"], row["account"], row["url"]]
    return [stamp(row["since"], zone)[:16], names.get(row["place"], row["place"]), row["code"]]


def _sheet(visit: Visit, cell: Cell, rows: Sequence[Row], names: Mapping[str, str]) -> Sheet:
    nobody = visit.t("circles.unknown")
    cells = [[person(row["name"] or "", row["member"]) or nobody, *_cells(visit, cell, row, names)]
             for row in rows]  # fmt: skip
    head = [visit.t(f"circles.c_{name}") for name in ("who", *_columns(cell))]
    return Sheet(head=head, rows=cells, words=len(head),
                 links={(n, 0): f"{BASE}/members/one?{urlencode({'m': row['member']})}"
                        for n, row in enumerate(rows) if row["member"]})  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """All of them as a file, at most FILE_MAX."""
    cell, span = cell_of(visit), span_of(visit)

    def look(tx: Tx) -> tuple[list[Row], dict[str, str]]:
        rows = read(tx, visit, cell, span, 0, FILE_MAX)
        return rows, _names(tx, rows)

    rows, names = await visit.read(look)
    head = [visit.t(f"circles.c_{name}") for name in ("member", "name", *_columns(cell))]
    cells = ([row["member"], row["name"] or "", *_cells(visit, cell, row, names | titles(visit))]
             for row in rows)  # fmt: skip
    return visit.csv(f"flow-{cell.direction}-rows.csv", BOM + lines([head, *cells]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/flow/rows", handler=show, needs=SEE),
    Route(method="GET", path="/circles/flow/rows.csv", handler=save, needs=SEE),
))  # fmt: skip
