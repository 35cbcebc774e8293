"""``[governor]`` of config.toml: what protects members from too much, too early, too late at night.

The file's words stand in ``Governing``; ``Rules`` are the same in numbers, for one persona or one
circle, and are what the governor (scheduler/governor.py) rules by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.core.clock import DAY, HOUR
from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("trust_days", "mood_for", "again")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What one persona or circle has otherwise than the rest; None: as the rest."""

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
    promo_share: float | None = None


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
    circles: dict[str, Own] = field(default_factory=dict)

    @cached_property
    def general(self) -> Rules:
        """The rules where nobody has any of its own."""
        return _rules(self)

    def rules(self, persona: str = "", circle: str = "") -> Rules:
        """The rules of a persona in a circle; what the circle says goes before the persona's."""
        own = [table[name] for table, name in ((self.personas, persona), (self.circles, circle))
               if name in table]  # fmt: skip
        return _rules(_own(self, own)) if own else self.general


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What holds for one persona or circle. Spans in ms, quiet hours in minutes of the local day;
    equal ones: none are quiet."""

    day: int = 2
    week: int = 4
    month: int = 8
    promo_day: int = 1
    promo_week: int = 1
    promo_month: int = 3
    quiet_from: int = 21 * 60 + 30
    quiet_to: int = 8 * 60 + 30
    trust_contacts: int = 3
    trust: int = 7 * DAY
    ratio: int = 3
    mood: int = 3 * DAY
    fewer: int = 30 * DAY
    again: int = 2 * HOUR
    platform_month: int = 0
    moments_day: int = 2
    moments_month: int = 40
    posts_day: int = 2


def _own(governing: Governing, owns: list[Own]) -> Governing:
    changes: dict[str, Any] = {
        spec.name: value for own in owns for spec in fields(own)
        if (value := getattr(own, spec.name)) is not None and spec.name != "promo_share"
    }  # fmt: skip
    return replace(governing, **changes)


def _rules(words: Governing) -> Rules:
    return Rules(
        day=words.day, week=words.week, month=words.month, promo_day=words.promo_day,
        promo_week=words.promo_week, promo_month=words.promo_month,
        quiet_from=minutes(words.quiet_from), quiet_to=minutes(words.quiet_to),
        trust_contacts=words.trust_contacts, trust=parse_span(words.trust_days),
        ratio=words.ratio, mood=parse_span(words.mood_for), fewer=parse_span(words.fewer),
        again=parse_span(words.again), platform_month=words.platform_month,
        moments_day=words.moments_day, moments_month=words.moments_month,
        posts_day=words.posts_day,
    )  # fmt: skip


def minutes(clock: str) -> int:
    """Minutes since midnight of a time of day. Raises ValueError."""
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(f"{clock[:40]!r} is no time of day")
    return int(found[1]) * 60 + int(found[2])


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


def _tables(governing: Governing) -> Iterator[tuple[KeyPath, Governing | Own]]:
    yield ("governor",), governing
    for name in ("personas", "circles"):
        for key, own in getattr(governing, name).items():
            yield ("governor", name, key), own


def _check_words(key: str, value: str, doc: TomlDoc, at: KeyPath) -> None:
    reader, fix = (parse_span, 'write "7d" or "2h"') if key in SPANS else (minutes, 'like "21:30"')
    try:
        reader(value)
    except ValueError as exc:
        raise fail(doc, at, str(exc), fix) from None
