"""What makes a reward wait for a colleague's look. Pure.

Nothing here refuses anybody: families share a phone, and friends help each other. What is held has
its reasons listed, and a colleague decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.clock import HOUR, MINUTE

DEVICE, BURST, SELF, RING = "device", "burst", "self", "ring"
REASONS = (DEVICE, BURST, SELF, RING)
# Whoever came so shortly before is new; more than so many new ones within a minute, or more whom
# one person brought within a minute, come from no circle of friends.
NEW, CROWD, CROWD_IN = HOUR, 8, MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """What is known around one reward. ``device``: somebody else got one on the same device;
    ``newcomers``: how many new ones earned one within the last minute, if he is new; ``brought``:
    when those came whom he brought; ``own``: he named his own code, or was refused for it;
    ``ring``: invitations, or helps, lead from him back to himself."""

    device: bool = False
    newcomers: int = 0
    brought: Sequence[int] = ()
    own: bool = False
    ring: bool = False


def reasons(one: Suspicion) -> tuple[str, ...]:
    """Why it is held; nothing: it is not."""
    found = {DEVICE: one.device, BURST: one.newcomers > CROWD or crowded(one.brought),
             SELF: one.own, RING: one.ring}  # fmt: skip
    return tuple(name for name in REASONS if found[name])


def crowded(times: Iterable[int]) -> bool:
    """True when more than CROWD of them lie within CROWD_IN."""
    told = sorted(times)
    return any(last - first < CROWD_IN
               for first, last in zip(told, told[CROWD:], strict=False))  # fmt: skip


def rings(edges: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Everybody from whom a way of edges (from, to) leads back to himself, also at once."""
    left = set(edges)
    while True:  # whoever nobody leads to, or who leads to nobody, stands in no ring
        starts, ends = {start for start, _ in left}, {end for _, end in left}
        kept = {(start, end) for start, end in left if start in ends and end in starts}
        if len(kept) == len(left):
            break
        left = kept
    to: defaultdict[str, set[str]] = defaultdict(set)
    for start, end in left:
        to[start].add(end)
    return frozenset(one for one in to if _returns(one, to))


def _returns(start: str, to: Mapping[str, set[str]]) -> bool:
    """What lies between two rings leads to one and comes from another, and is in none."""
    seen: set[str] = set()
    rest = list(to.get(start, ()))
    while rest:
        one = rest.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            rest.extend(to.get(one, ()))
    return False
