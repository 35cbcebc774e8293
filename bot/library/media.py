"""The media library: the files under content/assets, where they are used, and where they fit.

A file never changes: templates name it, and what was approved is to look as it did. Another picture
gets another name.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.core.coded import Refused, Words
from bot.core.config import Config
from bot.core.durable import sync
from bot.core.filetypes import MOST_OF, OTHER, type_of
from bot.library import assets
from bot.library.naming import named
from bot.store import media, versions
from bot.store.engine import Tx
from bot.store.media import Upload
from bot.store.versions import Edition
from bot.studio.assets import MIN_BYTES, Facts, Fault, Need, faults

LISTED_MAX = 2_000
MOST = MOST_OF["file"]
_PART = r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_-]{0,59}"
_NAME = re.compile(rf"(?:{_PART}/){{0,3}}{_PART}\.[0-9a-z]{{2,5}}")
# The endings that a file may have, by its media type.
ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",), "image/gif": ("gif",),
    "video/mp4": ("mp4",), "audio/amr": ("amr",),
    OTHER: ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "zip"),
})  # fmt: skip
# Where a file may go: the family of uploads, as what, and what people call that place.
PLACES = (
    ("corp", "image", "客服、欢迎语、群发和应用消息的图片"), ("moment", "image", "朋友圈的图片"),
    ("url", "image", "链接的封面"), ("corp", "video", "客服、欢迎语、群发和应用消息的视频"),
    ("moment", "video", "朋友圈的视频"), ("corp", "file", "文件"),
)  # fmt: skip
# By code: why something is not done, and what to do instead.
REFUSALS: Words = MappingProxyType({
    "name": ("文件名“{name}”不能用",
             "用中文、字母、数字、“-”和“_”，加上小写的扩展名，最多三层文件夹"),
    "taken": ("已经有一个叫 {name} 的文件，内容不一样", "换一个名字；已经用上的文件不能被替换"),
    "double": ("同样的文件已经有了：{other}", "直接用那一个"),
    "large": ("文件有 {size} MB，最多 {most} MB", "压小一点再传"),
    "small": ("文件几乎是空的（{size} 字节）", "重新导出一份"),
    "type": ("{name} 的内容和扩展名对不上", "按真实格式另存，扩展名用 {fits}"),
    "gone": ("没有 {name} 这个文件", "刷新看看"),
    "used": ("{name} 还在用：{where}", "先从这些地方拿掉"),
})  # fmt: skip


class MediaRefused(Refused):
    """A file is not kept, or not taken away."""

    WORDS = REFUSALS


@dataclass(frozen=True, slots=True)
class MediaUse:
    """One place that names a file: a template, the kit of a persona or the brand, the setting
    ``[media] cover``, or a message that has not left. ``where`` is one of template, persona, brand,
    setting, queued."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a file may go to one place; ``place`` is what people call it."""

    family: str
    kind: str
    place: str
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """True when the platform takes it there."""
        return all(fault.severity != "error" for fault in self.faults)


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaItem:
    """One file; ``pixels`` of a picture."""

    name: str
    facts: Facts
    digest: str
    uses: tuple[MediaUse, ...] = ()
    fits: tuple[Fit, ...] = ()
    uploads: tuple[Upload, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "size": self.facts.size, "type": self.facts.type,
            "pixels": self.facts.pixels, "digest": self.digest,
            "uses": [{"where": use.where, "what": use.what} for use in self.uses],
            "fits": [{"family": fit.family, "kind": fit.kind, "place": fit.place, "ok": fit.ok,
                      "faults": [{"message": f.message, "fix": f.fix, "severity": f.severity}
                                 for f in fit.faults]} for fit in self.fits],
            "uploads": [{"scope": up.scope, "kind": up.kind, "made_at": up.made_at,
                         "until": up.until} for up in self.uploads],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows: every version that may name a file, which of them are queued, and
    the uploads."""

    editions: tuple[Edition, ...] = ()
    queued: tuple[Edition, ...] = ()
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)


def folder_of(config: Config) -> Path:
    """content/assets."""
    return config.content_dir / assets.FOLDER


def scan(config: Config) -> list[MediaItem]:
    """Every file there is, by name, without what the database knows. Reads each file once."""
    folder = folder_of(config)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")
                   if path.is_file() and not path.name.startswith("."))  # fmt: skip
    found = (_look(folder, name) for name in names[:LISTED_MAX])
    return [item for item in found if item is not None]


def know(tx: Tx, digests: Sequence[str]) -> Known:
    """What the database knows about the files with these digests."""
    drafts = (versions.newest(tx, "template", name) for name in versions.names(tx, "template"))
    queued = (versions.get(tx, "template", *pin) for pin in media.pinned(tx))
    return Known(
        (*versions.published(tx), *(one for one in drafts if one is not None)),
        tuple(one for one in queued if one is not None), media.uploads(tx, digests),
    )  # fmt: skip


def library(config: Config, items: Iterable[MediaItem], known: Known) -> list[MediaItem]:
    """The files with their uses and uploads."""
    uses = _uses(config, known)
    ups = known.uploads
    return [replace(item, uses=tuple(uses.get(item.name, ())),
                    uploads=tuple(ups.get(item.digest, ()))) for item in items]  # fmt: skip


def add(config: Config, name: str, content: bytes) -> MediaItem:
    """Keeps a file under ``name``; the same file under the same name changes nothing.

    Raises MediaRefused for a name that cannot be, a file too large or empty, an ending that its
    content does not bear out, a name that is taken, and a file that is there by another name.
    """
    folder, digest = folder_of(config), hashlib.sha256(content).hexdigest()
    _check(name, content)
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise MediaRefused("name", name=name)
    same = next((item for item in scan(config) if item.digest == digest), None)
    if same is not None and same.name != name:
        raise MediaRefused("double", other=same.name)
    if same is None:
        _write(path, content, name)
    made = _look(folder, name)
    assert made is not None
    return made


def remove(config: Config, name: str, known: Known) -> None:
    """Takes a file away. Raises MediaRefused when there is none, or while something names it."""
    item = _look(folder_of(config), name)
    if item is None or not _NAME.fullmatch(name):
        raise MediaRefused("gone", name=name)
    uses = _uses(config, known).get(name)
    if uses:
        raise MediaRefused("used", name=name, where="、".join(use.what for use in uses))
    path = folder_of(config) / name
    path.unlink(missing_ok=True)
    sync(path.parent)


def _check(name: str, content: bytes) -> None:
    if not _NAME.fullmatch(name):
        raise MediaRefused("name", name=name[:80])
    if len(content) > MOST:
        raise MediaRefused("large", size=f"{len(content) / 1024 / 1024:.1f}",
                           most=MOST // 1024 // 1024)  # fmt: skip
    if len(content) <= MIN_BYTES:
        raise MediaRefused("small", size=len(content))
    fits = ENDINGS[type_of(content)]
    if name.rpartition(".")[2] not in fits:
        raise MediaRefused("type", name=name, fits="、".join(fits))


def _look(folder: Path, name: str) -> MediaItem | None:
    try:
        stat = (folder / name).stat()
    except OSError:
        return None
    return _seen(folder, name, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2 * LISTED_MAX)
def _seen(folder: Path, name: str, _changed: int, _size: int) -> MediaItem | None:
    """Files are large and rarely change."""
    found = assets.facts(folder, name)
    if found is None:
        return None
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return MediaItem(name=name, facts=found, digest=digest, fits=tuple(_fits(name, found)))


def _fits(name: str, found: Facts) -> Iterator[Fit]:
    for family, as_what, place in PLACES:
        if as_what in (found.kind, "file"):
            wrong = tuple(faults(Need(name, as_what, family, 0), found))
            yield Fit(family, as_what, place, wrong)


def _write(path: Path, content: bytes, name: str) -> None:
    """The whole file or nothing, and never over another one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fchmod(out.fileno(), 0o644)
            os.fsync(out.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise MediaRefused("taken", name=name) from None
    finally:
        Path(draft).unlink(missing_ok=True)
    sync(path.parent)


def _uses(config: Config, known: Known) -> dict[str, list[MediaUse]]:
    found: dict[str, dict[MediaUse, None]] = {}
    if config.media.cover:
        found.setdefault(config.media.cover, {})[MediaUse("setting", "[media] cover")] = None
    for where, editions in (("", known.editions), ("queued", known.queued)):
        for edition in editions:
            for name in named(edition):
                use = MediaUse(where or edition.kind, edition.name)
                found.setdefault(name, {})[use] = None
    return {name: list(uses) for name, uses in found.items()}
