"""What is under way in a conversation: a step of a guided talk, or a form half filled.

It lives in the memory of the conversation under ``state``, is bounded by the script, and is
forgotten when nothing was said about it for as long as the step or form allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from bot.persona.form import Form
from bot.persona.memory import Memory
from bot.persona.script import Script
from bot.persona.step import Step

PATH_MAX = 8
MISSES_MAX = 2  # the third answer that is not understood goes the usual way
# Places of a form that are no field.
CONSENT, CONFIRM, FIX = "?consent", "?confirm", "?fix"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """``at``: UTC ms of the last word about it; ``spot``: what a form asks; ``path``: for "back".

    ``values`` and ``sources`` are by field: an answer, and the message it came from. ``consents``:
    purpose -> the message that agreed, empty for a refusal. ``misses``: answers not understood,
    ``nags``: times the question was repeated after something else.
    """

    kind: Literal["step", "form"]
    id: str
    at: int
    path: tuple[str, ...] = ()
    spot: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    consents: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False
    misses: int = 0
    nags: int = 0

    def evolve(self, **changes: Any) -> State:
        """A copy with the named fields changed."""
        return replace(self, **changes)

    @property
    def place(self) -> tuple[str, str, str]:
        """What is being asked; equal places ask the same."""
        return self.kind, self.id, self.spot


def current(memory: Memory, script: Script, now: int) -> State | None:
    """What is under way, or None: nothing, expired, or not in this version of the script."""
    try:
        raw = dict(memory.get("state") or {})
        state = State(**{**raw, "path": tuple(raw.get("path", ())),
                         "skipped": tuple(raw.get("skipped", ()))}) if raw else None  # fmt: skip
    except TypeError:
        return None  # another version wrote it
    if state is None:
        return None
    part = part_of(script, state)
    if part is None or now - state.at > part.expires:
        return None
    if isinstance(part, Form) and not _has_spot(part, state.spot):
        return None
    return state


def _has_spot(form: Form, spot: str) -> bool:
    return spot.startswith("?") or spot in {part.id for part in form.fields} | {""}


def part_of(script: Script, state: State) -> Step | Form | None:
    """The step or form that a state stands in."""
    return script.steps.get(state.id) if state.kind == "step" else script.forms.get(state.id)


def put(memory: Memory, state: State | None) -> dict[str, Any]:
    """The memory with this under way; None: with nothing."""
    rest = {key: value for key, value in memory.items() if key != "state"}
    if state is None:
        return rest
    plain = {key: list(value) if isinstance(value, tuple) else value
             for key, value in asdict(state).items()}  # fmt: skip
    return {**rest, "state": {key: value for key, value in plain.items() if value}}
