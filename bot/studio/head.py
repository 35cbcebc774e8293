"""The TOML head of a template or of a shared part, decoded and checked."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.core import decode
from bot.core.body import Link, Media, MiniProgram
from bot.core.model import ReplyKind
from bot.core.tomlfile import TomlDoc
from bot.studio.template import BULK, GENRES, ORIGINS, SPLITTING, Attachment, Var, VarType

ROOTS = ("member", "persona", "brand", "day", "account")
RESERVED = ("loop", "true", "false", "none", "True", "False", "None")
SPLIT_LEAST, SPLIT_MOST = 2, 50
_URL = re.compile(r"https?://[^\s/]+\S*")
_FILE = re.compile(r"[^\s:]+\.[A-Za-z0-9]{1,5}")
_CONSENT = re.compile(r"[\w.:-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class VarHead:
    """One table [vars.name]."""

    source: str = ""
    type: VarType = "text"
    sample: Any = None
    fallback: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentHead:
    """One table [[attachment]]."""

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
class Head:
    """The head of a template; docs/formats.md says what each key means."""

    title: str
    kind: str = ""
    genre: str = ""
    origin: str = ""
    author: str = ""
    licence: str = ""
    consent: tuple[str, ...] = ()
    audience: str = ""
    split_max: int | None = None
    ai: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    fallback: str = ""
    vars: dict[str, VarHead] = field(default_factory=dict)
    attachment: tuple[AttachmentHead, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PartHead:
    """The head of a shared part: the variables that its text needs."""

    vars: dict[str, VarHead] = field(default_factory=dict)


def check_head(head: Head, kind: ReplyKind, doc: TomlDoc) -> None:
    """Raises BadInput for a value that cannot be."""
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
    _check_split(head, kind, doc)
    for i, one in enumerate(head.consent):
        if not _CONSENT.fullmatch(one):
            raise decode.fail(doc, ("consent", i), f"{one!r} is no id of a consent record",
                              "copy the id from the consent desk")  # fmt: skip


def _check_split(head: Head, kind: ReplyKind, doc: TomlDoc) -> None:
    if head.split_max is None:
        return
    if kind not in SPLITTING:
        why = "has no single reader" if kind in BULK else "is rendered for each member anyway"
        raise decode.fail(doc, ("split_max",), f"a {kind} {why}", "remove the line")
    if not SPLIT_LEAST <= head.split_max <= SPLIT_MOST:
        raise decode.fail(doc, ("split_max",), f"{head.split_max} is not possible",
                          f"{SPLIT_LEAST} to {SPLIT_MOST} texts")  # fmt: skip


def make_var(name: str, raw: VarHead, doc: TomlDoc, file: str = "") -> Var:
    """The variable of one table; ``file`` is given for those of a part. Raises BadInput."""
    at = ("vars", name)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise decode.fail(doc, at, "is no variable name", "letters, digits and _ only")
    if name in RESERVED or (name in ROOTS and not raw.source):
        raise decode.fail(doc, at, "is a reserved name", "choose another, or give it a source")
    return Var(name=name, source=raw.source, type=raw.type, sample=raw.sample,
               fallback=raw.fallback, line=doc.line_of(at), file=file)  # fmt: skip


def make_attachment(raw: AttachmentHead, doc: TomlDoc, index: int) -> Attachment:
    """The attachment of one table. Raises BadInput for a field too few or too many."""
    at = ("attachment", index)
    needed = _NEEDED[raw.type]
    for key in needed:
        if not getattr(raw, key).strip():
            raise decode.fail(doc, at, f"a {raw.type} needs {key}", f"add {key} = …")
    if raw.url and not _URL.fullmatch(raw.url):
        raise decode.fail(doc, (*at, "url"), "is no link", "start it with https://")
    if raw.picture and not _URL.fullmatch(raw.picture) and not _FILE.fullmatch(raw.picture):
        raise decode.fail(doc, (*at, "picture"), "is neither a link nor a file",
                          "start it with https://, or name a file of content/assets")  # fmt: skip
    for key in AttachmentHead.__slots__:
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
_MAKE: Mapping[str, Callable[[AttachmentHead], Attachment]] = {
    "link": lambda a: Link(a.title, a.url, a.desc, a.picture),
    "image": lambda a: Media("image", a.asset),
    "video": lambda a: Media("video", a.asset),
    "file": lambda a: Media("file", a.asset),
    "miniprogram": lambda a: MiniProgram(a.appid, a.page, a.title, a.thumb),
}
