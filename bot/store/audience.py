"""An audience over all members: how many, which, a sample; and the facts that explain one of them.

The sentences are composed of the pieces in ``queries/pieces/audience.sql``, one table row a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.audience import And, Audience, Everybody, Facts, Is, Leaf, Not, Or, When
from bot.store.engine import Tx
from bot.store.sql import Composed, compose, join, pieces
from bot.store.ways import Sets

FEW = 20_000  # members of a set that is worth reading again for each page
MOST = 100_000  # as far as sets are counted to find the smallest
PAGE = 1_000  # members whose facts are read at a time

Read = Callable[[Tx, Sequence[str]], Sequence[str | int]]


@dataclass(frozen=True, slots=True)
class _Field:
    """How the database knows a field: what its words are there, and whether it lists members."""

    read: Read
    drives: bool = False


def _same(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
    return words


def _numbers(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
    return [int(word) for word in words]


def _ids(query: str) -> Read:
    def read(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
        return [row["id"] for row in tx.rows(query, names=list(words))]

    return read


_WORDS: Mapping[str, _Field] = {
    "tag": _Field(_ids("audience_tag_ids"), drives=True),
    "account": _Field(_same, drives=True),
    "source": _Field(_same, drives=True),
    "group": _Field(_ids("audience_group_ids"), drives=True),
    "promo": _Field(_numbers),
    "gender": _Field(_numbers),
    "reach": _Field(_same),
}
_TIMES = ("active", "joined", "kf")
TIMES, FIELDS = frozenset(_TIMES), (*_WORDS, *_TIMES)


@dataclass(slots=True)
class _Making:
    """A sentence under construction: the values of its parameters, numbered by condition."""

    tx: Tx
    now: int
    values: dict[str, object] = field(default_factory=dict)
    count: int = 0

    def bind(self, name: str, value: object) -> int:
        """The number under which the value's parameter goes."""
        self.count += 1
        self.values[f"{name}_{self.count}"] = value
        return self.count


@dataclass(frozen=True, slots=True)
class _Driver:
    """Sets that together hold every member of the audience; ``leaf``: it is just this condition."""

    sets: tuple[Composed, ...]
    size: int
    leaf: Is | None = None


def count(tx: Tx, audience: Audience, now: int, sets: Sets | None = None) -> int:
    """How many members belong."""
    found = sets.count(tx, audience, now) if sets else None
    return _count(tx, audience, now) if found is None else found


def _count(tx: Tx, audience: Audience, now: int) -> int:
    making = _Making(tx, now)
    driver = _driver(making, audience)
    row = tx.row(_sentence(making, "audience_count", audience, driver), **making.values)
    return int(row["n"]) if row else 0


def page(
    tx: Tx, audience: Audience, now: int, after: str = "", n: int = PAGE, sets: Sets | None = None
) -> list[str]:
    """Ids of the first ``n`` members behind ``after`` who belong, in the order of ids."""
    found = sets.page(tx, audience, now, after, n) if sets else None
    return _page(tx, audience, now, after, n) if found is None else found


def _page(tx: Tx, audience: Audience, now: int, after: str, n: int) -> list[str]:
    """From the database.

    A small set of candidates is read again for each page; else the members are walked in order.
    """
    making = _Making(tx, now)
    driver = _driver(making, audience)
    small = driver if driver is not None and driver.size < FEW else None
    if small is None:
        making = _Making(tx, now)
    sentence = _sentence(making, "audience_page", audience, small)
    return [row["id"] for row in tx.rows(sentence, after=after, n=n, **making.values)]


def sample(
    tx: Tx, audience: Audience, now: int, n: int, seed: int, sets: Sets | None = None
) -> list[str]:
    """Up to ``n`` members who belong, from a place in the list that ``seed`` chooses.

    They stand side by side in the order of ids, which the platform draws at random.
    """
    total = tx.row("audience_members_count")
    if not total or not total["n"]:
        return []
    place = tx.row("audience_place", place=seed % total["n"])
    start = place["id"] if place else ""
    found = page(tx, audience, now, start, n, sets)
    if len(found) < n:
        first = page(tx, audience, now, "", n - len(found), sets)
        found += [member for member in first if member <= start]
    return found


def chunks(
    tx: Tx, audience: Audience, now: int, n: int = PAGE, sets: Sets | None = None
) -> Iterator[list[str]]:
    """All members who belong, ``n`` at a time, in the order of ids."""
    after = ""
    while found := page(tx, audience, now, after, n, sets):
        yield found
        after = found[-1]


def facts(tx: Tx, members: Sequence[str]) -> dict[str, Facts]:
    """What the conditions look at, by member. Read in parts of PAGE members."""
    made: dict[str, Facts] = {}
    for start in range(0, len(members), PAGE):
        part = list(members[start : start + PAGE])
        columns = {name: _column(tx, name, part) for name in FIELDS}
        for member in part:
            made[member] = {name: known.get(member, frozenset() if name in _WORDS else None)
                            for name, known in columns.items()}  # fmt: skip
    return made


