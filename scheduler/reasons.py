"""Whether one member belongs to an audience, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.audience import (
    NEVER_IS_BEFORE,
    And,
    Audience,
    Everybody,
    Facts,
    Is,
    Leaf,
    Much,
    Not,
    Or,
    When,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition as it was written, whether it holds, and what is known of the member, by which
    field. ``negated``: it is asked that it does not hold."""

    said: str
    holds: bool
    found: frozenset[str] | int | None = None
    field: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``because``: the conditions that decide it; changing others would change nothing."""

    belongs: bool
    because: tuple[Reason, ...]


def explain(audience: Audience, facts: Facts, now: int) -> Verdict:
    """Whether a member with these facts belongs, and the conditions that decide it."""
    match audience:
        case Not(part):
            inner = explain(part, facts, now)
            return Verdict(not inner.belongs, tuple(
                replace(one, negated=not one.negated) for one in inner.because))  # fmt: skip
        case And(parts):
            return _decided(parts, facts, now, by=False)
        case Or(parts):
            return _decided(parts, facts, now, by=True)
        case _:
            return _leaf(audience, facts, now)


def belongs(audience: Audience, facts: Facts, now: int) -> bool:
    """True when a member with these facts is of the audience."""
    return explain(audience, facts, now).belongs


def _decided(parts: tuple[Audience, ...], facts: Facts, now: int, *, by: bool) -> Verdict:
    """One part of the value ``by`` decides the whole; else all parts together do."""
    verdicts = [explain(part, facts, now) for part in parts]
    deciding = [v for v in verdicts if v.belongs is by]
    because = (reason for verdict in deciding or verdicts for reason in verdict.because)
    return Verdict(by if deciding else not by, tuple(dict.fromkeys(because)))


def _leaf(leaf: Leaf, facts: Facts, now: int) -> Verdict:
    if isinstance(leaf, Everybody):
        return Verdict(True, (Reason(leaf.said, True),))
    found = facts.get(leaf.field)
    if isinstance(leaf, Much):
        amount = found if isinstance(found, int) else 0
        return Verdict(*_much(leaf, amount))
    holds = _is(leaf, found) if isinstance(leaf, Is) else _when(leaf, found, now)
    return Verdict(holds, (Reason(leaf.said, holds, found, leaf.field),))


def _is(leaf: Is, found: frozenset[str] | int | None) -> bool:
    return isinstance(found, frozenset) and not found.isdisjoint(leaf.values)


def _much(leaf: Much, amount: int) -> tuple[bool, tuple[Reason, ...]]:
    holds = (amount >= leaf.amount) is (leaf.side == "from")
    return holds, (Reason(leaf.said, holds, amount, leaf.field),)


def _when(leaf: When, found: frozenset[str] | int | None, now: int) -> bool:
    if not isinstance(found, int):
        return leaf.side == "before" and leaf.field in NEVER_IS_BEFORE
    return (found >= leaf.moment.ms(now)) is (leaf.side == "since")
