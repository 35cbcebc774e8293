"""``tests/*.toml``: conversations with expected outcomes. An unknown key is an error with its line.

Every step does one thing (``say``, ``send``, ``event``, ``tap``, ``staff``, or waits) and may
expect any number of outcomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.core import decode, tomlfile
from bot.core.clock import to_ms
from bot.core.model import Mode
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.talk import ACCOUNT, Said

_ACTIONS = ("say", "send", "event", "tap", "staff")
STAFF: Mapping[str, Mode] = {"take": "staff", "release": "auto"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What must hold after a step; None = nothing is expected of it."""

    rule: str | None = None
    text: str | None = None
    without: str | None = None
    bubbles: int | None = None
    menu: tuple[str, ...] | None = None
    mode: Mode | None = None
    handoff: bool | None = None
    tags: tuple[str, ...] | None = None
    flags: tuple[str, ...] | None = None
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One move of the member, or of staff, and what must come of it."""

    said: tuple[Said, ...] = ()
    staff: Mode | None = None
    wait: int = 0
    member: str
    account: str
    expected: Expected
    shown: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One conversation. ``start`` is UTC ms, or None for the persona's usual noon."""

    name: str
    file: str
    line: int
    start: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _StepFile:
    say: Any = None
    send: str = ""
    event: str = ""
    tap: str = ""
    staff: Literal["take", "release", ""] = ""
    wait: str = ""
    member: str = "member"
    account: str = ACCOUNT
    rule: str | None = None
    text: str | None = None
    without: str | None = None
    bubbles: int | None = None
    menu: tuple[str, ...] | None = None
    mode: Mode | None = None
    handoff: bool | None = None
    tags: tuple[str, ...] | None = None
    flags: tuple[str, ...] | None = None
    facts: dict[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _TestFile:
    name: str
    start: str = ""
    step: tuple[_StepFile, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    test: tuple[_TestFile, ...] = field(default=())


def parse_trials(source: str, file: str, zone: str) -> tuple[Trial, ...]:
    """The conversations of one file. Raises BadInput at the first fault."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    tests = decode.decode(_File, doc).test
    return tuple(_trial(raw, doc, ("test", i), zone) for i, raw in enumerate(tests))


def _trial(raw: _TestFile, doc: TomlDoc, at: KeyPath, zone: str) -> Trial:
    if not raw.step:
        raise decode.fail(doc, at, "this test has no step", "add [[test.step]] with say = …")
    steps = tuple(_step(part, doc, (*at, "step", i)) for i, part in enumerate(raw.step))
    return Trial(name=raw.name, file=doc.file, line=doc.line_of(at), steps=steps,
                 start=_start(raw.start, doc, (*at, "start"), zone))  # fmt: skip


def _start(text: str, doc: TomlDoc, at: KeyPath, zone: str) -> int | None:
    if not text:
        return None
    try:
        return to_ms(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone)))
    except ValueError:
        raise decode.fail(doc, at, f"{text!r} is no time", 'write "2026-11-20 22:30"') from None


def _step(raw: _StepFile, doc: TomlDoc, at: KeyPath) -> Step:
    named = [name for name in _ACTIONS if getattr(raw, name) not in (None, "")]
    if len(named) > 1:
        raise decode.fail(doc, (*at, named[1]), f"stands beside {named[0]}", "one move for a step")
    if not named and not raw.wait:
        raise decode.fail(doc, at, "nothing happens in this step", f"add one of {_ACTIONS}")
    said = _MOVES[named[0]](raw, doc, at) if named else ()
    expected = _expected(raw, doc, at)
    seen = Expected(mode=raw.mode, facts=raw.facts)
    if raw.wait and not named:  # the persona may come back by itself
        seen = replace(expected, menu=None, tags=None, flags=None)
    if not said and expected != seen:
        raise decode.fail(doc, at, "nobody says anything here, so nothing can be answered",
                          "put what is expected beside say, send, event or tap")  # fmt: skip
    return Step(
        said=said, staff=STAFF.get(raw.staff), wait=_wait(raw.wait, doc, (*at, "wait")),
        member=raw.member, account=raw.account, expected=expected, line=doc.line_of(at),
        shown=_shown(raw, named),
    )  # fmt: skip


def _shown(raw: _StepFile, named: list[str]) -> str:
    if not named:
        return f"wait {raw.wait}"
    value = getattr(raw, named[0])
    return f"{named[0]} {' / '.join(value) if isinstance(value, list) else value}"


def _say(raw: _StepFile, doc: TomlDoc, at: KeyPath) -> tuple[Said, ...]:
    texts = raw.say if isinstance(raw.say, list) else [raw.say]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise decode.fail(doc, (*at, "say"), "wants a text or a list of texts")
    return tuple(Said(text=text) for text in texts)


_Move = Callable[[_StepFile, TomlDoc, KeyPath], tuple[Said, ...]]
_MOVES: Mapping[str, _Move] = {
    "say": _say,
    "send": lambda raw, doc, at: (Said(kind=raw.send),),
    "event": lambda raw, doc, at: (Said(kind="event", event=raw.event),),
    "tap": lambda raw, doc, at: (Said(text=raw.tap, data={"menu_id": raw.tap}),),
    "staff": lambda raw, doc, at: (),
}


def _wait(text: str, doc: TomlDoc, at: KeyPath) -> int:
    try:
        return parse_span(text) if text else 0
    except ValueError as exc:
        raise decode.fail(doc, at, str(exc), 'write "90s", "2h" or "3d"') from None


def _expected(raw: _StepFile, doc: TomlDoc, at: KeyPath) -> Expected:
    for key in ("text", "without"):
        try:
            re.compile(getattr(raw, key) or "")
        except re.error as exc:
            raise decode.fail(doc, (*at, key), f"not a regular expression: {exc}") from None
    return Expected(**{name: getattr(raw, name) for name in Expected.__slots__})
