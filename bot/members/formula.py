"""What the private domain is worth: members x LTV x fission coefficient. Pure.

* members: everybody who was there at some time of the period: who was there at its beginning (the
  stock), and who came in it;
* LTV: what they have contributed until its end, on the average: paid, less what was given back,
  less what it cost to win them;
* fission coefficient: 1 + invited joins / members who could invite. Those are the stock and who
  came by himself; whoever was invited in the period is the other part of the members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

Kind = Literal["brand", "persona", "account", "group", "circle"]
# In which places somebody is there: who is a friend of an account or sits in a customer group is a
# member of the brand.
PLACES: dict[Kind, Sequence[str]] = {
    "brand": ("account", "group"), "persona": ("account",), "account": ("account",),
    "group": ("group",), "circle": ("circle",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom it is told. ``places``: the accounts of the persona, or the one account, group or
    circle; of the brand none."""

    kind: Kind = "brand"
    places: tuple[str, ...] = ()


def half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return floor(value + Fraction(1, 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """The counts that the factors are made of, and the factors. ``contribution``: cents of all of
    them together. The product is of the exact factors, not of those that are rounded to be shown.
    """

    stock: int = 0
    own: int = 0
    invited: int = 0
    contribution: int = 0

    @property
    def hosts(self) -> int:
        """Members who could invite."""
        return self.stock + self.own

    @property
    def members(self) -> int:
        """The first factor."""
        return self.hosts + self.invited

    @property
    def ltv(self) -> Fraction:
        """The second factor, cents; 0 of nobody."""
        return Fraction(self.contribution, self.members or 1)

    @property
    def coefficient(self) -> Fraction:
        """The third factor; 1 where nobody could invite."""
        return 1 + Fraction(self.invited, self.hosts) if self.hosts else Fraction(1)

    @property
    def product(self) -> int:
        """Cents."""
        return half_up(self.members * self.ltv * self.coefficient)
