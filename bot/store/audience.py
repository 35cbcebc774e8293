"""An audience over all members: how many, which, a sample; and the facts that explain one of them.

A field is one row of a table here, and its pieces in ``queries/pieces/audience.sql``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.audience import And, Audience, Everybody, Facts, Is, Leaf, Not, Or
from bot.core.knowing import mark_of
from bot.store import persons
from bot.store.engine import Tx
from bot.store.sentences import FEW, Making, among, condition, driver, listed, sentence
from bot.store.sentences import Field as _Field
from bot.store.sql import Composed
from bot.store.ways import Sets

PAGE = 1_000  # members whose facts are read at a time
Read = Callable[[Tx, Sequence[str]], Sequence[str | int]]


def _same(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
    return words


def _numbers(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
    return [int(word) for word in words]


def _marks(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
    return [mark_of(*word.split("=", 1)) for word in words]


def _ids(query: str) -> Read:
    def read(tx: Tx, words: Sequence[str]) -> Sequence[str | int]:
        return [row["id"] for row in tx.rows(query, names=list(words))]

    return read


_WORDS: Mapping[str, _Field] = {
    "tag": _Field(_ids("audience_tag_ids"), drives=True, by_id=True),
    "account": _Field(_same, drives=True, by_id=True),
    "source": _Field(_same, drives=True, by_id=True),
    "group": _Field(_ids("audience_group_ids"), drives=True, by_id=True),
    "circle": _Field(_ids("audience_circle_ids"), drives=True),
    "role": _Field(_same, drives=True),
    "level": _Field(_ids("audience_level_ids"), drives=True),
    "badge": _Field(_ids("audience_badge_ids"), drives=True),
    "promo": _Field(_numbers),
    "gender": _Field(_numbers),
    "reach": _Field(_same, drives=True, by_id=True),
    "fact": _Field(_marks, drives=True),
    "knows": _Field(_same),
    "need": _Field(_same, drives=True),
    "need_kind": _Field(_same, drives=True),
    "consent": _Field(_same, drives=True),
    "order": _Field(_same, drives=True),
    "uses": _Field(_same, drives=True),
    "stage": _Field(_same, drives=True),
    "staged": _Field(_same),
    "dear": _Field(_numbers),
    "id": _Field(_same, drives=True),
}
_TIMES = ("active", "joined", "kf", "ordered")
_NUMBERS = ("orders", "net", "ltv")
_SINGLE = (*_TIMES, *_NUMBERS)
_UNKNOWN: Mapping[str, int | None] = dict.fromkeys(_TIMES) | dict.fromkeys(_NUMBERS, 0)
TIMES, FIELDS = frozenset(_TIMES), (*_WORDS, *_SINGLE)
# What else a field's words may name: tags that files brought.
_ALSO = {"tag": "own_tag"}
_BY_ID = {"joined", *(name for name, row in _WORDS.items() if row.by_id)}
_ASKED = {**_WORDS, "own_tag": _Field(_ids("audience_own_tag_ids"), drives=True)}


def count(tx: Tx, audience: Audience, now: int, sets: Sets | None = None) -> int:
    """How many members belong."""
    wanted = _meant(tx, audience)
    found = sets.count(tx, wanted, now) if sets else None
    return _count(tx, wanted, now) if found is None else found


def _count(tx: Tx, wanted: Audience, now: int) -> int:
    making = Making(tx, now, _ASKED)
    by = driver(making, wanted)
    row = tx.row(sentence(making, "audience_count", wanted, by), **making.values)
    return int(row["n"]) if row else 0


def everybody(tx: Tx, now: int, sets: Sets | None = None) -> int:
    """How many persons there are."""
    return count(tx, Everybody(), now, sets)


def page(
    tx: Tx, audience: Audience, now: int, after: str = "", n: int = PAGE, sets: Sets | None = None
) -> list[str]:
    """Ids of the first ``n`` members behind ``after`` who belong, in the order of ids."""
    wanted = _meant(tx, audience)
    found = sets.page(tx, wanted, now, after, n) if sets else None
    return _page(tx, wanted, now, after, n) if found is None else found


def _page(tx: Tx, wanted: Audience, now: int, after: str, n: int) -> list[str]:
    """From the database.

    A small set of candidates is read again for each page; else the members are walked in order.
    """
    making = Making(tx, now, _ASKED)
    by = driver(making, wanted)
    small = by if by is not None and by.size < FEW else None
    if small is None:
        making = Making(tx, now, _ASKED)
    asked = sentence(making, "audience_page", wanted, small)
    return [row["id"] for row in tx.rows(asked, after=after, n=n, **making.values)]


def _meant(tx: Tx, audience: Audience) -> Audience:
    """With what the words of a field name besides, where there is any."""
    match audience:
        case Not(part):
            return Not(_meant(tx, part))
        case And(parts):
            return And(tuple(_meant(tx, part) for part in parts))
        case Or(parts):
            return Or(tuple(_meant(tx, part) for part in parts))
        case Is(name, values, said) if name in _ALSO:
            either = [Is(name, values, said), Is(_ALSO[name], values, said)]
            known = [leaf for leaf in either if words_of(tx, leaf)]
            return Or(tuple(known)) if len(known) > 1 else known[0] if known else audience
        case _:
            return audience


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


def facts(
    tx: Tx, members: Sequence[str], fields: Collection[str] = FIELDS
) -> dict[str, Facts]:  # fmt: skip
    """What conditions on these fields look at, by member. Of an id of a person: what is known of
    the person.
    Read in parts of PAGE members."""
    made: dict[str, Facts] = {}
    for start in range(0, len(members), PAGE):
        part = list(members[start : start + PAGE])
        stays, all_ids = _people(tx, part)
        ids = [id for of_one in all_ids.values() for id in of_one]
        columns = {name: _column(tx, name, ids) for name in FIELDS if name in fields}
        for member in part:
            own = all_ids[stays[member]]
            made[member] = {name: _of_ids(name, known, own) for name, known in columns.items()}
    return made


def _people(tx: Tx, members: list[str]) -> tuple[Mapping[str, str], Mapping[str, Sequence[str]]]:
    """Who these are, and all ids of each of them, the one that stays first."""
    if not Making(tx, 0, _ASKED).merged:
        return {id: id for id in members}, {id: (id,) for id in members}
    return persons.person_of(tx, members), persons.all_of(tx, members)


def _of_ids(
    name: str, known: Mapping[str, frozenset[str] | int], ids: Sequence[str]
) -> frozenset[str] | int | None:  # fmt: skip
    """A fact of a person: what goes by ids is put together."""
    found = [known[id] for id in (ids if name in _BY_ID else ids[:1]) if id in known]
    if name not in _WORDS:
        return min((one for one in found if isinstance(one, int)), default=_UNKNOWN[name])
    return frozenset().union(*(one for one in found if isinstance(one, frozenset)))


def _column(tx: Tx, name: str, members: list[str]) -> Mapping[str, frozenset[str] | int]:
    rows = tx.rows(f"audience_{name}_facts", members=members)
    if name in _SINGLE:
        return {row["id"]: row["found"] for row in rows}
    words: dict[str, set[str]] = {}
    for row in rows:
        # a fact is name and value, which no sentence may join: the value may lie sealed
        word = f"{row['name']}={row['found']}" if name == "fact" else str(row["found"])
        words.setdefault(row["id"], set()).add(word)
    return {member: frozenset(found) for member, found in words.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition about one member, or a set of those for whom it holds, with its parameters."""

    condition: Composed
    values: dict[str, object]


