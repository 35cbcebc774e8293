"""What an editor typed, as the text of a template: fields and text are one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from bot.core.errors import BadInput
from bot.studio import form
from bot.studio.form import ATTACHMENTS_MAX, VARS_MAX, Form, VarRow, attachment
from bot.studio.head import AttachmentHead
from bot.studio.mend import KNOWN

FIELDS, TEXT = "fields", "text"
_HEAD = tuple(one.name for one in fields(Form)
              if one.name not in ("ai", "vars", "attachments", "body"))  # fmt: skip
# What each type of attachment asks for; docs/formats.md.
ASKED: Mapping[str, tuple[str, ...]] = {
    "link": ("title", "url", "desc", "picture"), "image": ("asset",), "video": ("asset",),
    "file": ("asset",), "miniprogram": ("title", "appid", "page", "thumb"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What stands in the editor: the text, and its fields where they can hold it; else ``why``."""

    source: str
    form: Form | None
    why: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Of the variables that it declares."""
        return frozenset(one.name for one in self.form.vars) if self.form else frozenset()

    @property
    def view(self) -> str:
        """As fields, or as text."""
        return TEXT if self.form is None else FIELDS


def sheet(source: str, view: str = FIELDS) -> Sheet:
    """A text as it is edited; one that fields cannot hold is edited as text."""
    if view == TEXT:
        return Sheet(source=source, form=None)
    try:
        return Sheet(source=source, form=form.read(source))
    except BadInput as exc:
        return Sheet(source=source, form=None, why=exc.message)


def typed_source(typed: Mapping[str, str]) -> str:
    """The text that was typed, be it in fields or as text."""
    source = typed.get("source", "").replace("\r\n", "\n")
    return source if typed.get("view") != FIELDS else form.write(source, _form(typed))


def _form(typed: Mapping[str, str]) -> Form:
    return Form(
        **{name: typed.get(name, "").replace("\r\n", "\n") for name in _HEAD},
        ai=bool(typed.get("ai")), body=typed.get("body", "").replace("\r\n", "\n"),
        vars=tuple(_var(typed, f"v{n}_") for n in range(VARS_MAX) if typed.get(f"v{n}_name")),
        attachments=tuple(_attachment(typed, f"a{n}_") for n in range(ATTACHMENTS_MAX)
                          if typed.get(f"a{n}_type") in ASKED),
    )  # fmt: skip


def _var(typed: Mapping[str, str], at: str) -> VarRow:
    texts = {name: typed.get(at + name, "")
             for name in ("name", "source", "type", "sample", "fallback", "was")}  # fmt: skip
    return VarRow(**texts, blank=bool(typed.get(f"{at}blank")))


def _attachment(typed: Mapping[str, str], at: str) -> AttachmentHead:
    kind = typed[f"{at}type"]
    texts = {name: typed.get(at + name, "") for name in ASKED[kind]}
    return attachment({"type": kind, **texts})


def with_var(source: str, wanted: str) -> str:
    """With one variable more: of a known source, or one that the caller gives."""
    held = form.read(source)
    row = KNOWN.get(wanted) or VarRow(name=_free("extra", {one.name for one in held.vars}))
    return form.write(source, held.with_var(row))


def _free(name: str, taken: set[str]) -> str:
    return next(
        f"{name}{n or ''}" for n in range(len(taken) + 1) if f"{name}{n or ''}" not in taken
    )


def without_var(source: str, name: str) -> str:
    """Without one variable."""
    held = form.read(source)
    return form.write(source, replace(held, vars=tuple(v for v in held.vars if v.name != name)))


def with_attachment(source: str, kind: str) -> str:
    """With one attachment more, still to be filled in."""
    held = form.read(source)
    if kind not in ASKED or len(held.attachments) >= ATTACHMENTS_MAX:
        return source
    blank = attachment({"type": kind})
    return form.write(source, replace(held, attachments=(*held.attachments, blank)))


def without_attachment(source: str, number: str) -> str:
    """Without the attachment of this number."""
    held = form.read(source)
    kept = tuple(one for n, one in enumerate(held.attachments) if str(n) != number)
    return form.write(source, replace(held, attachments=kept))
