"""The head of a template as the fields of a form, and back: text and fields are one thing.

What a field does not name stays as it stands: comments, order, keys of a later release.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from bot.core import tomlfile
from bot.core.errors import BadInput
from bot.studio.fence import FENCE, plain, split
from bot.studio.head import AttachmentHead

HEAD_MAX = 16 * 1024  # bytes; a longer head is edited as text
VARS_MAX, ATTACHMENTS_MAX = 16, 9  # a form has a bounded number of fields


@dataclass(frozen=True, kw_only=True, slots=True)
class VarRow:
    """One variable as it is typed. ``was`` is the name under which it stands in the text,
    ``blank``: an empty text stands in for what is not known."""

    name: str = ""
    source: str = ""
    type: str = "text"
    sample: str = ""
    fallback: str = ""
    blank: bool = False
    was: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A template as it is typed: everything is text, nothing is judged here. ``consent`` holds ids
    with spaces between them; a type of attachment that is empty is none."""

    title: str = ""
    genre: str = ""
    origin: str = ""
    author: str = ""
    licence: str = ""
    consent: str = ""
    audience: str = ""
    split_max: str = ""
    ai: bool = False
    valid_from: str = ""
    valid_to: str = ""
    fallback: str = ""
    vars: tuple[VarRow, ...] = ()
    attachments: tuple[AttachmentHead, ...] = ()
    body: str = ""

    def with_var(self, row: VarRow) -> Form:
        """The same with one variable more, unless it has one of that name."""
        known = any(one.name == row.name for one in self.vars)
        return self if known else replace(self, vars=(*self.vars, row))


_SCALARS = tuple(one.name for one in fields(Form)
                 if one.name not in ("vars", "attachments", "body"))  # fmt: skip
_TEXTS = tuple(name for name in _SCALARS if name != "ai")
_VAR = ("source", "type", "sample", "fallback")
_ATTACHMENT = tuple(one.name for one in fields(AttachmentHead))


def read(source: str) -> Form:
    """The fields of a template's text. Raises BadInput when its head is no TOML, or too long for a
    form."""
    head, body, _ = split(source, "")
    if len(head.encode()) > HEAD_MAX:
        raise BadInput("头部太长，表单装不下", fix="在原文里改")
    data = tomlfile.parse(head, "", first_line=2).data
    rows, parts = data.get("vars", {}), data.get("attachment", [])
    if not _tables(rows.values() if isinstance(rows, dict) else [0]) or not _tables(parts):
        raise BadInput("头部的写法表单看不懂", fix="在原文里改")
    if len(rows) > VARS_MAX or len(parts) > ATTACHMENTS_MAX:
        raise BadInput("变量或附件太多，表单装不下", fix="在原文里改")
    return Form(
        **{name: shown(data.get(name)) for name in _TEXTS}, ai=data.get("ai") is True,
        vars=tuple(VarRow(**_texts(_VAR, row), name=key, was=key, blank=row.get("fallback") == "")
                   for key, row in rows.items()),
        attachments=tuple(attachment(_texts(_ATTACHMENT, row)) for row in parts),
        body=body,
    )  # fmt: skip


def attachment(texts: Mapping[str, str]) -> AttachmentHead:
    """An attachment as it is typed; its type is looked at where the head is."""
    return AttachmentHead(**cast(Any, {"type": "", **texts}))


def _tables(rows: Any) -> bool:
    return isinstance(rows, Iterable) and all(isinstance(row, dict) for row in rows)


def _texts(names: Iterable[str], row: Mapping[str, Any]) -> dict[str, str]:
    return {name: shown(row[name]) for name in names if name in row}


