"""``[invites]`` of config.toml: how long a code counts, and what whoever brings buyers gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("window", "grace", "burst_in", "hold")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*[%％]")
_RATE = re.compile(rf"(?P<category>.*\S)\s+(?P<rate>{_PERCENT.pattern})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Inviting:
    """Lengths of time, a number of people, and percentages as text."""

    window: str = "30d"
    grace: str = "24h"
    burst: int = 100
    burst_in: str = "1h"
    hold: str = "15d"
    rate: str = "0%"
    rates: tuple[str, ...] = ()

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def basis_points(text: str) -> int:
    """Hundredths of a percent. Raises ValueError for anything that is not 0% to 100%."""
    found = _PERCENT.fullmatch(text.strip())
    points = int(Decimal(found[1]) * 100) if found else -1
    if not 0 <= points <= 10_000:
        raise ValueError(f"{text[:40]!r} is no percentage")
    return points


def by_category(rates: Sequence[str]) -> dict[str, int]:
    """Basis points by category, of lines like ``茶叶 8%``. Raises ValueError."""
    made: dict[str, int] = {}
    for text in rates:
        found = _RATE.fullmatch(text.strip())
        if found is None or found["category"] in made:
            raise ValueError(f"{text[:40]!r} is no category with its percentage, or stands twice")
        made[found["category"]] = basis_points(found["rate"])
    return made


def check_inviting(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    invites = config.invites
    for key in SPANS:
        try:
            invites.ms(key)
        except ValueError as exc:
            raise fail(doc, ("invites", key), str(exc), 'write "30d" or "24h"') from None
    for key, read in (("rate", basis_points), ("rates", by_category)):
        try:
            read(getattr(invites, key))
        except ValueError as exc:
            raise fail(doc, ("invites", key), str(exc), 'write "8%", or ["茶叶 8%"]') from None
    if invites.burst < 0:
        raise fail(doc, ("invites", "burst"), "is below nothing", "0 is no limit")
