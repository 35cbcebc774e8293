"""The daily ledger of accounts, groups, circles, personas and the brand, from ``stay``; and the
same from the log, to hold one against the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from bot.core.event import Happened
from bot.members.ledger import Days, Line, Step, lines, reckon
from bot.members.stays import KINDS, Kind
from bot.store.engine import Tx
from bot.store.sql import Composed, compose

EVER = 1 << 62
PAGE = 5_000
OWNED: tuple[Kind, ...] = ("account", "group")
_COMES: dict[Kind, tuple[Happened, Happened]] = {
    "account": (Happened.ADDED, Happened.PARTED), "group": (Happened.JOINED, Happened.LEFT),
    "circle": (Happened.ENTERED, Happened.WITHDREW),
}  # fmt: skip


def of_places(tx: Tx, kind: Kind, span: Days, place: str | None = None) -> list[Line]:
    """Every place of a kind in which somebody was, or one of them; by place and day."""
    came = [_counts(tx, "ledger_came", kind, place, a, b) for a, b in _each(span)]
    went = [_counts(tx, "ledger_went", kind, place, a, b) for a, b in _each(span)]
    opening = {row["place"]: int(row["n"]) for row in tx.rows("ledger_now", kind=kind, place=place)}
    since = span.edges[0]
    for query, sign in (("ledger_came", -1), ("ledger_went", 1)):
        for name, n in _counts(tx, query, kind, place, since, EVER).items():
            opening[name] = opening.get(name, 0) + sign * n
    return lines(span, opening, _by_place(came), _by_place(went))


def of_persona(tx: Tx, accounts: Sequence[str], span: Days) -> list[Line]:
    """Friends of at least one of these accounts; whoever has several of them is one."""
    return _union(tx, ("account",), accounts, span)


def of_brand(tx: Tx, span: Days) -> list[Line]:
    """Friends of any account and members of any customer group; each person is one."""
    return _union(tx, OWNED, None, span)


@cache
def union(name: str, touched: str) -> Composed:
    """A query over the times for which persons were in any of some places; ``touched``: of whom
    something changed ``since`` a moment, or ``within`` a span."""
    mine = compose(f"ledger_touched_{touched}")
    return compose(name, islands=compose("ledger_islands", touched=mine))


def _union(
    tx: Tx, kinds: Sequence[Kind], places: Sequence[str] | None, span: Days
) -> list[Line]:  # fmt: skip
    which = {"kinds": list(kinds), "places": list(places or ()), "every": int(places is None)}
    since, joined, left = span.edges[0], [0] * len(span), [0] * len(span)
    row = tx.row("ledger_union_now", **which)
    opening = int(row["n"]) if row else 0
    for island in tx.rows(union("ledger_union", "since"), ever=EVER, since=since, **which):
        for at, counts, sign in ((island["since"], joined, -1), (island["until"], left, 1)):
            if at is not None and at >= since:
                opening += sign
                if (day := span.index(at)) < len(span):
                    counts[day] += 1
    return lines(span, {"": opening}, {"": joined}, {"": left})


def differences(tx: Tx, span: Days) -> list[tuple[str, Line | None, Line | None]]:
    """Where the ledger is not what the log says: (kind of place, ledger, log)."""
    persons = {row["id"]: row["person"] for row in tx.rows("ledger_persons")}
    found: list[tuple[str, Line | None, Line | None]] = []
    for kind in KINDS:
        said = {(one.place, one.day): one for one in of_places(tx, kind, span)}
        log = {(one.place, one.day): one for one in reckon(span, _steps(tx, kind, persons))}
        pairs = ((said.get(key), log.get(key)) for key in sorted({*said, *log}))
        found += [(kind, one, other) for one, other in pairs if one != other and _any(one, other)]
    brand = of_brand(tx, span)
    owned = reckon(span, (step._replace(place="", id=f"{kind}/{step.place}/{step.id}")
                          for kind in OWNED for step in _steps(tx, kind, persons)))  # fmt: skip
    found += [("brand", one, other) for one, other in zip(brand, owned, strict=False)
              if one != other]  # fmt: skip
    return found


def _any(*both: Line | None) -> bool:
    """A place that was empty all day need not have a line."""
    return any(one and (one.opening or one.joined or one.left) for one in both)


def _steps(tx: Tx, kind: Kind, persons: dict[str, Any]) -> Iterator[Step]:
    comes, goes = _COMES[kind]
    handed = (Happened.HANDED,) if kind == "account" else ()
    after, wanted = 0, [one.value for one in (comes, goes, *handed)]
    while rows := tx.rows("ledger_events", kinds=wanted, after=after, n=PAGE):
        for row in rows:
            place = row["account"] if kind == "account" else row["place"]
            person = str(persons.get(row["member"], row["member"]))
            step = Step(row["at"], row["dedupe"], place, person, row["member"],
                        row["kind"] != goes.value)  # fmt: skip
            yield step
            if row["kind"] == Happened.HANDED.value:
                yield step._replace(place=row["other"], comes=False)
        after = rows[-1]["id"]


def _each(span: Days) -> Iterator[tuple[int, int]]:
    return zip(span.edges, span.edges[1:], strict=False)


def _counts(
    tx: Tx, query: str, kind: Kind, place: str | None, since: int, before: int
) -> dict[str, int]:  # fmt: skip
    rows = tx.rows(query, kind=kind, place=place, since=since, before=before)
    return {row["place"]: int(row["n"]) for row in rows}


def _by_place(daily: Sequence[dict[str, int]]) -> dict[str, list[int]]:
    names = {name for counts in daily for name in counts}
    return {name: [counts.get(name, 0) for counts in daily] for name in names}
