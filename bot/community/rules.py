"""A file of ``content/community``: what a circle gives for taking part. Values, and how the file is
read; docs/community.md explains each key. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeVar

from bot.community import checking
from bot.community.matching import Match
from bot.community.seeds import Seeds
from bot.core import tomlfile
from bot.core.decode import decode
from bot.core.errors import BadInput
from bot.core.span import parse_span

FOLDER = "content/community"
Once = Literal["event", "place", "other", "which", "day", "ever"]
How = Literal["first", "count", "streak", "season", "helped"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PointRule(Match):
    """[[points.rules]]: ``points`` for each event that fits, or for every ``per`` of its amount
    (100 is one yuan). ``per_day`` and ``per_week`` are points; 0 is without a limit. ``once_per``:
    of events that share this only the first counts. ``streak``: only when a run of days comes to
    so many, and to twice that, and so on."""

    id: str
    title: str
    points: int
    per: int = 0
    per_day: int = 0
    per_week: int = 0
    once_per: Once = "event"
    streak: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """[points]: ``per_day`` is the most that all rules together give on one day; 0: no limit."""

    per_day: int = 0
    rules: tuple[PointRule, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """[[levels]]: reached with ``start`` points; ``call``: how he is addressed then."""

    id: str
    title: str
    start: int = field(metadata={"key": "from"})
    call: str = ""
    perks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decay:
    """[decay]: who has earned nothing for ``idle`` loses ``percent`` of his points every ``every``,
    down to ``floor``. Without the table points stay."""

    idle: str
    every: str = "30d"
    percent: int = 10
    floor: int = 0

    @property
    def idle_ms(self) -> int:
        """``idle`` in ms."""
        return parse_span(self.idle)

    @property
    def every_ms(self) -> int:
        """``every`` in ms."""
        return parse_span(self.every)


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge(Match):
    """[[badges]]: given ``by`` the rule, or by staff with a reason. ``n`` events that fit (and
    differ in ``once_per``), days in a row, seasons, or people helped. ``honour``: stands on the
    wall. ``announce``: a template that is posted to the circle's groups when somebody gets it."""

    id: str
    title: str
    about: str = ""
    icon: str = "章"
    by: Literal["rule", "staff"] = "rule"
    rule: How = "first"
    n: int = 1
    once_per: Once = "event"
    honour: bool = False
    announce: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Codenames:
    """[codenames]: ``chosen`` by the member among ``pool``, or given to whoever enters. A name may
    be changed ``change_every``; empty: whenever he likes."""

    pool: tuple[str, ...] = ()
    chosen: Literal["member", "given"] = "member"
    change_every: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """[[rights]]: something a member may take. ``level``, ``badge``, ``audience``: who may;
    ``stock``: how many there are (0: no limit), ``each``: how many for one person, ``cost``:
    points, which levels do not lose. Days are of the file's zone, inclusive."""

    id: str
    title: str
    about: str = ""
    level: str = ""
    badge: str = ""
    audience: str = ""
    stock: int = 0
    each: int = 1
    cost: int = 0
    start: date | None = field(default=None, metadata={"key": "from"})
    until: date | None = None


Named = TypeVar("Named", Badge, Level, Right)


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    """The rules of one circle; ``version`` is the published one. ``counts``: what happens while
    somebody is in the circle, or also before and after. ``persona``: who says what is announced;
    empty: whoever leads the circle. ``lines``: where keys stand."""

    circle: str
    zone: str = "Asia/Shanghai"
    counts: Literal["members", "everybody"] = "members"
    persona: str = ""
    points: Points = field(default_factory=Points)
    levels: tuple[Level, ...] = ()
    decay: Decay | None = None
    badges: tuple[Badge, ...] = ()
    codenames: Codenames = field(default_factory=Codenames)
    rights: tuple[Right, ...] = ()
    seeds: Seeds | None = None
    version: int = field(default=1, metadata={"key": ""})
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"key": ""})

    def badge(self, id: str) -> Badge | None:
        """The badge of that id."""
        return _find(self.badges, id)

    def level(self, id: str) -> Level | None:
        """The level of that id."""
        return _find(self.levels, id)

    def right(self, id: str) -> Right | None:
        """The right of that id."""
        return _find(self.rights, id)

    def level_at(self, points: int) -> Level | None:
        """The highest that so many points reach."""
        return next((one for one in reversed(self.levels) if one.start <= points), None)


def _find(among: Sequence[Named], id: str) -> Named | None:
    return next((one for one in among if one.id == id), None)


def shown(name: str) -> str:
    """How people name the file of a circle's community."""
    return f"{FOLDER}/{name}.toml"


def parse_community(source: str, file: str, version: int = 1) -> Community:
    """Reads one file of content/community. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode(Community, doc)
    checking.check(doc, made, file.rsplit("/", 1)[-1].removesuffix(".toml"))
    return replace(made, version=version, lines=checking.lines(doc, made))


def parse_served(sources: Iterable[tuple[str, str, int]]) -> Iterator[Community]:
    """Communities of (text, file, version) that serve; one that this program cannot read is left
    out, and its file has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_community(source, file, version)
