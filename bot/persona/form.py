"""Forms: a few things to ask of a member, one at a time, each understood by its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core import decode
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.persona.rule import Say, check_id, check_pattern, check_words, parse_say
from bot.persona.step import EXPIRES, span

Kind = Literal["text", "number", "date", "phone", "email", "choice", "yes_no", "city", "photo"]
FIELDS_MAX = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One answer to a field of kind choice; ``label`` is what is stored."""

    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing to know. ``fact``: the name it is remembered by, empty = not at all.

    ``consent`` names the purpose that the member must agree to before it is asked or stored.
    """

    id: str
    ask: Say
    kind: Kind = "text"
    label: str = ""
    pattern: str = ""
    options: tuple[Option, ...] = ()
    least: float | None = None
    most: float | None = None
    examples: tuple[str, ...] = ()
    retry: Say = ()
    fact: str = ""
    consent: str = ""
    optional: bool = False
    line: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Fields in the order they are asked, and what is said around them. ``circle``: the one whose
    questions these are; whatever is said to them is their answer."""

    id: str
    fields: tuple[Field, ...]
    confirm: Say = ()
    say: Say = ()
    known: Say = ()
    cancel: Say = ()
    refused: Say = ()
    tags: tuple[str, ...] = ()
    handoff: str = ""
    start_flow: str = ""
    expires: int = EXPIRES
    line: int = 1
    circle: str = ""

    def field(self, name: str) -> Field:
        """The field of that id. Raises KeyError."""
        return {part.id: part for part in self.fields}[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What a member agrees to, or not: ``ask`` names what is kept, what for, and for how long."""

    id: str
    ask: Say
    line: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _FieldFile:
    id: str
    ask: Any
    kind: Kind = "text"
    label: str = ""
    pattern: str = ""
    options: tuple[Option, ...] = ()
    min: float | None = None
    max: float | None = None
    examples: tuple[str, ...] = ()
    retry: Any = ()
    fact: str | None = None
    consent: str = ""
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFile:
    """``[[form]]`` as it is written."""

    id: str
    fields: tuple[_FieldFile, ...] = field(metadata={"key": "field"})
    confirm: Any = ()
    say: Any = ()
    known: Any = ()
    cancel: Any = ()
    refused: Any = ()
    tags: tuple[str, ...] = ()
    handoff: str = ""
    start_flow: str = ""
    expires: str = "30m"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentFile:
    """``[[consent]]`` as it is written."""

    id: str
    ask: Any


def parse_consent(raw: ConsentFile, doc: TomlDoc, at: KeyPath) -> Consent:
    """A purpose. Raises BadInput."""
    check_id(raw.id, doc, at, "consent id")
    ask = parse_say(raw.ask, doc, (*at, "ask"))
    if not ask:
        raise decode.fail(doc, (*at, "ask"), "asks nothing", "say what is kept, and what for")
    return Consent(id=raw.id, ask=ask, line=doc.line_of(at))


def parse_form(raw: FormFile, doc: TomlDoc, at: KeyPath) -> Form:
    """A form. Raises BadInput at the first fault."""
    check_id(raw.id, doc, at, "form id")
    if not 1 <= len(raw.fields) <= FIELDS_MAX:
        raise decode.fail(doc, at, f"{len(raw.fields)} fields, 1 to {FIELDS_MAX} are possible")
    fields = tuple(_field(part, doc, (*at, "field", n)) for n, part in enumerate(raw.fields))
    names = [part.id for part in fields]
    for n, name in enumerate(names):
        if name in names[:n]:
            raise decode.fail(doc, (*at, "field", n, "id"), f"{name!r} stands twice", "rename it")
    lines = {name: parse_say(getattr(raw, name), doc, (*at, name))
             for name in ("confirm", "say", "known", "cancel", "refused")}  # fmt: skip
    if not (lines["say"] or raw.handoff):
        fix = "add say, or handoff"
        raise decode.fail(doc, at, "nobody says anything when this form is done", fix)
    return Form(
        id=raw.id, fields=fields, tags=raw.tags, handoff=raw.handoff, start_flow=raw.start_flow,
        expires=span(raw.expires, doc, (*at, "expires")), line=doc.line_of(at),
        circle="", **lines,
    )  # fmt: skip


def _field(raw: _FieldFile, doc: TomlDoc, at: KeyPath) -> Field:
    if not raw.id.isidentifier():
        fix = "letters, digits and _, for {…} names it"
        raise decode.fail(doc, (*at, "id"), f"{raw.id!r} is no field id", fix)
    ask = parse_say(raw.ask, doc, (*at, "ask"))
    if not ask:
        raise decode.fail(doc, (*at, "ask"), "asks nothing", 'ask = ["…"]')
    if (raw.kind == "choice") is not bool(raw.options):
        fix = 'kind = "choice" and options = [{ label = "…", words = ["…"] }] belong together'
        raise decode.fail(doc, (*at, "options"), "choice and options do not fit", fix)
    for option in raw.options:
        check_words(option, doc, (*at, "options"), ("words",))
    check_pattern(raw.pattern, (), doc, at)
    fact = raw.id if raw.fact is None else raw.fact
    if fact and not fact.isidentifier():
        raise decode.fail(doc, (*at, "fact"), f"{fact!r} is no name of a fact", "letters, _")
    return Field(
        id=raw.id, ask=ask, kind=raw.kind, label=raw.label or raw.id, pattern=raw.pattern,
        options=raw.options, least=raw.min, most=raw.max, examples=raw.examples, fact=fact,
        retry=parse_say(raw.retry, doc, (*at, "retry")), consent=raw.consent,
        optional=raw.optional, line=doc.line_of(at),
    )  # fmt: skip