def words_of(tx: Tx, leaf: Is) -> Sequence[str | int]:
    """What the words of a condition are called in the database now."""
    return _ASKED[leaf.field].read(tx, leaf.values)


def asked_value(tx: Tx, name: str, value: str | int) -> Asked:
    """Whether a member has this value of a field."""
    making = Making(tx, 0, _ASKED)
    return Asked(among(making, name, [value], here=True), making.values)


def listed_value(tx: Tx, name: str, value: str | int) -> Asked | None:
    """All ids that have it; None where they can only be walked."""
    if not _ASKED[name].drives:
        return None
    making = Making(tx, 0, _ASKED)
    return Asked(listed(making, name, [value])[0], making.values)


def asked_leaf(tx: Tx, leaf: Leaf) -> Asked:
    """Whether any condition that does not depend on the moment holds for a member."""
    making = Making(tx, 0, _ASKED)
    return Asked(condition(making, leaf, here=True), making.values)


def times_of(tx: Tx, name: str, members: list[str]) -> Mapping[str, int]:
    """When something happened to these members; it never did to those who are left out, and
    those who are another by now are left out, too."""
    stays, all_ids = _people(tx, [*members])
    known = _column(tx, name, [id for of_one in all_ids.values() for id in of_one])
    found = {id: _of_ids(name, known, all_ids[id]) for id in members if stays[id] == id}
    return {id: at for id, at in found.items() if isinstance(at, int)}


def size_of(tx: Tx, audience: Audience, now: int, most: int) -> int | None:
    """By how many members the audience can be reached, up to ``most``; None: only by walking."""
    by = driver(Making(tx, now, _ASKED), audience, most)
    return by.size if by else None
