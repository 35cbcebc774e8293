"""The persons behind one number of a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import carrier
from bot.console.pages.circle_ledger import Asked, asked, called, of, of_one
from bot.console.pages.value_asked import FILE_MAX, Sheet, person
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import stamp
from bot.console.words import said_or
from bot.members.carriers import TARGETS
from bot.members.ledger import Part, summed
from bot.store import ledger_rows, people
from bot.store.engine import Row, Tx
from bot.store.ledger_rows import FIRST, SHOWN, WHATS, Behind, What

MOVES = ("joined", "left")


def _what(visit: Visit) -> What:
    found = next((one for one in WHATS if one == visit.query("what")), None)
    if found is None:
        raise Refused(404, "error.gone")
    return found


def _behind(visit: Visit) -> Behind:
    moment, _, member = visit.query("after").partition("~")
    number = whole(moment)
    return Behind(number, member) if number is not None else FIRST


def _number(part: Part | None, what: What) -> int:
    return getattr(part, what) if part is not None else 0


async def show(visit: Visit) -> web.Response:
    """A page of them, with the number that they add up to."""
    form, what = _form(visit), _what(visit)
    which, span = of(visit, form.kind, form.place), (form.span.begins, form.span.ends)

    def look(tx: Tx) -> tuple[int, list[Row], dict[str, str], str]:
        rows = ledger_rows.rows(tx, which, what, span, _behind(visit), SHOWN + 1)
        days = of_one(tx, which, form.span.days)
        inviters = people.names_of(tx, sorted({r["inviter"] for r in rows if r.get("inviter")}))
        place = called(tx, visit, form.kind, [form.place]).get(form.place, form.place)
        return _number(summed(days) if days else None, what), rows, inviters, place

    n, rows, names, place = await visit.read(look)
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    more = "" if last is None else form.link("/circles/rows", what=what,
                                             after=f"{last['at']}~{last['member']}")  # fmt: skip
    day = form.span.since.isoformat(), form.span.until.isoformat()
    return await visit.page(
        "circle_rows.html", form=form, what=what, n=n, place=place, more=more, day=day,
        sheet=_sheet(visit, form, what, rows[:SHOWN], names), tab="/circles/ledger",
        first=form.link("/circles/rows", what=what) if visit.query("after") else "",
        file=form.link("/circles/rows.csv", what=what), back=form.link(since="", until=""),
    )  # fmt: skip


def _form(visit: Visit) -> Asked:
    form = asked(visit)
    if form.whole:
        raise Refused(404, "error.gone")
    return form


def _columns(form: Asked, what: What) -> Sequence[str]:
    if form.kind in ("persona", "brand"):
        return ("who", "at_left" if what == "left" else "at_joined")
    return ("who", "at_left" if what == "left" else "at_joined",
            "ended" if what == "left" else "by", "came", "inviter")  # fmt: skip


def _cells(
    visit: Visit, form: Asked, what: What, row: Row, names: dict[str, str]
) -> list[str]:  # fmt: skip
    first = stamp(row["at"], visit.console.config.timezone)[:16]
    if form.kind in ("persona", "brand"):
        return [first]
    how = ended(visit, row["ended"]) if what == "left" else by(visit, row)
    return [first, how, came(visit, row["came"]), names.get(row["inviter"], "") or row["inviter"]]


def came(visit: Visit, kind: str) -> str:
    """Where somebody was already."""
    return carrier(visit, TARGETS.get(kind, kind)) if kind else ""


def by(visit: Visit, row: Row) -> str:
    """By which rule or code somebody came."""
    if not row["source"]:
        return said_or(visit.lang, f"came_by.{row['how']}", row["how"])
    return said_or(visit.lang, f"admitted.{row['source']}", row["source"])


def ended(visit: Visit, how: str) -> str:
    """By what a stay ended."""
    return said_or(visit.lang, f"went_by.{how}", how)


def _sheet(
    visit: Visit, form: Asked, what: What, rows: Sequence[Row], names: dict[str, str]
) -> Sheet:  # fmt: skip
    cells = [[person(row["name"] or "", row["member"]), *_cells(visit, form, what, row, names)]
             for row in rows]  # fmt: skip
    head = [visit.t(f"circles.c_{name}") for name in _columns(form, what)]
    return Sheet(head=head, rows=cells, words=len(head),
                 links={(n, 0): f"{BASE}/members/one?{urlencode({'m': row['member']})}"
                        for n, row in enumerate(rows)})  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """All of them as a file, at most FILE_MAX."""
    form, what = _form(visit), _what(visit)
    which, span = of(visit, form.kind, form.place), (form.span.begins, form.span.ends)

    def look(tx: Tx) -> list[Row]:
        return list(islice(ledger_rows.every(tx, which, what, span), FILE_MAX))

    rows = await visit.read(look)
    head = [visit.t(f"circles.c_{name}")
            for name in ("member", "name", *_columns(form, what)[1:])]  # fmt: skip
    cells = ([row["member"], row["name"] or "", *_cells(visit, form, what, row, {})]
             for row in rows)  # fmt: skip
    return visit.csv(f"ledger-{what}.csv", BOM + lines([head, *cells]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/rows", handler=show, needs=SEE),
    Route(method="GET", path="/circles/rows.csv", handler=save, needs=SEE),
))  # fmt: skip
