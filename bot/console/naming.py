"""What people call the things that rows name by codes; the code itself stands on hover."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.console.words import known, said_or, say
from bot.library.cast import Cast
from bot.persona.because import title
from bot.persona.reading import BUILTIN

SEPARATOR = " / "
# Codes of the governor whose reason people wrote.
_NAMED = frozenset({"blackout", "content_withheld"})
_SENTENCES = tuple((re.compile(pattern), f"plan_note.{key}") for pattern, key in (
    (r"the entry is not in the calendar any more", "gone"),
    (r"the entry comes at another time now", "moved"),
    (r"more than (?P<late>\S+) late", "late"),
    (r"persona (?P<persona>\S+) does not serve now", "persona"),
    (r"nobody to post to", "nobody"),
    (r"there is no template (?P<template>\S+)", "template"),
    (r"the step is not in the flow any more", "step"),
    (r"draft: nobody has approved it yet", "draft"),
    (r"template (?P<template>\S+): not valid on (?P<day>\S+)", "dates"),
    (r"answer: nothing like (?P<words>.+)", "answer"),
    (r"unless: wrote:(?P<words>.+)", "wrote"),
    (r"nothing is announced", "announced"),
))  # fmt: skip
_UNLESS = re.compile(r"unless: (?P<name>[a-z_]+)(?::(?P<which>.+))?")
_REST = re.compile("[^a-z0-9]+")


def source(lang: str, cast: Cast | None, persona: str, key: str) -> str:
    """The rule, row or template that a line came from, by name; ``key`` where it has none now."""
    script = cast.scripts.get(persona) if cast is not None else None
    return built_in(lang, key, title(script, key) if script is not None else key)


def anybodys(lang: str, cast: Cast, key: str) -> str:
    """The same where it is not known whose it is: the first persona that has a name for it."""
    template = cast.shelf.get(key) if "/" in key else None
    if template is not None:
        return template.title or key
    named = (title(script, key) for script in cast.scripts.values())
    return built_in(lang, key, next((name for name in named if name != key), key))


def codes(lang: str, text: str) -> str:
    """Reason codes of the guard, one or several, as words."""
    parts = (part.strip() for part in text.split(","))
    return SEPARATOR.join(said_or(lang, f"code.{part}", part) for part in parts if part)


def held_back(lang: str, note: str) -> str:
    """Why something planned is held back, waits or was left out: the governor's code with what it
    names, or our own sentence."""
    code, _, about = note.partition(": ")
    if known(f"ruling.{code}"):
        named = about if code in _NAMED else ""
        return say(lang, "plan.because", what=say(lang, f"ruling.{code}"), why=named) if named \
            else say(lang, f"ruling.{code}")  # fmt: skip
    for pattern, key in _SENTENCES:
        if found := pattern.fullmatch(note):
            return say(lang, key, **found.groupdict())
    if (unless := _UNLESS.fullmatch(note)) and known(key := f"flow_if.{unless['name']}"):
        return say(lang, key, which=say(lang, "flows.or").join((unless["which"] or "").split("|")))
    return said_or(lang, f"state.{note}", note)


def tap_code(lang: str, note: str) -> str:
    """Why a task was taken back, or somebody is not on its list; the note where there are no
    words."""
    return said_or(lang, "task_code." + slug(note), note)


def slug(text: str) -> str:
    """A sentence as a name of the catalogue."""
    return _REST.sub("_", text.lower()).strip("_")[:60]


def because(lang: str, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """A decision as it was kept (bot/persona/because.py), in words."""
    called = kept["handoff"]
    if called.startswith("guard: "):
        called = say(lang, "unsent.guard", why=codes(lang, called.removeprefix("guard: ")))
    names = [dict(one, name=built_in(lang, one["rule"], one["name"])) for one in kept["others"]]
    return dict(kept, name=built_in(lang, kept["rule"], kept["name"]), others=names,
                flags=[said_or(lang, f"flag.{flag}", flag) for flag in kept["flags"]],
                guard=codes(lang, ", ".join(kept["guard"])), handoff=called)  # fmt: skip


def built_in(lang: str, key: str, name: str) -> str:
    """What the product itself understands has its name in the catalogue."""
    return said_or(lang, "builtin." + key.removeprefix(BUILTIN), name)
