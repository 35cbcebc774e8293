"""One dated list: who fits and who nearly does, the events behind each number, who was asked and
what he said; asking and ending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.community.activity import activity_of
from bot.community.seeding import ACCEPTED, ASKED, ENDED, Round
from bot.community.seeds import Proof
from bot.console import happened
from bot.console.cells import BOM, lines
from bot.console.happened import Told
from bot.console.page import Page, Route
from bot.console.pages.circle_asked import at, titles
from bot.console.pages.seeds import SEE, list_at, member_link, rules_named, rung
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.span import parse_span
from bot.store import history, membership, seedlists, seeds
from bot.store.engine import Row, Tx
from bot.store.membership import Called
from bot.store.seedlists import Line, SeedRefused

WHY_MAX, SHOWN = 200, 12  # events that are shown behind a number, the latest
TICK = "m:"  # begins the names of the boxes to tick
NUMBERS = ("days", "posts", "stay", "orders", "brought")


@dataclass(frozen=True, slots=True)
class Shown:
    """One person. ``proofs`` by what they count; ``asked``: his invitation, whatever list it came
    from; ``state``: how that stands; ``free``: he may be asked now."""

    line: Line
    proofs: Mapping[str, Proof]
    asked: Round | None
    state: str
    free: bool


async def show(visit: Visit) -> web.Response:
    """The list, those who fit first."""
    row, rows = await visit.read(_read, visit.query("l")[:200], visit.now)
    rules = rules_named(visit, row["circle"])
    places = row["criteria"].get("places") or 0
    kinds = [name for name in NUMBERS if any(name in one.proofs for one in rows)]
    return await visit.page(
        "seed_list.html", row=row, rules=rules, title=titles(visit).get(row["circle"]),
        fit=[one for one in rows if one.line.place], near=[one for one in rows
        if not one.line.place], first=places, kinds=kinds, tab="one",
        numbers=[visit.t(f"seed_number.{name}") for name in kinds], list_at=list_at,
        link=member_link, acts=visit.may(Right.COMMUNITY_ACT), why_most=WHY_MAX,
    )  # fmt: skip


def _read(tx: Tx, id: str, now: int) -> tuple[Row, list[Shown]]:
    row = seedlists.get(tx, id)
    if row is None:
        raise Refused(404, "seeds.no_list")
    asked = {one["member"]: seeds.round_of(one)
             for one in reversed(seeds.rounds(tx, row["circle"]))}  # fmt: skip
    again = parse_span(row["criteria"].get("again", "180d"))
    return row, [_shown(line, asked.get(line.member), again, now)
                 for line in seedlists.lines(tx, id)]  # fmt: skip


def _shown(line: Line, asked: Round | None, again: int, now: int) -> Shown:
    state = asked.at(now) if asked else ""
    late = asked is not None and now >= asked.asked_at + again
    free = state in ("", ENDED) or (late and state not in (ASKED, ACCEPTED))
    return Shown(line, {one.what: one for one in line.judged.proofs}, asked, state, free)


async def evidence(visit: Visit) -> web.Response:
    """The events behind the numbers of one person."""
    id, member = visit.query("l")[:200], visit.query("m")[:200]

    def read(tx: Tx) -> tuple[Row, Shown, list[tuple[Proof, list[Told]]]]:
        row, rows = _read(tx, id, visit.now)
        one = next((each for each in rows if each.line.id == member), None)
        if one is None:
            raise Refused(404, "seeds.no_list")
        return row, one, list(_told(tx, visit, one.line.judged.proofs))

    row, one, found = await visit.read(read)
    return await visit.page("seed_evidence.html", row=row, one=one, found=found, tab="one",
                            title=titles(visit).get(row["circle"]), list_at=list_at,
                            link=member_link, shown=SHOWN)  # fmt: skip


def _told(tx: Tx, visit: Visit, proofs: Sequence[Proof]) -> Iterable[tuple[Proof, list[Told]]]:
    for proof in proofs:
        told = history.named(tx, proof.events[-SHOWN:])
        rows = sorted(told.values(), key=lambda line: line.event.order, reverse=True)
        names = _titled(visit, membership.called(tx, rows), rows)
        yield proof, [happened.told(visit.lang, line, names) for line in rows]


def _titled(visit: Visit, names: Called, rows: Sequence[history.Line]) -> Called:
    """With what runs and missions are called."""
    known = visit.cast.activities if visit.cast is not None else {}
    runs = {one.event.place: known[activity_of(one.event.place)].title for one in rows
            if activity_of(one.event.place) in known}  # fmt: skip
    return replace(names, places={**names.places, **runs})


async def ask(visit: Visit) -> web.Response:
    """Asks whoever was ticked; the flows that wait for it tell them."""
    id, why = visit.typed.get("l", "")[:200], _why(visit)
    members = [name[len(TICK) :][:200] for name in visit.typed if name.startswith(TICK)]
    rules = rules_named(visit, id.partition("@")[0])
    if not members:
        return visit.go(at("/seeds/one", l=id), "bad", "seeds.nobody_ticked")

    def write(tx: Tx) -> None:
        for member in members:
            seeds.ask(tx, rules, id, member, visit.now, actor=visit.who.login, why=why)

    try:
        await visit.write(write)
    except SeedRefused as refused:
        return visit.go(at("/seeds/one", l=id), "bad", f"seed_refused.{refused.code}")
    rung(visit)
    return visit.go(at("/seeds/one", l=id), "good", "seeds.asked", n=len(members))


async def end(visit: Visit) -> web.Response:
    """A seed user is none any more."""
    rules, why = rules_named(visit, visit.typed.get("c", "")), _why(visit)
    back = at("/seeds", c=rules.circle)

    def write(tx: Tx) -> None:
        seeds.end(tx, rules, visit.typed.get("m", "")[:200], visit.now, why=why,
                  actor=visit.who.login)  # fmt: skip

    try:
        await visit.write(write)
    except SeedRefused as refused:
        return visit.go(back, "bad", f"seed_refused.{refused.code}")
    rung(visit)
    return visit.go(back, "good", "seeds.ended")


def _why(visit: Visit) -> str:
    return visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]


async def save(visit: Visit) -> web.Response:
    """The list as a file, each number with what was asked for."""
    row, rows = await visit.read(_read, visit.query("l")[:200], visit.now)
    head = [visit.t(f"seed_column.{name}") for name in ("place", "member", "name", "met")]
    head += [visit.t(f"seed_number.{name}") for name in NUMBERS] + [visit.t("seed_column.state")]
    return visit.csv(
        f"seeds-{row['day']}.csv", BOM + lines([head, *(_cells(visit, one) for one in rows)])
    )


def _cells(visit: Visit, one: Shown) -> list[object]:
    line = one.line
    numbers = [one.proofs[name].found if name in one.proofs else "" for name in NUMBERS]
    return [line.place or "", line.member, line.name, line.judged.met, *numbers,
            visit.t(f"seed_state.{one.state}") if one.state else ""]  # fmt: skip


ACT = Right.COMMUNITY_ACT
PAGE = Page(routes=(
    Route(method="GET", path="/seeds/one", handler=show, needs=SEE),
    Route(method="GET", path="/seeds/evidence", handler=evidence, needs=SEE),
    Route(method="GET", path="/seeds/one.csv", handler=save, needs=SEE),
    Route(method="POST", path="/seeds/ask", handler=ask, needs=ACT),
    Route(method="POST", path="/seeds/end", handler=end, needs=ACT),
))  # fmt: skip
