"""The TOML head of a template or of a shared part, decoded and checked."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.core import decode
from bot.core.body import Link, Media, MiniProgram
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.model import ReplyKind
from bot.core.tomlfile import KeyPath, TomlDoc
from bot.studio.near import near
from bot.studio.template import (
    BULK,
    GENRES,
    ORIGINS,
    SPLITTING,
    WITH_ATTACHMENTS,
    Attachment,
    Var,
    VarType,
)

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
    """The head of a template; docs/formats.md says what each key means. All have a default, so that
    what else is wrong can be told beside one that is missing; ``vars`` holds tables of a VarHead,
    ``attachment`` of an AttachmentHead."""

    title: str = ""
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
    vars: dict[str, Any] = field(default_factory=dict)
    attachment: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PartHead:
    """The head of a shared part: the variables that its text needs."""

    vars: dict[str, Any] = field(default_factory=dict)


def head_faults(head: Head, kind: ReplyKind, doc: TomlDoc) -> Iterator[BadInput]:
    """Every value that cannot be."""
    for key, value, known in (("genre", head.genre, GENRES), ("origin", head.origin, ORIGINS)):
        if value and value not in known:
            yield decode.fail(doc, (key,), f"没有 {value!r} 这一种", near(value, known))
    if head.kind not in ("", kind):
        yield decode.fail(doc, ("kind",), f"写的是 {head.kind!r}，可它所在的文件夹是 {kind!r}",
                          "删掉这一行，或者挪到别的文件夹")  # fmt: skip
    if "title" not in doc.data:
        yield decode.fail(doc, (), "没有写标题 title", '头部加一行 title = "…"')
    elif isinstance(doc.data["title"], str) and not head.title.strip():
        yield decode.fail(doc, ("title",), "是空的", "用几个字说明这是什么")
    yield from _fallback_faults(head, kind, doc)
    if head.valid_from and head.valid_to and head.valid_from > head.valid_to:
        yield decode.fail(doc, ("valid_to",), "早于 valid_from", "把两个日期对调或改对")
    yield from _split_faults(head, kind, doc)
    for i, one in enumerate(head.consent):
        if not _CONSENT.fullmatch(one):
            yield decode.fail(doc, ("consent", i), f"{one[:40]!r} 不是授权登记的编号",
                              "从授权台复制编号")  # fmt: skip
    if head.attachment and kind not in WITH_ATTACHMENTS:
        yield decode.fail(doc, ("attachment", 0), f"{kind} 不能带附件",
                          f"能带的只有 {'、'.join(sorted(WITH_ATTACHMENTS))}")  # fmt: skip


def _fallback_faults(head: Head, kind: ReplyKind, doc: TomlDoc) -> Iterator[BadInput]:
    if head.fallback and kind != "welcome":
        yield decode.fail(doc, ("fallback",), "只有欢迎语有整篇的备用", "给各个变量写 fallback")
    if "{{" in head.fallback or "{%" in head.fallback:
        yield decode.fail(doc, ("fallback",), "备用的一版照原样发出，里面不能有变量",
                          "写成对谁都说得通的一句")  # fmt: skip


def _split_faults(head: Head, kind: ReplyKind, doc: TomlDoc) -> Iterator[BadInput]:
    if head.split_max is None:
        return
    if kind not in SPLITTING:
        why = "没有单个的收件人" if kind in BULK else "本来就是一人一段"
        yield decode.fail(doc, ("split_max",), f"{kind} {why}，不用拆", "删掉这一行")
    elif not SPLIT_LEAST <= head.split_max <= SPLIT_MOST:
        yield decode.fail(doc, ("split_max",), f"不能是 {head.split_max}",
                          f"写 {SPLIT_LEAST} 到 {SPLIT_MOST} 之间的数")  # fmt: skip


def make_var(name: str, table: Any, doc: TomlDoc, file: str = "") -> Var:
    """The variable of one table; ``file`` is given for those of a part. Raises BadInput."""
    at = ("vars", name)
    raw = decode.decode(VarHead, doc, table, at)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise decode.fail(doc, at, "不能当变量名", "只用字母、数字和下划线，别用数字开头")
    if name in RESERVED or (name in ROOTS and not raw.source):
        raise decode.fail(doc, at, "这个名字另有用处", "换一个，或者给它写上 source")
    return Var(name=name, source=raw.source, type=raw.type, sample=raw.sample,
               fallback=raw.fallback, line=doc.line_of(at), file=file)  # fmt: skip


def make_attachment(table: Any, doc: TomlDoc, index: int) -> Attachment:
    """The attachment of one table. Raises BadInput for every field too few, too many or wrong."""
    at, faults = ("attachment", index), Faults()
    raw = decode.decode(AttachmentHead, doc, table, at)
    faults.add(_attachment_faults(raw, doc, at))
    faults.check()
    return _MAKE[raw.type](raw)


def _attachment_faults(raw: AttachmentHead, doc: TomlDoc, at: KeyPath) -> Iterator[BadInput]:
    needed = _NEEDED[raw.type]
    for key in needed:
        if not getattr(raw, key).strip():
            yield decode.fail(doc, at, f"{raw.type} 缺 {key}", f"加上 {key} = …")
    if raw.url and not _URL.fullmatch(raw.url):
        yield decode.fail(doc, (*at, "url"), "不是链接", "以 https:// 开头")
    if raw.picture and not _URL.fullmatch(raw.picture) and not _FILE.fullmatch(raw.picture):
        yield decode.fail(doc, (*at, "picture"), "既不是链接，也不是文件名",
                          "以 https:// 开头，或者写 content/assets/ 里的文件名")  # fmt: skip
    for key in AttachmentHead.__slots__:
        if key not in (*needed, *_OPTIONAL[raw.type], "type") and getattr(raw, key):
            yield decode.fail(doc, (*at, key), f"{raw.type} 用不到 {key}", "删掉它")


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
