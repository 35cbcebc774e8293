"""The words of an audience as rows and groups that a form can show, and back into words. Pure.

A row keeps what somebody wrote whether it means anything or not; so what is half done and what is
wrong stay as they were typed. A part is named by its path: ``0.2`` is the third of the first group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.core.audience import And, Audience, Is, Not, Or
from bot.core.errors import BadInput
from scheduler.audience import outline
from scheduler.conditions import EVERYBODY, FIELDS, field_of, taken_apart

ALL = "all"
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"))
_WORDS = {"zh": ("且", "或", "非"), "en": ("AND", "OR", "NOT")}
_SIGNS = tuple("=<>≤≥:：")
_PLAIN = set(' \t\r\n()（）"“”「」')


@dataclass(frozen=True, slots=True)
class Row:
    """One condition. ``field``: a key of FIELDS, ``all``, or what somebody wrote in its place;
    without a sign ``value`` is the whole of it."""

    field: str
    sign: str = "="
    value: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that hold together, or of which one suffices (``any``)."""

    parts: tuple[Row | Group, ...] = ()
    any: bool = False
    negated: bool = False


Part = Row | Group
Path = tuple[int, ...]


def read(text: str) -> Group:
    """The rows of a sentence. Raises BadInput naming the column where its words are wrong."""
    if not text.strip():
        return Group()
    found = _part(outline(text)[0])
    return found if isinstance(found, Group) else Group((found,))


def row_at(text: str, column: int) -> Path | None:
    """The row of a sentence in which the column lies; None where there is none."""
    try:
        begins = zip(outline(text)[1], rows(read(text)), strict=True)
        return next((path for at, (path, _) in reversed([*begins]) if at <= column), None)
    except BadInput:
        return None


def _part(audience: Audience) -> Part:
    match audience:
        case Not(part):
            inner = _part(part)
            return replace(inner, negated=not inner.negated)
        case And(parts):
            return Group(tuple(map(_part, parts)))
        case Or(parts):
            return Group(tuple(map(_part, parts)), any=True)
        case Is(_, _, said):
            return _row(said)
        case _:
            raise AssertionError(audience)


def _row(said: str) -> Row:
    if said.lower() in EVERYBODY:
        return Row(ALL)
    found = taken_apart(said)
    if found is None:
        return Row("", "", said)
    name, sign, value = found
    return Row(field_of(name) or name, sign, value)


def written(group: Group, lang: str) -> str:
    """The sentence, in the words of a language."""
    both, either, no = _WORDS["zh" if lang == "zh" else "en"]
    text = f" {either if group.any else both} ".join(_said(part, lang) for part in group.parts)
    if not group.negated:
        return text
    single = len(group.parts) == 1 and not group.parts[0].negated
    return f"{no} {text}" if single else f"{no} ({text})"


def _said(part: Part, lang: str) -> str:
    if isinstance(part, Group):
        text = written(part, lang)
        return text if part.negated else f"({text})"
    no = f"{_WORDS['zh' if lang == 'zh' else 'en'][2]} " if part.negated else ""
    return no + said_of(part, lang)


def said_of(row: Row, lang: str) -> str:
    """One condition as it is written, but for its NOT."""
    if row.field == ALL:
        return EVERYBODY[lang == "zh"]
    if not row.sign:
        return row.value
    known = FIELDS.get(row.field)
    name = row.field if known is None else known.names[lang == "zh"]
    return f"{name}{':' if row.sign == '=' else row.sign}{_quoted(row.value)}"


def _quoted(value: str) -> str:
    value = " ".join(value.split())
    if not _PLAIN & set(value) and value[:1] not in _SIGNS:
        return value
    for left, right in _QUOTES:
        if left not in value and right not in value:
            return f"{left}{value}{right}"
    return f'"{value.replace(chr(34), "")}"'


def rows(group: Group, path: Path = ()) -> Iterator[tuple[Path, Row]]:
    """All rows, with their paths."""
    for n, part in enumerate(group.parts):
        if isinstance(part, Group):
            yield from rows(part, (*path, n))
        else:
            yield (*path, n), part


def path_of(text: str) -> Path | None:
    """``0.2`` as a path; empty is the whole. None for anything else."""
    parts = text.split(".") if text else []
    if len(parts) > 10 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return tuple(int(part[:4]) for part in parts)


def changed(group: Group, path: Path, change: Callable[[Part], Part | None]) -> Group:
    """With one part as ``change`` makes it; None takes it out, and groups that this empties. A path
    that leads nowhere changes nothing."""
    made = _changed(group, path, change)
    return made if isinstance(made, Group) else Group()


def _changed(part: Part, path: Path, change: Callable[[Part], Part | None]) -> Part | None:
    if not path:
        return change(part)
    if isinstance(part, Row) or path[0] >= len(part.parts):
        return part
    n = path[0]
    made = _changed(part.parts[n], path[1:], change)
    between = () if made is None else (made,)
    parts = (*part.parts[:n], *between, *part.parts[n + 1 :])
    return replace(part, parts=parts) if parts else None


def added(part: Part, new: Part) -> Part:
    """A group with one part more."""
    return replace(part, parts=(*part.parts, new)) if isinstance(part, Group) else part
