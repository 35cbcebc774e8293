"""A file of ``content/missions``: something that whoever may take missions does for the brand.
Values, and how the file is read; docs/seeds.md explains each key. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.community import mission_check as checking
from bot.community.activity import Reward
from bot.core import tomlfile
from bot.core.clock import to_ms
from bot.core.decode import decode
from bot.core.errors import BadInput
from bot.core.span import parse_span

FOLDER = "content/missions"
Proof = Literal["text", "link", "photo"]
PROOFS: Mapping[Proof, str] = {"text": "写一段话", "link": "给一个链接", "photo": "传一张照片"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mission:
    """One mission; ``version`` is the published one. ``roles``: who may take it; empty: whoever may
    take missions by any role. ``places``: how many may have it at a time or be done with it (0: no
    limit), ``each``: how often one person. ``within``: so long after he took it he has to have
    handed in. ``start``, ``until``: local days, inclusive. ``material``: templates to work with.
    ``proof``: any one of these will do; ``asks``: what it has to show. ``shares``: who is accepted
    has passed our word on."""

    id: str
    title: str
    circle: str
    brief: str
    asks: str
    proof: tuple[Proof, ...]
    persona: str = ""
    roles: tuple[str, ...] = ()
    level: str = ""
    audience: str = ""
    places: int = 0
    each: int = 1
    within: str = "7d"
    start: date | None = field(default=None, metadata={"key": "from"})
    until: date | None = None
    material: tuple[str, ...] = ()
    shares: bool = False
    rewards: tuple[Reward, ...] = ()
    version: int = field(default=1, metadata={"key": ""})
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"key": ""})

    def opens(self, zone: str) -> int:
        """From when on it may be taken, UTC ms."""
        return _midnight(self.start, zone) if self.start else 0

    def closes(self, zone: str) -> int | None:
        """When it is over for everybody; None: never."""
        return _midnight(self.until + timedelta(days=1), zone) if self.until else None

    def due(self, taken: int, zone: str) -> int:
        """Until when somebody who takes it has to hand in."""
        ends, closes = taken + parse_span(self.within), self.closes(zone)
        return ends if closes is None else min(ends, closes)


def _midnight(day: date, zone: str) -> int:
    return to_ms(datetime.combine(day, time(), ZoneInfo(zone)))


def shown(name: str) -> str:
    """How people name the file of a mission."""
    return f"{FOLDER}/{name}.toml"


def parse_mission(source: str, file: str, version: int = 1) -> Mission:
    """Reads one file of content/missions. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode(Mission, doc)
    checking.check(doc, made, file.rsplit("/", 1)[-1].removesuffix(".toml"))
    lines = {key: doc.line_of((key,)) for key in ("circle", "persona", "audience", "material")}
    return replace(made, version=version, lines=lines)


def parse_served(sources: Iterable[tuple[str, str, int]]) -> Iterator[Mission]:
    """Missions of (text, file, version) that serve; one that this program cannot read is left out,
    and its file has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_mission(source, file, version)
