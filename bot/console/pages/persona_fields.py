"""Which keys of persona.toml and brand.toml have fields, and how a field is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, get_args

from bot.core import tomlfile
from bot.core.errors import BadInput
from bot.library.writing import Value, value_of
from bot.persona.persona import PersonaKind, PersonaType

Kind = Literal["text", "long", "number", "date", "time", "choice", "lines", "numbers"]
STORY_MAX = 30


@dataclass(frozen=True, slots=True)
class Field:
    """One key. ``options`` of a choice; one with an empty option may be left out."""

    key: str
    kind: Kind = "text"
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How forms and words call it."""
        return self.key.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with what stands in the file. ``fits`` False: it can be changed in the file only."""

    field: Field
    text: str
    fits: bool = True


Groups = tuple[tuple[str, tuple[Field, ...]], ...]


def _lines(*keys: str) -> tuple[Field, ...]:
    return tuple(Field(key, "lines") for key in keys)


GROUPS: Mapping[str, Groups] = MappingProxyType({
    "persona": (
        ("identity", (
            Field("name"), Field("type", "choice", get_args(PersonaType)),
            Field("kind", "choice", ("", *get_args(PersonaKind))), *_lines("topics"),
            Field("valid_from", "date"), Field("valid_to", "date"))),
        ("voice", (
            Field("voice.address"), Field("voice.emoji_max", "number"),
            Field("voice.sentence_max", "number"), Field("voice.exclaim_max", "number"),
            *_lines("voice.taboo", "voice.openings", "voice.closings"))),
        ("lines", _lines("disclosure.robot", "fallback.say", "fallback.ask", "fallback.waiting",
                         "handoff.say")),
        ("empathy", _lines("empathy.angry", "empathy.unhappy", "empathy.worried", "empathy.ask",
                           "empathy.read")),
        ("hours", (Field("hours.open", "time"), Field("hours.close", "time"),
                   *_lines("hours.away", "hours.back"))),
        ("accounts", _lines(*(f"accounts.{one}" for one in ("contact", "kf", "robot", "app",
                                                            "webhook", "oa")))),
    ),
    "brand": (
        ("brand", (Field("name"), *_lines("link_domains"))),
        ("taboo", _lines("taboo", "words", "rivals", "allow")),
        ("contact", (*_lines("contact.phones", "contact.addresses", "contact.accounts"),
                     Field("amounts", "numbers"))),
    ),
})  # fmt: skip


def groups_of(kind: str, text: str, file: str) -> list[tuple[str, list[Shown]]]:
    """All fields of a file, by group; a story and a kit have as many as they hold. Raises
    BadInput."""
    doc = tomlfile.parse(text.removeprefix("\ufeff"), file)
    return [(name, [_shown(field, value_of(doc, field.key)) for field in fields])
            for name, fields in (*GROUPS.get(kind, ()), *_more(doc.data)) if fields]  # fmt: skip


def _more(data: Mapping[str, Any]) -> Groups:
    story, kit = data.get("story"), data.get("kit")
    chapters = range(min(len(story), STORY_MAX)) if isinstance(story, list) else ()
    return (
        ("story", tuple(field for n in chapters for field in (
            Field(f"story.{n}.title"), Field(f"story.{n}.text", "long")))),
        ("kit", tuple(Field(f"kit.{key}") for key in kit) if isinstance(kit, dict) else ()),
    )  # fmt: skip


def _shown(field: Field, value: Any) -> Shown:
    if value is None:
        return Shown(field, "")
    if field.kind in ("lines", "numbers"):
        fits = isinstance(value, list) and all(
            isinstance(one, str | int | float) and "\n" not in str(one) for one in value
        )
        return Shown(field, "\n".join(map(str, value)) if fits else "", fits)
    fits = not isinstance(value, list | dict) and (field.kind == "long" or "\n" not in str(value))
    return Shown(field, str(value) if fits else "", fits)


def typed_value(field: Field, text: str) -> Value:
    """What a field means; None takes the key away. Raises BadInput, whose message names the kind
    that was wanted."""
    text = text.strip()
    if not text:
        return None
    try:
        return _READ[field.kind](text) if field.kind in _READ else text
    except ValueError:
        raise BadInput(field.kind) from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise ValueError(text)
    return int(text)


_READ: Mapping[str, Any] = MappingProxyType({
    "number": _whole, "date": date.fromisoformat, "lines": _listed,
    "numbers": lambda text: tuple(float(one) for one in _listed(text)),
})  # fmt: skip


def changes(kind: str, text: str, typed: Mapping[str, str], file: str) -> dict[str, Value]:
    """The keys that a form changes in a file. Raises BadInput with the name of the field."""
    found: dict[str, Value] = {}
    for _, fields in groups_of(kind, text, file):
        for shown in fields:
            field = shown.field
            given = typed.get(f"k.{field.key}")
            if given is None or not shown.fits or _same(given, shown.text):
                continue
            try:
                found[field.key] = typed_value(field, given)
            except BadInput as exc:
                raise BadInput(exc.message, file=field.name) from None
    return found


def _same(one: str, other: str) -> bool:
    return [line.strip() for line in one.strip().splitlines()] == \
        [line.strip() for line in other.strip().splitlines()]  # fmt: skip
