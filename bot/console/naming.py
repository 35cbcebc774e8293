"""What people call the things that rows name by codes; the code itself stands on hover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.console.words import said_or, say
from bot.core.handoff import CAUSES
from bot.library.cast import Cast
from bot.persona.because import title
from bot.persona.reading import BUILTIN

_GUARD = re.compile(r"guard: ([a-z, ]+?)(?: \([^:]*: (.*)\))?", re.S)
_ERRCODE = re.compile(r"(-?[0-9]{1,6}): .*", re.S)
_SAID = re.compile(r"(?<=（守门提醒：)[a-z, ]+(?=）)|(?<=（原话没过守门：)[a-z, ]+(?=）)")
_NUMBER = re.compile(r"，(?:得分|最高分) [0-9.]+")
_PLAIN = (
    "和「{name}」的问法最接近。",
    "命中规则「{name}」。",
    "认出了内置意图 {name}。",
    "没有把握的答案。",
)
_REST = re.compile("[^a-z0-9]+")


def source(lang: str, cast: Cast | None, persona: str, key: str) -> str:
    """The rule, row or template that a line came from, by name; ``key`` where it has none now."""
    if key.startswith(BUILTIN):
        return said_or(lang, "builtin." + key.removeprefix(BUILTIN), key)
    script = cast.scripts.get(persona) if cast is not None else None
    return title(script, key) if script is not None else key


def codes(lang: str, text: str) -> str:
    """Reason codes of the guard, one or several, as words."""
    parts = (part.strip() for part in text.split(","))
    return "、".join(said_or(lang, f"code.{part}", part) for part in parts)


def unsent(lang: str, note: str) -> str:
    """Why something did not reach him, in words; the note itself where there are none."""
    if found := _GUARD.fullmatch(note):
        return say(lang, "unsent.guard", why=found[2] or codes(lang, found[1]))
    number = _ERRCODE.fullmatch(note)
    return said_or(lang, "unsent." + (number[1] if number else slug(note)), note)


def slug(text: str) -> str:
    """A sentence as a name of the catalogue."""
    return _REST.sub("_", text.lower()).strip("_")[:60]


def judged(lang: str, text: str) -> str:
    """The sentence of a decision as staff read it: without codes and numbers."""
    return _NUMBER.sub("", _SAID.sub(lambda found: codes(lang, found[0]), text))


def called(lang: str, why: str) -> str:
    """Why a person was called, from the reason that a decision gave."""
    code, colon, rest = why.partition(": ")
    return f"{CAUSES['guard']}（{codes(lang, rest)}）" if colon and code == "guard" else why


def because(lang: str, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """A decision as it was kept (bot/persona/because.py), in words."""
    text = judged(lang, kept["text"])
    for plain in _PLAIN:  # said above already, in better words
        text = text.replace(plain.format(name=kept["name"]), "")
    names = [dict(one, name=built_in(lang, one["rule"], one["name"])) for one in kept["others"]]
    return dict(kept, name=built_in(lang, kept["rule"], kept["name"]), others=names,
                flags=flags(lang, kept["flags"]), handoff=called(lang, kept["handoff"]),
                text=text)  # fmt: skip


def built_in(lang: str, key: str, name: str) -> str:
    """What the product itself understands has its name in the catalogue."""
    return said_or(lang, "builtin." + key.removeprefix(BUILTIN), name)


def flags(lang: str, names: Iterable[str]) -> list[str]:
    """What was heard in the words beside the question."""
    return [said_or(lang, f"flag.{name}", name) for name in names]
