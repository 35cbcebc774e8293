"""The sentences by which an audience is counted and listed in the database, composed of the pieces
in ``queries/pieces/audience.sql``.

They speak of persons: of somebody with several ids a condition about friendships and groups holds
when it holds for one of his ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.audience import And, Audience, Everybody, Is, Leaf, Much, Not, Or, When
from bot.store.engine import Tx
from bot.store.sql import Composed, compose, join, pieces

FEW = 20_000  # members of a set that is worth reading again for each page
MOST = 100_000  # as far as sets are counted to find the smallest

Read = Callable[[Tx, Sequence[str]], Sequence[str | int]]


@dataclass(frozen=True, slots=True)
class Field:
    """How the database knows a field: what its words are there, whether it lists members, and
    whether it goes by ids, so that each of a person's counts."""

    read: Read
    drives: bool = False
    by_id: bool = False


@dataclass(slots=True)
class Making:
    """A sentence under construction: the values of its parameters, numbered by condition."""

    tx: Tx
    now: int
    fields: Mapping[str, Field]
    values: dict[str, object] = field(default_factory=dict)
    count: int = 0
    _merged: bool | None = None

    def bind(self, name: str, value: object) -> int:
        """The number under which the value's parameter goes."""
        self.count += 1
        self.values[f"{name}_{self.count}"] = value
        return self.count

    def read(self, leaf: Is) -> Sequence[str | int]:
        """What the words of a condition are called in the database now."""
        return self.fields[leaf.field].read(self.tx, leaf.values)

    @property
    def merged(self) -> bool:
        """True when somebody has several ids."""
        if self._merged is None:
            self._merged = self.tx.row("audience_merged") is not None
        return self._merged


@dataclass(frozen=True, slots=True)
class Driver:
    """Sets that together hold every member of the audience; ``part``: it is just that part."""

    sets: tuple[Composed, ...]
    size: int
    part: Audience | None = None


def sentence(making: Making, query: str, audience: Audience, driver: Driver | None) -> Composed:
    """The query over the driver's sets, or over all members when nothing narrows them down."""
    if driver is None:
        members = compose("audience_members")
        return compose(query, members=members, where=_where(making, audience, here=True))
    members = join("UNION", driver.sets)
    where = _where(making, _without(audience, driver.part), here=False)
    if making.merged:
        where = join("AND", [compose("audience_stays"), where])
    return compose(f"{query}_listed", members=members, where=where)


def _without(audience: Audience, known: Audience | None) -> Audience:
    """What is left to ask of members for whom a part holds already."""
    if known is None:
        return audience
    parts = audience.parts if isinstance(audience, And) else (audience,)
    rest = tuple(part for part in parts if part is not known)
    return And(rest) if len(rest) > 1 else rest[0] if rest else Everybody()


def _where(making: Making, audience: Audience, *, here: bool, negated: bool = False) -> Composed:
    """The condition of one member; ``here``: the member's own row is what is walked.

    A negation is carried down to the conditions: of NOT (a OR b) SQLite would work out both.
    """
    match audience:
        case Not(part):
            return _where(making, part, here=here, negated=not negated)
        case And(parts) | Or(parts):
            word = "AND" if isinstance(audience, And) is not negated else "OR"
            asked = [_where(making, part, here=here, negated=negated) for part in parts]
            return compose("audience_brackets", part=join(word, asked))
        case _:
            asked_of = condition(making, audience, here=here)
            return compose("audience_not", part=asked_of) if negated else asked_of


def condition(making: Making, leaf: Leaf, *, here: bool) -> Composed:
    """Whether one condition holds for a member."""
    if isinstance(leaf, Everybody):
        return compose("audience_everybody")
    if isinstance(leaf, When):
        return _time(making, leaf)
    if isinstance(leaf, Much):
        return compose(f"audience_{leaf.field}_{leaf.side}", making.bind("amount", leaf.amount))
    return among(making, leaf.field, making.read(leaf), here=here)


def among(making: Making, name: str, values: Sequence[str | int], *, here: bool) -> Composed:
    """Whether one of these values is among the member's."""
    if not values:
        return compose("audience_nobody")
    own = f"audience_{name}_here"
    piece = own if here and own in pieces() else f"audience_{name}_probe"
    asked = compose(piece, making.bind("values", list(values)))
    return _of_person(making, asked) if making.fields[name].by_id else asked


def _time(making: Making, leaf: When) -> Composed:
    """Friendships stay with their ids: his first is the first of all of them."""
    number = making.bind("at", leaf.moment.ms(making.now))
    if leaf.field != "joined" or not making.merged:
        return compose(f"audience_{leaf.field}_{leaf.side}", number)
    before = _of_person(making, compose("audience_joined_before", number))
    if leaf.side == "before":
        return before
    ever = _of_person(making, compose("audience_joined_ever"))
    return compose("audience_brackets",
                   part=join("AND", [ever, compose("audience_not", part=before)]))  # fmt: skip


def _of_person(making: Making, asked: Composed) -> Composed:
    return compose("audience_person", part=asked) if making.merged else asked


def driver(making: Making, audience: Audience, most: int = MOST) -> Driver | None:
    """The smallest sets by which the audience can be reached, or None. Counts up to ``most``."""
    match audience:
        case Is():
            return _listed(making, audience, most)
        case And(parts):
            return _smallest(making, parts, most)
        case Or(parts):
            branches = [driver(making, part, most) for part in parts]
            found = [made for made in branches if made]
            return _united(found, audience) if len(found) == len(parts) else None
        case _:
            return None


def _smallest(making: Making, parts: Sequence[Audience], most: int) -> Driver | None:
    best: Driver | None = None
    for part in parts:
        made = driver(making, part, best.size if best else most)
        if made is not None and (best is None or made.size < best.size):
            best = made
    return best


def _united(branches: Sequence[Driver], audience: Or) -> Driver:
    sets = tuple(one for made in branches for one in made.sets)
    whole = all(made.part is part for made, part in zip(branches, audience.parts, strict=True))
    return Driver(sets, sum(made.size for made in branches), audience if whole else None)


def _listed(making: Making, leaf: Is, most: int) -> Driver | None:
    if not making.fields[leaf.field].drives:
        return None
    sets = listed(making, leaf.field, making.read(leaf))
    row = making.tx.row(compose("audience_size", members=join("UNION ALL", sets)), most=most,
                        **making.values)  # fmt: skip
    return Driver(sets, int(row["n"]) if row else 0, leaf)


def listed(making: Making, name: str, values: Sequence[str | int]) -> tuple[Composed, ...]:
    """Sets that hold everybody who has one of these values; ids of one person may be among them
    that are not the one that stays."""
    number = making.bind("values", list(values))
    members = compose(f"audience_{name}_set", number)
    if not making.fields[name].by_id or not making.merged:
        return (members,)
    return members, compose("audience_others", part=compose(f"audience_{name}_probe", number))
