"""Conditions about what members bought: how their values are read. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import rfm, stages
from bot.core.audience import And, Is, Leaf, Moment, Much, When
from bot.core.errors import BadInput
from scheduler.written import Context, Read, Written, day_of, equal, moment, word


def order(key: str, written: Written, context: Context) -> Leaf | And:
    """A category of which he bought something, or when he bought last."""
    if written.sign == "=" and day_of(written.value) is None:
        return word(key, written, context)
    return moment("ordered", written, context)


def number(read: Callable[[str], int]) -> Read:
    """A number that is compared."""

    def compared(key: str, written: Written, context: Context) -> Leaf | And:
        try:
            value = read(written.value)
        except ValueError:
            raise BadInput(f"{written.value!r} is no number", fix=f"write {key}>=2") from None
        return _compared(key, written.sign, value, written.said)

    return compared


def _compared(key: str, sign: str, value: int, said: str) -> Leaf | And:
    if sign == "=":
        return And((Much(key, "from", value, said), Much(key, "below", value + 1, said)))
    if sign in (">", ">="):
        return Much(key, "from", value + (sign == ">"), said)
    return Much(key, "below", value + (sign == "<="), said)


def stage(key: str, written: Written, context: Context) -> Leaf:
    """A stage with any category, or with one: ``绿茶/买过``."""
    category, _, name = equal(written).rpartition("/")
    known = {said: one.value for one, own in stages.NAMES.items() for said in (one, own)}
    found = known.get(name.lower())
    if found is None:
        raise BadInput(f"there is no stage {name!r}", fix=f"one of {', '.join(known)}")
    if category:
        return Is("staged", (f"{category}/{found}",), written.said)
    return Is(key, (found,), written.said)


def group(key: str, written: Written, context: Context) -> Leaf | And:
    """A group of buyers, as what it means; who never bought is in none."""
    name = equal(written).lower()
    meant = rfm.GROUPS.get(rfm.ENGLISH.get(name, name))
    if meant is None:
        raise BadInput(f"{name!r} is not possible",
                       fix=f"one of {', '.join((*rfm.GROUPS, *rfm.ENGLISH))}")  # fmt: skip
    limits, said = context.thresholds, written.said
    recent = Moment(ago=limits.recent - 1)
    return And((
        When("ordered", "since" if meant[0] else "before", recent, said),
        Much("orders", "from" if meant[1] else "below", limits.often, said),
        Much("orders", "from", 1, said),
        Much("net", "from" if meant[2] else "below", limits.much, said),
    ))  # fmt: skip
