"""The words that a mission gives whoever takes it, or why they cannot be shown now. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.community.mission import Mission
from bot.core.body import Link
from bot.core.clock import local
from bot.library.cast import Cast
from bot.library.speech import Setting, prepare
from bot.studio.render import CannotRender, Rendered
from bot.studio.template import Template

Why = Literal["", "nobody", "gone", "held", "early", "over", "unfit"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One template of a mission: its ``text``, or ``why`` there is none; ``day``: of which day
    that speaks."""

    name: str
    text: str = ""
    why: Why = ""
    day: date | None = None


def pieces(setting: Setting, made: Mission) -> Iterator[Piece]:
    """Everything that the mission names, each with its words or the reason why they are missing."""
    persona = voice(setting.cast, made)
    yield from (_piece(setting, made, name, persona) for name in made.material)


def voice(cast: Cast, made: Mission) -> str:
    """In whose words the material is: the mission's persona, else whoever leads the circle."""
    circle = cast.circles.get(made.circle)
    found = made.persona or (circle.leader.persona if circle else "")
    return found if found in cast.scripts else ""


def _piece(setting: Setting, made: Mission, name: str, persona: str) -> Piece:
    found = setting.cast.shelf.get(name)
    if not persona:
        return Piece(name, why="nobody")
    if found is None:
        return Piece(name, why="held" if name in setting.cast.withheld else "gone")
    if dated := _dated(found, local(setting.now, setting.cast.zone).date()):
        return dated
    try:
        return Piece(name, _said(prepare(setting, persona, name, circle=made.circle)))
    except CannotRender:
        return Piece(name, why="unfit")


def _dated(found: Template, today: date) -> Piece | None:
    if found.valid_from and today < found.valid_from:
        return Piece(found.name, why="early", day=found.valid_from)
    if found.valid_to and today > found.valid_to:
        return Piece(found.name, why="over", day=found.valid_to)
    return None


def _said(made: Rendered) -> str:
    """With the addresses of its cards; pictures cannot be copied as words."""
    cards = (f"{one.title} {one.url}" for one in made.attachments if isinstance(one, Link))
    return "\n".join((made.text, *cards))
