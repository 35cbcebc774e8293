"""Who brought most, who carries the word, and which codes were refused and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.value_asked import FILE_MAX, SHOWN, Asked, Sheet, asked, person
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import stamp
from bot.members.invites import REFUSALS, Verdict
from bot.store import tree
from bot.store.engine import Tx
from bot.store.tree import Advocate, Inviter, Size

TOP = 20
TOLD = ("member", "name", "invited", "direct", "below", "depth")
CARRIES = ("member", "name", "shared", "praised", "invited")
REFUSED = ("when", "member", "name", "code", "via", "reason", "owner")
Ranked = Sequence[tuple[Inviter, Size]]


def _top(tx: Tx, begins: int, ends: int) -> Ranked:
    return [(one, tree.size(tx, one.member)) for one in tree.top(tx, begins, ends, TOP)]


def _told(rows: Ranked) -> list[list[object]]:
    return [[one.member, one.name, one.invited, size.direct, size.below, size.depth]
            for one, size in rows]  # fmt: skip


def _carried(rows: Sequence[Advocate]) -> list[list[object]]:
    return [[one.member, one.name, one.shared, one.praised, one.invited] for one in rows]


def _why(visit: Visit) -> Collection[Verdict]:
    asked_for = visit.query("why")
    return (Verdict(asked_for),) if asked_for in REFUSALS else REFUSALS


def _behind(visit: Visit) -> tuple[int, str] | None:
    at, _, event = visit.query("after").partition("-")
    number = whole(at)
    return (number, event) if number is not None else None


def _refused(visit: Visit, rows: Sequence[tree.Refused]) -> list[list[object]]:
    t, zone = visit.t, visit.console.config.timezone
    return [[stamp(one.at, zone)[:16], one.member, one.name, one.code, t(f"via.{one.via}"),
             t(f"verdict.{one.verdict.value}"), one.inviter] for one in rows]  # fmt: skip


def _sheet(
    visit: Visit, head: Sequence[str], rows: Sequence[Sequence[object]], words: int
) -> Sheet:
    cells = [[f"{n:,}" if isinstance(n, int) else str(n) for n in row] for row in rows]
    return Sheet(head=[visit.t(f"value.c_{name}") for name in head], rows=cells, words=words)


def _linked(form: Asked, members: Sequence[str], sheet: Sheet) -> Sheet:
    """The same table; each member leads to his place in the forest."""
    return replace(sheet, links={(n, 0): form.link("/value/tree", m=member)
                                 for n, member in enumerate(members)})  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Top inviters of the days, and a page of what was refused."""
    form, why = await asked(visit), _why(visit)
    top = await visit.read(_top, form.begins, form.ends)
    word = await visit.read(tree.advocates, form.begins, form.ends, TOP)
    found = await visit.read(tree.refused, why, _behind(visit), SHOWN + 1)
    shown, only = found[:SHOWN], visit.query("why") if len(why) == 1 else ""
    more = form.link("/value/invites", why=only, after=f"{shown[-1].at}-{shown[-1].event}") \
        if found[SHOWN:] else ""  # fmt: skip
    reasons = ["", *sorted(one.value for one in REFUSALS)]
    return await visit.page(
        "value_invites.html", form=form, tab="/value/invites", more=more,
        top=_linked(form, [one.member for one, _ in top], _sheet(visit, ("who", *TOLD[2:]), [
            [person(str(row[1]), str(row[0])), *row[2:]] for row in _told(top)], 1)),
        word=_linked(form, [one.member for one in word], _sheet(visit, ("who", *CARRIES[2:]), [
            [person(str(row[1]), str(row[0])), *row[2:]] for row in _carried(word)], 1)),
        refused=_linked(form, [one.member for one in shown], _sheet(
            visit, ("who", "when", *REFUSED[3:]), [
                [person(str(row[2]), str(row[1])), row[0], *row[3:]]
                for row in _refused(visit, shown)], len(REFUSED))),
        first=form.link("/value/invites", why=only) if visit.query("after") else "",
        chips=[(visit.t(f"verdict.{key}" if key else "value.part_all"),
                form.link("/value/invites", why=key), key == only) for key in reasons],
        files={name: form.link("/value/invites.csv", table=name, why=only)
               for name in ("top", "word", "refused")},
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """One of the tables as a file."""
    form, name = await asked(visit), visit.query("table")
    head: Sequence[str]
    if name == "top":
        head, rows = TOLD, _told(await visit.read(_top, form.begins, form.ends))
    elif name == "word":
        head, rows = CARRIES, _carried(await visit.read(tree.advocates, form.begins, form.ends,
                                                        FILE_MAX))  # fmt: skip
    elif name == "refused":
        found = await visit.read(tree.refused, _why(visit), None, FILE_MAX)
        head, rows = REFUSED, _refused(visit, found)
    else:
        raise Refused(404, "error.gone")
    titles = [visit.t(f"value.c_{one}") for one in head]
    return visit.csv(f"value-{name}.csv", BOM + lines([titles, *rows]))


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/invites", handler=show, needs=SEE),
    Route(method="GET", path="/value/invites.csv", handler=save, needs=SEE),
))  # fmt: skip
