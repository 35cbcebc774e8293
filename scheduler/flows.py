"""Flows: what happens to a member after something happened to him. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.core import tomlfile
from bot.core.clock import local, to_ms
from bot.core.decode import decode, fail
from bot.core.errors import BadInput
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc
from scheduler.audience import parse_audience
from scheduler.triggers import Trigger, parse_trigger
from scheduler.unless import Condition, parse_condition

Way = Literal["welcome", "kf", "bulk"]
DAY_MAX = 3_660
HOLDOUT_MAX = 0.5
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to say. ``at`` is ``now``, a span after the trigger, or a time on local ``day``.

    It is left out for whoever ``unless`` names, whoever is not of the audience ``when``, and
    whoever did not write one of the words of ``answer``. ``late``: how long it may be put off.
    """

    id: str
    template: str
    via: tuple[Way, ...]
    at: str = "now"
    day: int = 0
    unless: tuple[str, ...] = ()
    when: str = ""
    answer: str = ""
    late: str = "3d"

    @property
    def exceptions(self) -> tuple[Condition, ...]:
        """``unless``, read."""
        return tuple(parse_condition(text) for text in self.unless)

    @property
    def answered(self) -> Condition | None:
        """``answer``, read."""
        return Condition("wrote", self.answer) if self.answer else None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowFile:
    """A file of content/flows as it is written. ``move``: members go over to the newest version."""

    id: str
    trigger: str
    title: str = ""
    persona: tuple[str, ...] = ()
    once: Literal["member", "year", "event"] = "member"
    goal: str = ""
    holdout: float = 0.0
    move: bool = False
    step: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """One version of a flow."""

    file: FlowFile
    version: int = 1

    @property
    def id(self) -> str:
        """Name of the flow; its file's name."""
        return self.file.id

    @property
    def trigger(self) -> Trigger:
        """What begins it."""
        return _trigger(self.file.trigger)

    @property
    def goal(self) -> Condition | None:
        """What ends it, besides its last step."""
        return parse_condition(self.file.goal) if self.file.goal else None

    def serves(self, persona: str) -> bool:
        """True when members of this persona go through the flow."""
        return not self.file.persona or persona in self.file.persona

    def step(self, name: str) -> Step | None:
        """The step of that id, or None (an older version had it)."""
        return next((s for s in self.file.step if s.id == name), None)

    def key(self, persona: str, member: str, event: str, started: int, zone: str) -> str:
        """What makes a member go through it once: for good, in a year, or for each event."""
        base = f"{self.id}/{persona}/{member}"
        if self.file.once == "year":
            return f"{base}/{local(started, zone).year}"
        return f"{base}/{event}" if self.file.once == "event" else base

    def holds_out(self, member: str) -> bool:
        """True for those who get nothing, so that one can see what it is good for."""
        mark = hashlib.sha256(f"{self.id}\0{member}".encode()).digest()
        return int.from_bytes(mark[:8], "big") / 2**64 < self.file.holdout


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of one member's run and when it is due."""

    step: str
    at: int


_trigger = lru_cache(256)(parse_trigger)


def parse_flow(source: str, file: str, version: int = 1) -> Flow:
    """Reads one file of content/flows. Raises BadInput."""
    doc = tomlfile.parse(source, file)
    flow = decode(FlowFile, doc)
    name = file.rsplit("/", 1)[-1].removesuffix(".toml")
    if flow.id != name:
        raise fail(doc, ("id",), f"{flow.id!r}, but the file is {name!r}", "make them equal")
    _well(doc, ("trigger",), parse_trigger, flow.trigger)
    if flow.goal:
        _well(doc, ("goal",), parse_condition, flow.goal)
    if not 0 <= flow.holdout <= HOLDOUT_MAX:
        raise fail(doc, ("holdout",), f"is not within 0 and {HOLDOUT_MAX}", "0.1 is a tenth")
    if not flow.step:
        raise fail(doc, (), "no step", "add a [[step]]")
    seen: set[str] = set()
    for i, step in enumerate(flow.step):
        if step.id in seen:
            raise fail(doc, ("step", i, "id"), f"{step.id!r} stands twice")
        seen.add(step.id)
        _check_step(doc, i, step)
    return Flow(file=flow, version=version)


def parse_served(sources: Iterable[tuple[str, str, int]]) -> Iterator[Flow]:
    """Flows of (text, file, version) that serve. What an earlier program published and this one
    does not read any more begins nothing; where its file is still there, it has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_flow(source, file, version)


def _check_step(doc: TomlDoc, i: int, step: Step) -> None:
    if not 0 <= step.day <= DAY_MAX:
        raise fail(doc, ("step", i, "day"), f"is not within 0 and {DAY_MAX}",
                   "0 is the day of the trigger")  # fmt: skip
    if not step.via:
        raise fail(doc, ("step", i, "via"), "is empty", "welcome, kf, bulk")
    try:
        when(step, 0, "UTC")
    except ValueError as exc:
        raise fail(doc, ("step", i, "at"), str(exc), 'write "now", "2h" or "10:00"') from None
    for k, text in enumerate(step.unless):
        _well(doc, ("step", i, "unless", k), parse_condition, text)
    if step.answer:
        _well(doc, ("step", i, "answer"), lambda text: parse_condition(f"wrote:{text}"),
              step.answer)  # fmt: skip
    _well(doc, ("step", i, "late"), parse_span, step.late)


def _well(doc: TomlDoc, at: KeyPath, read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except ValueError as exc:
        raise fail(doc, at, str(exc)) from None


def check_audiences(
    flow: Flow, personas: Mapping[str, tuple[str, ...]], zone: str, file: str
) -> None:
    """Whether each ``when`` can be understood. Raises BadInput naming the step."""
    for step in flow.file.step:
        if step.when:
            parse_audience(step.when, personas, zone, file=f"{file} (step {step.id})")


def when(step: Step, started: int, zone: str) -> int:
    """When a step is due for a run that began at ``started``. Raises ValueError."""
    if step.at == "now":
        return started
    clock = _CLOCK.fullmatch(step.at)
    if clock is None:
        return started + parse_span(step.at)
    day = local(started, zone).date() + timedelta(days=step.day)
    moment = datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]),
                      tzinfo=ZoneInfo(zone))  # fmt: skip
    due = to_ms(moment)
    return due if due > started else due + to_ms(moment + timedelta(days=1)) - due


def plan(flow: Flow, started: int, zone: str) -> tuple[Planned, ...]:
    """All steps that wait; a welcome step answers the trigger itself and is not planned."""
    return tuple(
        Planned(step.id, when(step, started, zone))
        for step in flow.file.step
        if "welcome" not in step.via
    )


def welcome_step(flow: Flow) -> Step | None:
    """The step that goes out with the platform's welcome code, if the flow has one."""
    return next((step for step in flow.file.step if "welcome" in step.via), None)


def triggered(flows: Iterable[Flow], event: str, persona: str, which: str = "") -> tuple[Flow, ...]:
    """Flows that this event starts for a member of this persona."""
    name = event.replace(".", "_")
    return tuple(f for f in flows if f.trigger.matches(name, which) and f.serves(persona))
