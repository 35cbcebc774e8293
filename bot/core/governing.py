"""``[governor]`` of config.toml: what protects members from too much, too early, too late at night.

The file's words stand in ``Governing``; ``Rules`` are the same in numbers, for one persona or one
circle, and are what the governor (scheduler/governor.py) rules by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def minutes(clock: str) -> int:
    """Minutes since midnight of a time of day. Raises ValueError."""
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(f"{clock[:40]!r} is no time of day")
    return int(found[1]) * 60 + int(found[2])


# How the words of the file become numbers.
READERS: Mapping[str, Callable[[str], int]] = {
    **dict.fromkeys(("trust_days", "mood_for", "fewer", "again"), parse_span),
    **dict.fromkeys(("quiet_from", "quiet_to"), minutes),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OfCircle:
    """What one circle has otherwise than the rest; None: as the rest. ``promo_share``: how much of
    what is posted there may sell, instead of [mix]."""

    day: int | None = None
    week: int | None = None
    promo_week: int | None = None
    promo_month: int | None = None
    posts_day: int | None = None
    promo_share: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What one persona has otherwise than the rest; None: as the rest."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    promo_day: int | None = None
    promo_week: int | None = None
    promo_month: int | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    trust_contacts: int | None = None
    trust_days: str | None = None
    ratio: int | None = None
    mood_for: str | None = None
    moments_day: int | None = None
    moments_month: int | None = None
    posts_day: int | None = None


@dataclass(frozen=True, kw_only=True)
class Governing:
    """The table as it is written. Caps of 0 let nothing pass; ``platform_month`` 0 is as many as
    the month has days. ``fewer`` stands in [deliver]."""

    day: int = 2
    week: int = 4
    month: int = 8
    promo_day: int = 1
    promo_week: int = 1
    promo_month: int = 3
    quiet_from: str = "21:30"
    quiet_to: str = "08:30"
    trust_contacts: int = 3
    trust_days: str = "7d"
    ratio: int = 3
    mood_for: str = "3d"
    fewer: str = field(default="30d", metadata={"key": ""})
    again: str = "2h"
    platform_month: int = 0
    moments_day: int = 2
    moments_month: int = 40
    posts_day: int = 2
    personas: dict[str, Own] = field(default_factory=dict)
    circles: dict[str, OfCircle] = field(default_factory=dict)

    @cached_property
    def general(self) -> Rules:
        """The rules where nobody has any of its own."""
        return _rules(self)

    @cached_property
    def _made(self) -> dict[tuple[str, str], Rules]:
        return {}

    def rules(self, persona: str = "", circle: str = "") -> Rules:
        """The rules of a persona in a circle; what the circle says goes before the persona's."""
        found = (self.personas.get(persona), self.circles.get(circle))
        own = [one for one in found if one is not None]
        if not own:
            return self.general
        if (persona, circle) not in self._made:
            self._made[persona, circle] = _rules(self, own)
        return self._made[persona, circle]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The same in numbers, for one persona or circle. Spans in ms, quiet hours in minutes of the
    local day; equal ones: none are quiet."""

    day: int
    week: int
    month: int
    promo_day: int
    promo_week: int
    promo_month: int
    quiet_from: int
    quiet_to: int
    trust_contacts: int
    trust_days: int
    ratio: int
    mood_for: int
    fewer: int
    again: int
    platform_month: int
    moments_day: int
    moments_month: int
    posts_day: int


def _rules(words: Governing, owns: Iterable[Own | OfCircle] = ()) -> Rules:
    """Of several that say something the last one counts."""
    said = {spec.name: getattr(words, spec.name) for spec in fields(Rules)}
    for own in owns:
        has = {spec.name: getattr(own, spec.name) for spec in fields(own) if spec.name in said}
        said |= {name: value for name, value in has.items() if value is not None}
    read = {name: reader(said[name]) for name, reader in READERS.items()}
    return Rules(**{**said, **read})


def check_governing(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    for at, table in _tables(config.governor):
        for spec in fields(table):
            if spec.metadata.get("key") != "":
                _check_value(spec.name, getattr(table, spec.name), doc, (*at, spec.name))


def _check_value(key: str, value: object, doc: TomlDoc, at: KeyPath) -> None:
    if isinstance(value, int | float) and value < 0:
        raise fail(doc, at, "is below 0", "0 lets nothing pass")
    if key == "promo_share" and isinstance(value, float) and value > 1:
        raise fail(doc, at, "wants a share from 0 to 1", "20 % is 0.2")
    if isinstance(value, str):
        _check_words(key, value, doc, at)


def _tables(governing: Governing) -> Iterator[tuple[KeyPath, Governing | Own | OfCircle]]:
    yield ("governor",), governing
    for name in ("personas", "circles"):
        for key, own in getattr(governing, name).items():
            yield ("governor", name, key), own


def _check_words(key: str, value: str, doc: TomlDoc, at: KeyPath) -> None:
    try:
        READERS[key](value)
    except ValueError as exc:
        fix = 'write "21:30"' if READERS[key] is minutes else 'write "7d" or "2h"'
        raise fail(doc, at, str(exc), fix) from None
