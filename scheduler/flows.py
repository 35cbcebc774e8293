"""Flows: what happens to a member after something happened to him. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core import tomlfile
from bot.core.clock import local, to_ms
from bot.core.decode import decode, fail
from bot.core.span import parse_span

Way = Literal["welcome", "kf", "bulk"]
DAY_MAX = 3_660
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to say. ``at`` is ``now``, a span after the trigger, or a time on local ``day``."""

    id: str
    template: str
    via: tuple[Way, ...]
    at: str = "now"
    day: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowFile:
    """A file of content/flows as it is written."""

    id: str
    trigger: str
    title: str = ""
    persona: tuple[str, ...] = ()
    once: Literal["member"] = "member"
    step: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """One published version of a flow."""

    file: FlowFile
    version: int = 1

    @property
    def id(self) -> str:
        """Name of the flow; its file's name."""
        return self.file.id

    def serves(self, persona: str) -> bool:
        """True when members of this persona go through the flow."""
        return not self.file.persona or persona in self.file.persona

    def step(self, name: str) -> Step | None:
        """The step of that id, or None (an older version had it)."""
        return next((s for s in self.file.step if s.id == name), None)


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of one member's run and when it is due."""

    step: str
    at: int


def parse_flow(source: str, file: str, version: int = 1) -> Flow:
    """Reads one file of content/flows. Raises BadInput."""
    doc = tomlfile.parse(source, file)
    flow = decode(FlowFile, doc)
    name = file.rsplit("/", 1)[-1].removesuffix(".toml")
    if flow.id != name:
        raise fail(doc, ("id",), f"{flow.id!r}, but the file is {name!r}", "make them equal")
    if not flow.step:
        raise fail(doc, (), "no step", "add a [[step]]")
    seen: set[str] = set()
    for i, step in enumerate(flow.step):
        if step.id in seen:
            raise fail(doc, ("step", i, "id"), f"{step.id!r} stands twice")
        seen.add(step.id)
        if not 0 <= step.day <= DAY_MAX:
            raise fail(doc, ("step", i, "day"), f"is not within 0 and {DAY_MAX}",
                       "0 is the day of the trigger")  # fmt: skip
        if not step.via:
            raise fail(doc, ("step", i, "via"), "is empty", "welcome, kf, bulk")
        try:
            when(step, 0, "UTC")
        except ValueError as exc:
            raise fail(doc, ("step", i, "at"), str(exc), 'write "now", "2h" or "10:00"') from None
    return Flow(file=flow, version=version)


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


def triggered(flows: Iterable[Flow], event: str, persona: str) -> tuple[Flow, ...]:
    """Flows that this event starts for a member of this persona."""
    return tuple(f for f in flows if f.file.trigger == event and f.serves(persona))
