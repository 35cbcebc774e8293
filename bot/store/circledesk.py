"""What the pages of circles read: how each stands, who is in one, what is beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.members.breaking import Brought
from bot.members.circle import Circle, Metric
from bot.members.ledger import Days, Line
from bot.store import breaking, circles, ledger
from bot.store.codec import from_json
from bot.store.engine import Row, Tx
from bot.store.feedback import plain

SHOWN = 50
PAGE = 1_000  # names looked at in one go


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One circle: what a goal may count, how many wait and since when the first of them (None:
    nobody), who leads (ids, one of the two), and its days, oldest first."""

    circle: Circle
    figures: Mapping[Metric, int]
    waiting: int
    oldest: int | None
    persona: str
    member: str
    days: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another circle: its size, how many are in both, and whom the members of each brought to the
    other within the span."""

    circle: str
    size: int
    shared: int
    came: int
    gone: int


def cards(
    tx: Tx, found: Iterable[Circle], span: Days, moved: Sequence[Brought] | None = None
) -> list[Card]:
    """How these circles stand at the end of the span. ``moved``: who was brought from another
    circle in it, where that is known; else it is asked only if a goal counts it."""
    wanted = list(found)
    since = span.edges[0]
    if moved is None:
        counts = any(one.goal.metric == "brought" for one in wanted)
        moved = breaking.of(tx, since, span.edges[-1]) if counts else ()
    daily = _daily(tx, span, wanted[0].id if len(wanted) == 1 else None)
    brought = [one.circle for one in moved]
    waits = _waits(tx)
    return [_card(tx, one, since, daily.get(one.id, ()), brought.count(one.id),
                  waits.get(one.id, (0, None))) for one in wanted]  # fmt: skip


def _card(
    tx: Tx, circle: Circle, since: int, daily: Sequence[Line], brought: int,
    waits: tuple[int, int | None],
) -> Card:  # fmt: skip
    figures = circles.shares(tx, circle.id, since) | {"brought": brought}
    last = next(iter(circles.leaders(tx, circle.id)), None)
    persona, member = (last["persona"], last["member"]) if last is not None \
        else (circle.leader.persona, circle.leader.member)  # fmt: skip
    return Card(circle=circle, figures=figures, waiting=waits[0], oldest=waits[1],
                persona=persona, member=member, days=daily)  # fmt: skip


def _daily(tx: Tx, span: Days, only: str | None) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in ledger.of_places(tx, "circle", span, only):
        found.setdefault(line.place, []).append(line)
    return found


def _waits(tx: Tx) -> dict[str, tuple[int, int | None]]:
    return {row["circle"]: (int(row["n"]), row["oldest"]) for row in tx.rows("applications_oldest")}


def waiting(tx: Tx) -> int:
    """How many applications wait, of all circles."""
    return sum(circles.waiting(tx).values())


def members(tx: Tx, circle: str, text: str = "", after: str = "", n: int = SHOWN) -> list[Row]:
    """Who is in a circle now, by id, behind ``after``: everybody, or whose id or part of his name
    the text is."""
    if text and tx.sealed:
        return list(islice(_looked_through(tx, circle, text, after), n))
    return tx.rows("circle_members", circle=circle, text=text, after=after, n=n,
                   pattern=f"%{plain(text)}%" if text else "")  # fmt: skip


def _looked_through(tx: Tx, circle: str, text: str, after: str) -> Iterator[Row]:
    """The same where names lie sealed, which no sentence can look into."""
    words = text.lower()
    while rows := tx.rows("circle_members", circle=circle, text="", after=after, n=PAGE,
                          pattern=""):  # fmt: skip
        yield from (row for row in rows
                    if row["member"] == text or words in (row["name"] or "").lower())  # fmt: skip
        after = rows[-1]["member"]


def beside(tx: Tx, circle: str, moved: Iterable[Brought]) -> list[Beside]:
    """Circles that share members with this one, or brought newcomers there or back; the nearest
    first."""
    shared = {row["circle"]: int(row["n"]) for row in tx.rows("circle_beside", circle=circle)}
    pairs = [(one.of, one.circle) for one in moved]
    came = [of for of, into in pairs if into == circle]
    gone = [into for of, into in pairs if of == circle]
    sizes = circles.sizes(tx)
    found = [Beside(name, sizes.get(name, 0), shared.get(name, 0), came.count(name),
                    gone.count(name)) for name in {*shared, *came, *gone}]  # fmt: skip
    return sorted(found, key=lambda one: (-one.shared, -one.came - one.gone, one.circle))


def groups(tx: Tx, words: Sequence[str]) -> list[Row]:
    """Customer groups that go by these names or ids, with their members."""
    return tx.rows("circle_groups", names=list(words), ids=list(words)) if words else []


def planned(tx: Tx, circle: str) -> list[Row]:
    """Hand-overs of a circle, and introductions of its leader, that wait for their day."""
    rows = [row | {"data": from_json(row["data"])} for row in tx.rows("leading_planned")]
    return [row for row in rows if row["data"]["circle"] == circle]