def _column(tx: Tx, name: str, members: list[str]) -> Mapping[str, frozenset[str] | int]:
    rows = tx.rows(f"audience_{name}_facts", members=members)
    if name in _TIMES:
        return {row["id"]: row["found"] for row in rows}
    words: dict[str, set[str]] = {}
    for row in rows:
        words.setdefault(row["id"], set()).add(str(row["found"]))
    return {member: frozenset(found) for member, found in words.items()}


def _sentence(making: _Making, query: str, audience: Audience, driver: _Driver | None) -> Composed:
    """The query over the driver's sets, or over all members when nothing narrows them down."""
    if driver is None:
        members = compose("audience_members")
        return compose(query, members=members, where=_where(making, audience, here=True))
    members = join("UNION", driver.sets)
    where = _where(making, _without(audience, driver.leaf), here=False)
    return compose(f"{query}_listed", members=members, where=where)


def _without(audience: Audience, leaf: Is | None) -> Audience:
    """What is left to ask of members for whom ``leaf`` holds already."""
    if leaf is None:
        return audience
    parts = audience.parts if isinstance(audience, And) else (audience,)
    rest = tuple(part for part in parts if part is not leaf)
    return And(rest) if len(rest) > 1 else rest[0] if rest else Everybody()


def _where(making: _Making, audience: Audience, *, here: bool, negated: bool = False) -> Composed:
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
            asked_of = _leaf(making, audience, here=here)
            return compose("audience_not", part=asked_of) if negated else asked_of


def _leaf(making: _Making, leaf: Leaf, *, here: bool) -> Composed:
    if isinstance(leaf, Everybody):
        return compose("audience_everybody")
    if isinstance(leaf, When):
        number = making.bind("at", leaf.moment.ms(making.now))
        return compose(f"audience_{leaf.field}_{leaf.side}", number)
    values = _WORDS[leaf.field].read(making.tx, leaf.values)
    return _among(making, leaf.field, values, here=here)


def _among(making: _Making, name: str, values: Sequence[str | int], *, here: bool) -> Composed:
    """The condition that one of these values is among the member's."""
    if not values:
        return compose("audience_nobody")
    own = f"audience_{name}_here"
    piece = own if here and own in pieces() else f"audience_{name}_probe"
    return compose(piece, making.bind("values", list(values)))


def _driver(making: _Making, audience: Audience, most: int = MOST) -> _Driver | None:
    """The smallest sets by which the audience can be reached, or None. Counts up to ``most``."""
    match audience:
        case Is():
            return _listed(making, audience, most)
        case And(parts):
            return _smallest(making, parts, most)
        case Or(parts):
            branches = [_driver(making, part, most) for part in parts]
            return _united([made for made in branches if made]) if all(branches) else None
        case _:
            return None


def _smallest(making: _Making, parts: Sequence[Audience], most: int) -> _Driver | None:
    best: _Driver | None = None
    for part in parts:
        made = _driver(making, part, best.size if best else most)
        if made is not None and (best is None or made.size < best.size):
            best = made
    return best


def _united(branches: Sequence[_Driver]) -> _Driver:
    sets = tuple(one for made in branches for one in made.sets)
    return _Driver(sets, sum(made.size for made in branches))


def _listed(making: _Making, leaf: Is, most: int) -> _Driver | None:
    if not _WORDS[leaf.field].drives:
        return None
    values = _WORDS[leaf.field].read(making.tx, leaf.values)
    members = compose(f"audience_{leaf.field}_set", making.bind("values", list(values)))
    row = making.tx.row(compose("audience_size", members=members), most=most, **making.values)
    return _Driver((members,), int(row["n"]) if row else 0, leaf)


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition about one member, or a set of those for whom it holds, with its parameters."""

    condition: Composed
    values: dict[str, object]


def words_of(tx: Tx, leaf: Is) -> Sequence[str | int]:
    """What the words of a condition are called in the database now."""
    return _WORDS[leaf.field].read(tx, leaf.values)


def asked_value(tx: Tx, name: str, value: str | int) -> Asked:
    """Whether a member has this value of a field."""
    making = _Making(tx, 0)
    return Asked(_among(making, name, [value], here=True), making.values)


def listed_value(tx: Tx, name: str, value: str | int) -> Asked | None:
    """All members who have it; None where they can only be walked."""
    if not _WORDS[name].drives:
        return None
    making = _Making(tx, 0)
    members = compose(f"audience_{name}_set", making.bind("values", [value]))
    return Asked(members, making.values)


def asked_leaf(tx: Tx, leaf: Leaf) -> Asked:
    """Whether any condition that does not depend on the moment holds for a member."""
    making = _Making(tx, 0)
    return Asked(_leaf(making, leaf, here=True), making.values)


def times_of(tx: Tx, name: str, members: list[str]) -> Mapping[str, int]:
    """When something happened to these members; it never did to those who are left out."""
    rows = tx.rows(f"audience_{name}_facts", members=members)
    return {row["id"]: row["found"] for row in rows}


def size_of(tx: Tx, audience: Audience, now: int, most: int) -> int | None:
    """By how many members the audience can be reached, up to ``most``; None: only by walking."""
    driver = _driver(_Making(tx, now), audience, most)
    return driver.size if driver else None
