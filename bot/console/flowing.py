"""Flows in words: what begins one, when a step comes and for whom, why one is left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.console.campaigning import span_words
from bot.console.naming import held_back
from bot.console.recurring import named_day
from bot.console.unsent import unsent
from bot.console.words import said_or, say
from bot.store.flowdesk import FATES
from scheduler.flows import Flow, Step
from scheduler.triggers import Trigger
from scheduler.unless import Condition, parse_condition

_VERSION = re.compile(r"not in v([0-9]+)")
# what a template that cannot be said now says of itself
_RENDERED = re.compile(r"(guard: .+)$|not valid on ([0-9-]+)$")
NONE: Mapping[str, str] = {}
_NO_WAY = {"no kf window is open": "no_window", "the welcome goes out with its event only": "",
           "not a friend of any account of the persona": "no_friend"}  # fmt: skip


def _festival(lang: str, text: str) -> str:
    return named_day(lang, f"festival:{text}")


def begins(lang: str, trigger: Trigger, titles: Mapping[str, str] = NONE) -> str:
    """What begins a flow. ``titles``: of circles, by id."""
    key = f"flow_begins.{trigger.name}"
    if not trigger.which:
        return say(lang, key)
    shown: Mapping[str, Callable[[str, str], str]] = {"silent": span_words, "festival": _festival}
    read = shown.get(trigger.name)
    return say(
        lang,
        f"{key}_which",
        which=read(lang, trigger.which) if read else titles.get(trigger.which, trigger.which),
    )


def comes(lang: str, step: Step) -> str:
    """When a step is due."""
    if "welcome" in step.via:
        return say(lang, "flows.at_welcome")
    if step.at == "now":
        return say(lang, "flows.at_now")
    if ":" not in step.at:
        return say(lang, "flows.at_span", span=span_words(lang, step.at))
    if not step.day:
        return say(lang, "flows.at_today", time=step.at)
    return say(lang, "flows.at_day", n=step.day, time=step.at)


def condition(lang: str, one: Condition) -> str:
    """What a member did, or is."""
    which = say(lang, "flows.or").join(one.which.split("|"))
    return say(lang, f"flow_if.{one.name}", which=which)


def for_whom(lang: str, step: Step) -> list[str]:
    """Who gets a step and who does not, a line each."""
    lines = [say(lang, "flows.not_if", what=condition(lang, one)) for one in step.exceptions]
    if step.answered is not None:
        lines.append(say(lang, "flows.only_if", what=condition(lang, step.answered)))
    if step.when:
        lines.append(say(lang, "flows.only_of", what=step.when))
    return lines


def why(lang: str, note: str) -> str:
    """Why a step waits, was left out, or a run ended: the note beside it, in words."""
    if not note:
        return ""
    for name, told in _NOTES.items():
        if note.startswith(f"{name}: "):
            return told(lang, note.removeprefix(f"{name}: "))
    if note in _ENDS:
        return say(lang, _ENDS[note])
    if found := _VERSION.fullmatch(note):
        return say(lang, "flow_note.not_in", n=found[1])
    if found := _RENDERED.search(note):
        return (
            unsent(lang, found[1]) if found[1] else say(lang, "flow_note.not_valid", day=found[2])
        )
    said = held_back(lang, note)
    return said if said != note else unsent(lang, note)


def _named(key: str) -> Callable[[str, str], str]:
    """A sentence of the catalogue around a condition."""

    def told(lang: str, text: str) -> str:
        try:
            return say(lang, key, what=condition(lang, parse_condition(text)))
        except ValueError:
            return text

    return told


def _unreachable(lang: str, text: str) -> str:
    ways = [_NO_WAY.get(part, part) for part in text.split("; ")]
    told = [said_or(lang, f"flow_note.{one}", one) for one in ways if one]
    return say(lang, "flows.or").join(told) or say(lang, "ruling.unreachable")


_NOTES: Mapping[str, Callable[[str, str], str]] = {
    "goal": _named("flow_note.goal"), "unless": _named("flow_note.unless"),
    "unreachable": _unreachable,
    "answer": lambda lang, text: say(lang, "flow_note.answer", which=say(lang, "flows.or").join(
        text.removeprefix("nothing like ").split("|"))),
    "when": lambda lang, text: say(lang, "flow_note.when", what=text.removeprefix("not of ")),
    "late": lambda lang, text: say(lang, "flow_note.late",
                                   span=span_words(lang, text.removeprefix("more than "))),
    "persona_dates": lambda lang, text: say(lang, "ruling.persona_dates"),
}  # fmt: skip
_ENDS = {"the flow has ended for this member": "flow_note.ended", "stopped": "flow_note.stopped"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One step of a flow as its page shows it, with how many stand where. ``step`` is None for one
    that only older versions have; ``waits`` and ``left_out`` are by reason."""

    name: str
    step: Step | None
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    waits: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


def stops(flow: Flow | None, counts: Mapping[str, Mapping[tuple[str, str], int]]) -> list[Stop]:
    """The steps of a flow in the order of its file; then those that only older versions have."""
    steps = {step.id: step for step in flow.file.step} if flow is not None else {}
    names = [*steps, *sorted(counts.keys() - steps.keys())]
    return [_stop(name, steps.get(name), counts.get(name, {})) for name in names]


def _stop(name: str, step: Step | None, counts: Mapping[tuple[str, str], int]) -> Stop:
    def of(fate: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for (state, note), n in counts.items():
            if state in FATES[fate]:
                found[note] = found.get(note, 0) + n
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    waits, left_out = of("waiting"), of("left_out")
    return Stop(name=name, step=step, waiting=sum(waits.values()), done=sum(of("done").values()),
                skipped=sum(left_out.values()), left_out=left_out,
                waits={note: n for note, n in waits.items() if note})  # fmt: skip


def plan_named(lang: str, origin: str, titles: Mapping[str, str]) -> str:
    """What staff call the flow, campaign or entry that wanted to say something; ``titles`` are by
    ``flow:ID``, ``campaign:NAME``, ``entry:ID``."""
    kind, _, name = origin.partition(":")
    for key in (origin, f"entry:{name}"):
        if key in titles:
            return titles[key]
    return name or said_or(lang, f"plan_kind.{kind}", kind)
