"""From a context to the plain values that a template sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from bot.studio.syntax import LIST_MAX
from bot.studio.template import Template, Var, VarType

TEXT_MAX = 2_000  # characters of one value
DIGITS_MAX = 100  # characters of one number with a fraction

Plain = str | int | Decimal | date | bool | tuple["Plain", ...] | Mapping[str, "Plain"]

SOURCES: Mapping[str, tuple[str, ...]] = {
    "member": (
        "name",
        "codename",
        "level",
        "title",
        "city",
        "birthday",
        "gender",
        "nick",
        "invite_code",
    ),
    "persona": ("name", "kf_link", "contact_qr"),
    "brand": ("name",),
    "day": ("date", "weekday", "solar_term", "festival", "holiday", "workday"),
    "account": ("name",),
    "circle": ("page",),
    "reward": ("title", "code"),
}
# Facts that make sense as one type only.
TYPE_OF: Mapping[str, VarType] = {"day.workday": "flag"}
# A chapter of the persona's story; a fact of the member's portrait by its name.
_NAMED = re.compile(r"persona\.story\.[\w-]+|fact\.[\w-]+")
_LOOSE = re.compile(r"[^\S\n]\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


_UNFIT = (ValueError, TypeError, InvalidOperation)


class Missing(ValueError):
    """A variable has neither a value nor a fallback. ``str()`` names it."""


def known_source(source: str) -> bool:
    """True for a source that documentation promises."""
    root, _, name = source.partition(".")
    return not source or name in SOURCES.get(root, ()) or bool(_NAMED.fullmatch(source))


def fits(kind: VarType, value: Any) -> bool:
    """True when a value can stand for a variable of that type."""
    try:
        return _CONVERT[kind](value) is not None
    except _UNFIT:
        return False


class Slot(NamedTuple):
    """A variable made ready: the key its value has, and what stands in for a missing one."""

    name: str
    key: str
    convert: Callable[[Any], Plain]
    fallback: Plain | None
    missing: str


class Group(NamedTuple):
    """The variables whose values lie in one mapping of the context; ``path`` leads there."""

    path: tuple[str, ...]
    slots: tuple[Slot, ...]

    def fill(self, values: dict[str, Plain], context: Mapping[str, Any]) -> None:
        """Adds the values of these variables. Raises Missing naming the first without one."""
        found: Any = context
        for part in self.path:
            found = found.get(part) if _is_mapping(found) else None
        fill(values, self.slots, found if _is_mapping(found) else {})


def plan(variables: Iterable[Var]) -> tuple[Group, ...]:
    """Where the values of ``variables`` come from, in the order in which they are declared."""
    groups: dict[tuple[str, ...], list[Slot]] = {}
    for var in variables:
        *path, key = (var.source or var.name).split(".")
        groups.setdefault(tuple(path), []).append(_slot(var, key))
    return tuple(Group(path, tuple(slots)) for path, slots in groups.items())


def _slot(var: Var, key: str) -> Slot:
    convert, where = _CONVERT[var.type], var.source or "由调用方给"
    if var.personal and var.type == "text":
        convert = one_line
    try:
        # An empty text is a value when somebody wrote it down as the fallback.
        fallback: Plain | None = convert(var.fallback)
    except _UNFIT:
        fallback = None
    return Slot(var.name, key, convert, fallback,
                f"不知道 {var.name}（{where}），也没有备用值")  # fmt: skip


def fill(values: dict[str, Plain], slots: Iterable[Slot], given: Mapping[str, Any]) -> None:
    """Adds the value of every slot, taken from ``given``. Raises Missing."""
    for name, key, convert, fallback, missing in slots:
        found = given.get(key)
        made: Plain = ""
        if found is not None:
            try:
                made = convert(found)
            except _UNFIT:
                made = ""
        if made != "":
            values[name] = made
        elif fallback is not None:
            values[name] = fallback
        else:
            raise Missing(missing)


def _is_mapping(value: Any) -> bool:
    return type(value) is dict or isinstance(value, Mapping)


def sample_context(template: Template) -> dict[str, Any]:
    """A context that gives every variable its sample, or else its fallback."""
    given: dict[str, Any] = {}
    for var in template.vars:
        value = var.fallback if var.sample is None else var.sample
        if value is not None:
            _put(given, var.source.split(".") if var.source else [var.name], value)
    return given


def _put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        below = tree.get(part)
        if not isinstance(below, dict):  # another source is a part of this one's path
            below = tree[part] = {}
        tree = below
    tree[path[-1]] = value


def one_line(value: Any) -> str:
    """A fact as a text names it: nicknames come with line breaks and direction marks in them."""
    text = _text(value)
    return text if "\n" not in text else " ".join(text.split())


def _text(value: Any) -> str:
    text = value.strip() if type(value) is str and value.isprintable() else _cleaned(value)
    if len(text) > TEXT_MAX:
        raise ValueError("太长")
    return text


def _cleaned(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list | tuple | bool):
        raise TypeError("not a text")
    return tidy(_CONTROL.sub("", str(value)))


def tidy(text: str) -> str:
    """Without white space at the ends of lines and of the whole."""
    if _LOOSE.search(text):
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    return text.strip()


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool):
        raise TypeError("not a number")
    return value if isinstance(value, int) else _decimal(value)


def _decimal(value: Any) -> Decimal:
    text = str(value)
    if len(text) > DIGITS_MAX:
        raise ValueError("太长")
    return Decimal(text)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _list(value: Any) -> tuple[Plain, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return tuple(_item(part) for part in value[:LIST_MAX])


def _item(value: Any) -> Plain:
    if isinstance(value, Mapping):
        return {str(key): _scalar(part) for key, part in list(value.items())[:LIST_MAX]}
    return _scalar(value)


def _scalar(value: Any) -> Plain:
    if isinstance(value, int | Decimal | date):
        return value
    return _decimal(value) if isinstance(value, float) else _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | int):
        raise TypeError("not a flag")
    return bool(value)


_CONVERT: Mapping[str, Callable[[Any], Plain]] = {
    "text": _text, "number": _number, "date": _date, "list": _list, "flag": _flag,
}  # fmt: skip
