"""A file of ``content/atmosphere``: which colleagues keep a circle's groups warm, and when. Values,
and how the file is read; docs/atmosphere.md explains each key. Pure.

Everybody who speaks is declared here by his own userid. There is no other way into a shift, so the
product has no place for a member who is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from bot.core import tomlfile
from bot.core.clock import DAY, MINUTE
from bot.core.decode import decode, fail, nearest
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

FOLDER = "content/atmosphere"
Ask = Literal["activity", "say", "unanswered", "birthday", "silent"]
ASKS: tuple[Ask, ...] = get_args(Ask)
LASTS_MIN, LASTS_MAX, NAME_MAX = 15 * MINUTE, 12 * 60 * MINUTE, 20
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# ids of customers and robots (bot/core/contacts.py): none of them is a colleague
OUTSIDE = ("wm", "wo", "wb")


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """[[team]]: a declared colleague; ``name`` is how the group knows him."""

    userid: str
    name: str
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """[[shifts]]: ``when`` it begins, in the words of the calendar; ``who``: userids of the team,
    each of whom has it. ``groups``: empty: all of the circle. ``asks``: what it is prompted for.
    ``say``: templates of what to say first, one a time, in turn."""

    id: str
    title: str
    when: str
    who: tuple[str, ...]
    lasts: str = "2h"
    groups: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ASKS
    say: tuple[str, ...] = ()

    @property
    def lasts_ms(self) -> int:
        """``lasts`` in ms."""
        return parse_span(self.lasts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """[[cover]]: hours in which somebody should be there."""

    when: str
    lasts: str = "1h"

    @property
    def lasts_ms(self) -> int:
        """``lasts`` in ms."""
        return parse_span(self.lasts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """[health]: what each part of a group's score weighs; 0 leaves it out."""

    speakers: int = 20
    answers: int = 20
    silent: int = 15
    promo: int = 15
    taking_part: int = 15
    staying: int = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Atmosphere:
    """The team of one circle; ``version`` is the published one. ``persona``: in whose words
    suggestions are; empty: whoever leads the circle. ``silent_for``: who did nothing for so long is
    named. ``lines``: where keys stand."""

    circle: str
    persona: str = ""
    silent_for: str = "30d"
    team: tuple[Host, ...] = ()
    shifts: tuple[Duty, ...] = ()
    cover: tuple[Cover, ...] = ()
    health: Weights = field(default_factory=Weights)
    version: int = field(default=1, metadata={"key": ""})
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"key": ""})

    def host(self, userid: str) -> Host | None:
        """The declared colleague of this userid."""
        return next((one for one in self.team if one.userid == userid), None)

    def duty(self, id: str) -> Duty | None:
        """The shift of this id."""
        return next((one for one in self.shifts if one.id == id), None)

    @property
    def templates(self) -> tuple[str, ...]:
        """Every template that something is suggested with."""
        return tuple(dict.fromkeys(name for one in self.shifts for name in one.say))


def undeclared(made: Atmosphere, userid: str) -> str:
    """Why somebody may not have a shift, or empty."""
    if made.host(userid) is not None:
        return ""
    known = "、".join(f"{one.name}（{one.userid}）" for one in made.team) or "还没有人"
    return (f"{userid} 没有在 {shown(made.circle)} 的 [[team]] 里申报，不能值氛围组的班；"
            f"申报过的是：{known}。请先把人加进 [[team]]，用他自己的账号")  # fmt: skip


def shown(name: str) -> str:
    """How people name the file of a circle's atmosphere team."""
    return f"{FOLDER}/{name}.toml"


def parse_atmosphere(source: str, file: str, version: int = 1) -> Atmosphere:
    """Reads one file of content/atmosphere. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode(Atmosphere, doc)
    faults = Faults()
    for at, message, fix in _wrong(made, file.rsplit("/", 1)[-1].removesuffix(".toml")):
        faults.add((fail(doc, at, message, fix),))
    faults.check()
    return replace(made, version=version, lines=_lines(doc, made))


def parse_served(sources: Iterable[tuple[str, str, int]]) -> Iterator[Atmosphere]:
    """Those of (text, file, version) that serve and that this program can read."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_atmosphere(source, file, version)


def _lines(doc: TomlDoc, made: Atmosphere) -> Mapping[str, int]:
    found = {key: doc.line_of((key,)) for key in ("circle", "persona", "cover")}
    found |= {f"host/{one.userid}": doc.line_of(("team", i)) for i, one in enumerate(made.team)}
    found |= {f"duty/{one.id}": doc.line_of(("shifts", i)) for i, one in enumerate(made.shifts)}
    return found | {f"cover/{i}": doc.line_of(("cover", i)) for i in range(len(made.cover))}


Wrong = Iterator[tuple[KeyPath, str, str]]


def _wrong(made: Atmosphere, name: str) -> Wrong:
    if made.circle != name:
        yield ("circle",), f"{made.circle!r}, but the file is {name!r}", "make them equal"
    yield from _span(("silent_for",), made.silent_for, 7 * DAY, 365 * DAY)
    yield from _team(made)
    yield from _shifts(made)
    for i, one in enumerate(made.cover):
        yield from _span(("cover", i, "lasts"), one.lasts, LASTS_MIN, LASTS_MAX)
    weights = [getattr(made.health, key) for key in Weights.__slots__]
    if min(weights) < 0 or not any(weights):
        yield ("health",), "weights are 0 or more, and not all 0", "speakers = 20"


def _team(made: Atmosphere) -> Wrong:
    seen: set[str] = set()
    for i, one in enumerate(made.team):
        at: KeyPath = ("team", i, "userid")
        if not one.userid.strip() or one.userid.startswith(OUTSIDE):
            yield at, f"{one.userid!r} is no colleague's userid", "write the userid of his account"
        if one.userid in seen:
            yield at, f"{one.userid!r} is there twice", "leave one"
        if not 0 < len(one.name.strip()) <= NAME_MAX:
            yield ("team", i, "name"), f"1 to {NAME_MAX} characters", "write who he is"
        seen.add(one.userid)


def _shifts(made: Atmosphere) -> Wrong:
    seen: set[str] = set()
    for i, one in enumerate(made.shifts):
        at: KeyPath = ("shifts", i)
        if not ID.fullmatch(one.id) or one.id in seen:
            yield (*at, "id"), f"{one.id!r} is no id, or there twice", "small letters and digits"
        seen.add(one.id)
        if not one.title.strip():
            yield (*at, "title"), "is empty", "write how colleagues call it"
        yield from _span((*at, "lasts"), one.lasts, LASTS_MIN, LASTS_MAX)
        if not one.who:
            yield (*at, "who"), "is empty", "name somebody of [[team]]"
        for userid in one.who:
            if made.host(userid) is None:
                yield (*at, "who"), undeclared(made, userid), nearest(
                    userid, [host.userid for host in made.team]) if made.team else (
                    "write a [[team]] with his userid and name")  # fmt: skip


def _span(at: KeyPath, text: str, least: int, most: int) -> Wrong:
    try:
        good = least <= parse_span(text) <= most
    except ValueError as exc:
        yield at, str(exc), 'write it as "2h"'
        return
    if not good:
        yield at, f"{text!r} is too short or too long", 'write it as "2h" or "30d"'
