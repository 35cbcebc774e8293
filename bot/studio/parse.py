"""From the text of a .j2 file to a Template. Every fault is a BadInput with a line of the file."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.core import decode, tomlfile
from bot.core.body import Link, Media, MiniProgram
from bot.core.errors import BadInput
from bot.core.model import ReplyKind
from bot.core.tomlfile import TomlDoc
from bot.studio import syntax
from bot.studio.template import (
    GENRES,
    KINDS,
    ORIGINS,
    WITH_ATTACHMENTS,
    Attachment,
    Template,
    Var,
    VarType,
)

FENCE = "+++"
ROOTS = ("member", "persona", "brand", "day", "account")
RESERVED = ("loop", "true", "false", "none", "True", "False", "None")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)+")
_URL = re.compile(r"https?://[^\s/]+\S*")


@dataclass(frozen=True, kw_only=True, slots=True)
class _VarHead:
    source: str = ""
    type: VarType = "text"
    sample: Any = None
    fallback: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _AttachmentHead:
    type: Literal["link", "image", "video", "file", "miniprogram"]
    title: str = ""
    url: str = ""
    desc: str = ""
    picture: str = ""
    asset: str = ""
    appid: str = ""
    page: str = ""
    thumb: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    title: str
    kind: str = ""
    genre: str = ""
    origin: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    fallback: str = ""
    vars: dict[str, _VarHead] = field(default_factory=dict)
    attachment: tuple[_AttachmentHead, ...] = ()


def parse_template(name: str, source: str, file: str) -> Template:
    """Reads one template; ``name`` is its path under content/ without ``.j2``.

    Raises BadInput for anything that would make it unsafe or impossible to render.
    """
    kind = _kind(name, file)
    head_text, body, body_line = _split(source, file)
    doc = tomlfile.parse(head_text, file, first_line=2)
    head = decode.decode(_Head, doc)
    _check_head(head, kind, doc)
    variables = tuple(_var(key, raw, doc) for key, raw in head.vars.items())
    attachments = tuple(_attachment(raw, doc, i) for i, raw in enumerate(head.attachment))
    if attachments and kind not in WITH_ATTACHMENTS:
        raise decode.fail(doc, ("attachment", 0), f"a {kind} carries no attachments",
                          f"only {', '.join(sorted(WITH_ATTACHMENTS))} do")  # fmt: skip
    types = {var.name: var.type for var in variables}
    syntax.check(body, types, file, body_line)
    return Template(
        name=name, kind=kind, title=head.title, genre=head.genre, origin=head.origin,
        vars=variables, attachments=attachments, text=body, fallback=head.fallback,
        valid_from=head.valid_from, valid_to=head.valid_to, file=file, body_line=body_line,
    )  # fmt: skip


def _kind(name: str, file: str) -> ReplyKind:
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} is no template name", file=file, line=1,
                       fix="folder/name in small letters, digits, - and _")  # fmt: skip
    folder = name.split("/", 1)[0]
    if folder not in KINDS:
        raise BadInput(f"no kind of template lives in the folder {folder!r}", file=file,
                       fix=decode.nearest(folder, KINDS))  # fmt: skip
    return KINDS[folder]


def _split(source: str, file: str) -> tuple[str, str, int]:
    """Head, body and the line on which the body starts."""
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        raise BadInput("a template starts with a line +++", file=file, line=1,
                       fix="put the TOML head between two +++ lines")  # fmt: skip
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise BadInput("the head does not end", file=file, line=1, fix="add a second +++ line")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _check_head(head: _Head, kind: ReplyKind, doc: TomlDoc) -> None:
    for key, value, known in (("genre", head.genre, GENRES), ("origin", head.origin, ORIGINS)):
        if value and value not in known:
            fix = decode.nearest(value, known)
            raise decode.fail(doc, (key,), f"{value!r} is not possible", fix)
    if head.kind not in ("", kind):
        raise decode.fail(doc, ("kind",), f"{head.kind!r}, but the folder says {kind!r}",
                          "remove the line or move the file")  # fmt: skip
    if not head.title.strip():
        raise decode.fail(doc, ("title",), "is empty", "say in a few words what this is")
    if head.fallback and kind != "welcome":
        raise decode.fail(doc, ("fallback",), "only a welcome has one", "give fallbacks to vars")
    if head.valid_from and head.valid_to and head.valid_from > head.valid_to:
        raise decode.fail(doc, ("valid_to",), "is before valid_from")


def _var(name: str, raw: _VarHead, doc: TomlDoc) -> Var:
    at = ("vars", name)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise decode.fail(doc, at, "is no variable name", "letters, digits and _ only")
    if name in RESERVED or (name in ROOTS and not raw.source):
        raise decode.fail(doc, at, "is a reserved name", "choose another, or give it a source")
    return Var(name=name, source=raw.source, type=raw.type, sample=raw.sample,
               fallback=raw.fallback, line=doc.line_of(at))  # fmt: skip


def _attachment(raw: _AttachmentHead, doc: TomlDoc, index: int) -> Attachment:
    at = ("attachment", index)
    needed = _NEEDED[raw.type]
    for key in needed:
        if not getattr(raw, key).strip():
            raise decode.fail(doc, at, f"a {raw.type} needs {key}", f"add {key} = …")
    for key in ("url", "picture"):
        if getattr(raw, key) and not _URL.fullmatch(getattr(raw, key)):
            raise decode.fail(doc, (*at, key), "is no link", "start it with https://")
    for key in _AttachmentHead.__slots__:
        if key not in (*needed, *_OPTIONAL[raw.type], "type") and getattr(raw, key):
            raise decode.fail(doc, (*at, key), f"a {raw.type} has no {key}", "remove it")
    return _MAKE[raw.type](raw)


_NEEDED: Mapping[str, tuple[str, ...]] = {
    "link": ("title", "url"),
    "image": ("asset",),
    "video": ("asset",),
    "file": ("asset",),
    "miniprogram": ("appid", "page", "title", "thumb"),
}
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "link": ("desc", "picture"), "image": (), "video": (), "file": (), "miniprogram": (),
}  # fmt: skip
_MAKE: Mapping[str, Callable[[_AttachmentHead], Attachment]] = {
    "link": lambda a: Link(a.title, a.url, a.desc, a.picture),
    "image": lambda a: Media("image", a.asset),
    "video": lambda a: Media("video", a.asset),
    "file": lambda a: Media("file", a.asset),
    "miniprogram": lambda a: MiniProgram(a.appid, a.page, a.title, a.thumb),
}
