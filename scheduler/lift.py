"""Who is held out of a campaign, and what the others did more than these. Pure."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

LOTS = 1 << 31
Z95 = 1.959963984540054  # the normal deviate of a 95 % interval
FEWEST = 30  # people on either side; of fewer nothing is said


def lot(key: str, member: str) -> int:
    """A number below LOTS that depends on both alone: who is held out, and who comes first."""
    mark = hashlib.blake2b(f"{key}\0{member}".encode(), digest_size=4).digest()
    return int.from_bytes(mark, "big") % LOTS


def held_out(drawn: int, share: float) -> bool:
    """True when whoever drew this lot gets nothing, so that the others can be compared."""
    return drawn < share * LOTS


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n`` people did it."""

    hits: int
    n: int

    @property
    def rate(self) -> float:
        """Between 0 and 1; 0 of nobody."""
        return self.hits / self.n if self.n else 0.0

    def interval(self, z: float = Z95) -> tuple[float, float]:
        """Wilson's score interval (1927) of the rate."""
        if not self.n:
            return 0.0, 1.0
        p, n, zz = self.rate, self.n, z * z
        middle, half = p + zz / (2 * n), z * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
        scale = 1 + zz / n
        return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)


@dataclass(frozen=True, slots=True)
class Lift:
    """By how much more of those who were reached did it; 0.02 is two in a hundred."""

    reached: Share
    control: Share
    low: float
    high: float

    @property
    def points(self) -> float:
        """The difference of the two rates."""
        return self.reached.rate - self.control.rate

    @property
    def enough(self) -> bool:
        """False when one side is too small to say anything."""
        return min(self.reached.n, self.control.n) >= FEWEST

    @property
    def sure(self) -> bool:
        """True when the interval leaves out 0."""
        return self.enough and (self.low > 0 or self.high < 0)


def lift(reached: Share, control: Share) -> Lift:
    """The difference with Newcombe's hybrid score interval (1998, method 10), 95 %."""
    (low1, high1), (low2, high2) = reached.interval(), control.interval()
    p1, p2 = reached.rate, control.rate
    down = math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    up = math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return Lift(reached, control, max(p1 - p2 - down, -1.0), min(p1 - p2 + up, 1.0))
