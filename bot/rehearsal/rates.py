"""How simulated members and staff behave: rehearsal.toml as frozen values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from pathlib import Path

from bot.core import tomlfile
from bot.core.decode import decode, fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

FILE = "rehearsal.toml"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrive:
    """How members become friends of an account."""

    at_start: float = 0.5
    within: str = "8d"
    second: float = 0.1
    silent_persona: float = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """How often they talk, and when."""

    month: float = 9.15
    spread: float = 0.6
    length: tuple[float, ...] = (2, 4, 5, 3)
    hours: tuple[float, ...] = (1, 0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 7, 9, 7, 6, 6, 6, 6, 7, 9, 11, 10,
                                6, 3)  # fmt: skip

    def __post_init__(self) -> None:
        if len(self.hours) != 24:
            raise ValueError("hours wants 24 weights, one for each hour of a day")
        if not 1 <= len(self.length) <= 5:
            raise ValueError("length wants 1 to 5 weights")
        if (
            min(self.hours) < 0
            or min(self.length) < 0
            or not sum(self.hours)
            or not sum(self.length)
        ):
            raise ValueError("weights are 0 or more, and not all 0")
        if not 0 <= self.spread <= 1:
            raise ValueError("spread is between 0 and 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Weights of what a talk is about."""

    ask: float = 72
    chat: float = 25
    complain: float = 3

    def __post_init__(self) -> None:
        if min(self.ask, self.chat, self.complain) < 0 or not self.ask + self.chat + self.complain:
            raise ValueError("weights are 0 or more, and not all 0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Acts:
    """How often one member does what in 30 days."""

    buy: float = 0.4
    fall_silent: float = 0.15
    opt_out: float = 0.06
    fewer: float = 0.04
    opt_in: float = 0.3
    invite: float = 0.1
    join: float = 0.5
    leave: float = 0.08
    delete: float = 0.04
    come_back: float = 0.5

    def __post_init__(self) -> None:
        if any(getattr(self, spec.name) < 0 for spec in fields(self)):
            raise ValueError("a rate is 0 or more")


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    """Who takes part: the part of the members who ask to be let into a circle; of those inside, the
    part who check in on a day, and who join anything else that is on; how often one asks in 30 days
    what he has. Of entries that a colleague must look at the part that he accepts (0: nobody
    looks), and the part of the circle who vote for one of them."""

    enter: float = 0.12
    check_in: float = 0.12
    join: float = 0.12
    look: float = 0.5
    accept: float = 0.9
    vote: float = 0.03

    def __post_init__(self) -> None:
        if self.look < 0:
            raise ValueError("look is 0 or more")


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """How long somebody who falls silent says nothing."""

    span: str = "12d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What members write where no FAQ has the words."""

    open: tuple[str, ...] = ("在吗",)
    chat: tuple[str, ...] = ("今天好冷",)
    complain: tuple[str, ...] = ("我要投诉",)
    opt_out: tuple[str, ...] = ("退订",)
    fewer: tuple[str, ...] = ("发得太多了，少发一点",)
    opt_in: tuple[str, ...] = ("恢复推送吧",)
    entry: tuple[str, ...] = ("今天喝了一杯白茶",)

    def __post_init__(self) -> None:
        if empty := [spec.name for spec in fields(self) if not getattr(self, spec.name)]:
            raise ValueError(f"{empty[0]} wants at least one wording")


@dataclass(frozen=True, kw_only=True, slots=True)
class Buy:
    """What a purchase leaves behind."""

    tag: str = "买过"


@dataclass(frozen=True, kw_only=True, slots=True)
class Taps:
    """What owners do with tasks that wait for their tap."""

    after: str = "40m"
    never: float = 0.06
    since: str = "09:00"
    until: str = "21:00"

    def __post_init__(self) -> None:
        _working(self.since, self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Colleagues who answer in the persona's place."""

    every: str = "20m"
    since: str = "09:00"
    until: str = "21:00"
    say: tuple[str, ...] = ("我看到啦，马上帮你处理。",)

    def __post_init__(self) -> None:
        _working(self.since, self.until)
        if not self.say:
            raise ValueError("say wants at least one wording")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """The whole file."""

    grid: str = "15m"
    arrive: Arrive = field(default_factory=Arrive)
    talk: Talk = field(default_factory=Talk)
    say: Say = field(default_factory=Say)
    acts: Acts = field(default_factory=Acts)
    community: Community = field(default_factory=Community)
    silence: Silence = field(default_factory=Silence)
    words: Words = field(default_factory=Words)
    buy: Buy = field(default_factory=Buy)
    taps: Taps = field(default_factory=Taps)
    staff: Staff = field(default_factory=Staff)


_SPANS = (("grid",), ("arrive", "within"), ("silence", "span"), ("taps", "after"),
          ("staff", "every"))  # fmt: skip
_PARTS = (("arrive", "at_start"), ("arrive", "second"), ("arrive", "silent_persona"),
          ("taps", "never"), ("community", "enter"), ("community", "check_in"),
          ("community", "join"), ("community", "accept"), ("community", "vote"))  # fmt: skip


def load_rates(path: Path) -> Rates:
    """Reads and checks a file of rates. Raises BadInput with file, line, key and fix."""
    doc = tomlfile.load(path)
    rates = decode(Rates, doc)
    for at in _SPANS:
        _check_span(rates, doc, at)
    for at in _PARTS:
        if not 0 <= _of(rates, at) <= 1:
            raise fail(doc, at, f"{_of(rates, at)} is no part of a whole", "write 0 to 1")
    return rates


def minute_of(text: str) -> int:
    """Minutes since midnight of a time like ``09:00``."""
    return int(text[:2]) * 60 + int(text[3:])


def _of(rates: Rates, at: tuple[str, ...]) -> float:
    value: object = rates
    for name in at:
        value = getattr(value, name)
    assert isinstance(value, int | float)
    return value


def _check_span(rates: Rates, doc: TomlDoc, at: tuple[str, ...]) -> None:
    value: object = rates
    for name in at:
        value = getattr(value, name)
    try:
        if parse_span(str(value)) <= 0:
            raise ValueError(f"{value!r} is no length of time above 0")
    except ValueError as exc:
        raise fail(doc, at, str(exc), 'write "5m", "2h" or "3d"') from None


def _working(since: str, until: str) -> None:
    for value in (since, until):
        if not _CLOCK.fullmatch(value):
            raise ValueError(f"{value!r} is no time of day; write it like 09:00")
    if since >= until:
        raise ValueError("since comes before until")