def shown(value: Any) -> str:
    """A value of the head as somebody types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        plain_texts = all(isinstance(one, str) and one and not set(one) & set(" ,，、\n")
                          for one in value)  # fmt: skip
        return " ".join(value) if plain_texts else _inline(value)
    return _inline(value) if isinstance(value, dict) else str(value)


def _inline(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def write(source: str, form: Form) -> str:
    """The text of a template with the fields of ``form``; what they do not change stays."""
    head = _head(source)
    for name in _SCALARS:
        _put(head, name, _scalar(name, getattr(form, name)))
    _put_vars(head, form.vars)
    _put_attachments(head, form.attachments)
    text = tomlkit.dumps(head).strip("\n")
    return f"{FENCE}\n{text}\n{FENCE}\n{plain(form.body)}"


def _head(source: str) -> tomlkit.TOMLDocument:
    """The head as it stands; an empty one where it cannot be read."""
    with suppress(BadInput, TOMLKitError, RecursionError):
        head, _, _ = split(source, "")
        if len(head.encode()) <= HEAD_MAX:
            tomlfile.parse(head, "")
            return tomlkit.parse(head)
    return tomlkit.document()


def _put(table: Any, key: str, value: Any) -> None:
    """Sets a key, or takes it out; what has that value already keeps its spelling."""
    held = table.get(key)
    held = held.unwrap() if hasattr(held, "unwrap") else held
    if value is None:
        if key in table:
            table.remove(key)
    elif type(held) is not type(value) or held != value:
        table[key] = value


def _scalar(name: str, text: Any) -> Any:
    """What a field means; what it cannot mean stays text, and lint says so."""
    if name == "ai":
        return text or None
    text = text.strip() or None
    if text is None:
        return None
    if name == "consent":
        return [one for one in text.replace(",", " ").replace("，", " ").split() if one] or None
    if name in ("valid_from", "valid_to"):
        return typed("date", text)
    return typed("number", text) if name == "split_max" else text


def typed(kind: str, text: str) -> Any:
    """What somebody typed as a value of a variable's type; the text itself when it is none."""
    text = text.strip()
    with suppress(ValueError):
        if kind == "date" and text:
            return date.fromisoformat(text)
        if kind == "number" and text:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
    if kind == "flag" and text in ("true", "false"):
        return text == "true"
    return _list(text) if kind == "list" and text else text


def _list(text: str) -> Any:
    if text.startswith("["):
        with suppress(ValueError, RecursionError):
            return tomllib.loads(f"x = {text}")["x"]
    return text.replace("，", " ").replace("、", " ").replace(",", " ").split()


def _put_vars(head: Any, rows: Sequence[VarRow]) -> None:
    held = head.get("vars")
    named = [row for row in rows if row.name.strip()]
    kept = {row.was for row in named if row.was and row.was == row.name.strip()}
    for name in [] if held is None else [key for key in held if key not in kept]:
        held.remove(name)
    if not named:
        if held is not None:
            head.remove("vars")
        return
    if held is None:
        head["vars"] = held = tomlkit.table(is_super_table=True)
        held = head["vars"]
    for row in named:
        _put_var(held, row)


def _put_var(held: Any, row: VarRow) -> None:
    name = row.name.strip()
    if name not in held:
        held[name] = tomlkit.table()
    table = held[name]
    _put(table, "source", row.source.strip() or None)
    _put(table, "type", row.type)
    _put(table, "sample", typed(row.type, row.sample) if row.sample.strip() else None)
    fallback = typed(row.type, row.fallback) if row.fallback.strip() else None
    _put(table, "fallback", "" if fallback is None and row.blank else fallback)


def _put_attachments(head: Any, rows: Sequence[AttachmentHead]) -> None:
    wanted = [{key: text.strip() for key, text in asdict(row).items() if text.strip()}
              for row in rows if row.type]  # fmt: skip
    held = head.get("attachment")
    if (held.unwrap() if held is not None else []) == wanted:
        return
    if held is not None:
        head.remove("attachment")
    if wanted:
        head["attachment"] = AoT([_table(one) for one in wanted])


def _table(values: Mapping[str, str]) -> Table:
    made = tomlkit.table()
    for key in ("type", *(k for k in AttachmentHead.__slots__ if k != "type")):
        if key in values:
            made[key] = values[key]
    return made
