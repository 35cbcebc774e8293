"""The files that templates carry: what the platform takes of each, judged before anything is
planned. ``bot.wecom.files`` judges the same file again before the upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.body import Link, Media, MiniProgram
from bot.core.filetypes import MB, MOST_OF
from bot.core.findings import ERROR, WARNING
from bot.core.model import ReplyKind
from bot.studio.template import Attachment, Template

MIN_BYTES = 5  # a file must be larger than this
# Pixels of the longer side in a moment (page 95098); the platform's word on it is not confirmed.
MOMENT_SIDE = 10_800

_PICTURES = ("image/jpeg", "image/png")
_TYPES: Mapping[str, tuple[str, ...]] = {"image": _PICTURES, "video": ("video/mp4",)}
_CALLED = {"image": "图片", "video": "视频", "file": "文件"}
_FORMATS = {"image": "JPG 或 PNG", "video": "MP4"}
# By where it goes and what it is (pages 90253, 90256, 95098).
MOST: Mapping[str, Mapping[str, int]] = {
    "corp": {kind: MOST_OF[kind] for kind in ("image", "video", "file")},
    "moment": {"image": MOST_OF["image"], "video": MOST_OF["video"], "file": 10 * MB},
    "url": {"image": 2 * MB},
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file: bytes, media type by its content, pixels of a picture."""

    size: int
    type: str
    pixels: tuple[int, int] | None = None

    @property
    def kind(self) -> str:
        """As what an attachment may name it: image, video or file."""
        return {"image": "image", "video": "video"}.get(self.type.partition("/")[0], "file")


class Need(NamedTuple):
    """A file that a template carries: as what, and by which way it is uploaded."""

    name: str
    kind: str
    family: str
    place: int  # number of the attachment


class Fault(NamedTuple):
    """What is wrong with a file, and what to do about it."""

    rule: str
    message: str
    fix: str
    severity: str = ERROR


def needs(template: Template) -> Iterator[Need]:
    """Every file that ``template`` names, in the order of its attachments."""
    for place, part in enumerate(template.attachments):
        for name, kind, family in _named(part, template.kind):
            if name and "://" not in name:
                yield Need(name, kind, family, place)


def _named(part: Attachment, kind: ReplyKind) -> Iterator[tuple[str, str, str]]:
    moment = kind == "moment"
    match part:
        case Media(what, asset):
            yield asset, what, "moment" if moment else "corp"
        case Link(picture=picture):
            yield picture, "image", "moment" if moment else "url"
        case MiniProgram(thumb=thumb):
            yield thumb, "image", "corp"


def faults(need: Need, facts: Facts | None) -> Iterator[Fault]:
    """What the platform would not take; ``facts`` None: there is no such file."""
    called = f"{_CALLED[need.kind]} {need.name}"
    if facts is None:
        yield Fault("missing", f"找不到{called}", "把它放进 content/assets/，或者改成那里有的名字")
        return
    most = MOST[need.family][need.kind]
    if facts.size > most:
        yield Fault("size", f"{called} 有 {_megabytes(facts.size)} MB，最多 {most // MB} MB",
                    "压小一点再放")  # fmt: skip
    if facts.size <= MIN_BYTES:
        yield Fault("size", f"{called} 几乎是空的（{facts.size} 字节）", "重新导出一份")
    elif facts.type not in _TYPES.get(need.kind, (facts.type,)):
        yield Fault("type", f"{called} 其实不是 {_FORMATS[need.kind]}",
                    f"另存为 {_FORMATS[need.kind]}；只改扩展名没有用")  # fmt: skip
    elif need.kind == "image":
        yield from _pixels(need, called, facts.pixels)


def _pixels(need: Need, called: str, pixels: tuple[int, int] | None) -> Iterator[Fault]:
    if pixels is None:
        yield Fault("broken", f"{called} 读不出宽高，多半没有存完整", "重新导出一份")
    elif need.family == "moment" and max(pixels) > MOMENT_SIDE:
        yield Fault("pixels", f"{called} 长边有 {max(pixels)} 像素，朋友圈最多 {MOMENT_SIDE}",
                    "缩小一点再放", WARNING)  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f}"
