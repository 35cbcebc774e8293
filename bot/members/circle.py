"""Circles: people who belong together by more than what they buy. Pure.

A file of ``content/circles`` says what the circle is, for whom, who leads it, what it is to reach
and how one gets in. docs/circles.md explains each key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Literal

from bot.core import tomlfile
from bot.core.decode import decode, fail
from bot.core.door import Door
from bot.core.errors import BadInput
from bot.core.tomlfile import TomlDoc

Principle = Literal["interest", "values", "habit", "lifestyle"]
Metric = Literal["members", "active", "newcomers", "brought"]
# What a goal may count, and the unit people read.
QUESTIONS_MAX, QUESTION_MAX = 5, 100
FOLDER = "content/circles"
_CHAT_ID = re.compile(r"wr[\w-]{20,}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """[position]: the five questions that must be answered before the circle is written to."""

    who: str = ""
    where: str = ""
    need: str = ""
    habit: str = ""
    value: str = ""


POSITION_ASKS: Mapping[str, str] = {
    "who": "他们是谁", "where": "在哪里遇得到他们", "need": "他们要什么", "habit": "他们平时怎么做",
    "value": "我们给他们什么",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """[goal]: one figure of ``METRICS``, and how much of it is enough."""

    metric: Metric = "members"
    target: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Leader:
    """[leader]: a persona, or a member; whoever leads from the beginning."""

    persona: str = ""
    member: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """[admission]: ``open`` lets in whoever wants to or, with ``auto``, whoever the words fit;
    ``questions`` lets in whom somebody admits, ``closed`` nobody who asks. Whoever is turned away
    hears so by a flow that waits for ``circle_rejected``. ``most``: with so many members nobody
    gets in by asking; 0: no bound."""

    how: Literal["open", "questions", "closed"] = "open"
    auto: str = ""
    questions: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle:
    """A file of content/circles; ``version`` is the published one."""

    id: str
    title: str
    principle: Principle
    about: str = ""
    position: Position = field(default_factory=Position)
    goal: Goal = field(default_factory=Goal)
    leader: Leader = field(default_factory=Leader)
    admission: Admission = field(default_factory=Admission)
    groups: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    version: int = field(default=1, metadata={"key": ""})
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"key": ""})

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Which of the five questions have no answer yet."""
        return tuple(one.name for one in fields(Position)
                     if not getattr(self.position, one.name).strip())  # fmt: skip

    @property
    def door(self) -> Door:
        """What may be said of it to whoever wants in; groups that are named by their id alone have
        no name that people know."""
        return Door(id=self.id, title=self.title, about=self.about,
                    groups=tuple(name for name in self.groups if not _CHAT_ID.fullmatch(name)),
                    questions=self.admission.questions, most=self.admission.most,
                    closed=self.admission.how == "closed")  # fmt: skip


def shown(name: str) -> str:
    """How people name the file of a circle."""
    return f"{FOLDER}/{name}.toml"


def parse_circle(source: str, file: str, version: int = 1) -> Circle:
    """Reads one file of content/circles. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    circle = decode(Circle, doc)
    name = file.rsplit("/", 1)[-1].removesuffix(".toml")
    if circle.id != name:
        raise fail(doc, ("id",), f"{circle.id!r}, but the file is {name!r}", "make them equal")
    if not circle.title.strip():
        raise fail(doc, ("title",), "is empty", "write what people call the circle")
    _check_leader(doc, circle.leader)
    _check_admission(doc, circle.admission)
    if circle.goal.target < 0:
        raise fail(doc, ("goal", "target"), "is below 0", "0 is without a target")
    lines = {key: doc.line_of(tuple(key.split("."))) for key in _POINTED}
    return Circle(**{one.name: getattr(circle, one.name) for one in fields(Circle)}
                  | {"version": version, "lines": lines})  # fmt: skip


_POINTED = ("position", "leader.persona", "admission.auto", "admission.how")


def _check_leader(doc: TomlDoc, leader: Leader) -> None:
    if leader.persona and leader.member:
        raise fail(doc, ("leader",), "names a persona and a member", "leave one of them")


def _check_admission(doc: TomlDoc, admission: Admission) -> None:
    asks = admission.how == "questions"
    if asks and not admission.questions:
        raise fail(doc, ("admission", "questions"), "is empty", 'ask something, or how = "open"')
    if not asks and admission.questions:
        raise fail(doc, ("admission", "questions"), "are asked by nobody",
                   'write how = "questions"')  # fmt: skip
    if admission.how == "closed" and admission.auto:
        raise fail(doc, ("admission", "auto"), "would let people into a closed circle",
                   'remove it, or how = "open"')  # fmt: skip
    if admission.most < 0:
        raise fail(doc, ("admission", "most"), "is below 0", "0 is without a bound")
    if asks and admission.auto:
        raise fail(doc, ("admission", "auto"), "would let people past the questions",
                   "remove one of them")  # fmt: skip
    for i, question in enumerate(admission.questions):
        if not 0 < len(question.strip()) <= QUESTION_MAX:
            raise fail(doc, ("admission", "questions", i), f"1 to {QUESTION_MAX} characters",
                       "shorten it")  # fmt: skip
    if len(admission.questions) > QUESTIONS_MAX:
        raise fail(doc, ("admission", "questions"), f"over {QUESTIONS_MAX}", "ask fewer")


def parse_served(sources: Iterable[tuple[str, str, int]]) -> Iterator[Circle]:
    """Circles of (text, file, version) that serve; one that this program cannot read is left out,
    and its file has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_circle(source, file, version)
