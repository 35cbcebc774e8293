"""The brand's own files, and what the platform takes: type and size, judged before the call."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.filetypes import MB, MOST_OF
from bot.wecom.wire import BadBody

MOST = MOST_OF["file"]  # no place takes a larger file
MIN_BYTES = 5  # a file must be larger than this
VOICE_SECONDS = 60
JPG_PNG = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
AMR = b"#!AMR\n"
# Bytes of an AMR frame after its first, by mode; each lasts 20 ms (RFC 4867).
AMR_FRAMES = (12, 13, 15, 17, 19, 20, 26, 31, 5)


@dataclass(frozen=True, slots=True)
class Rule:
    """The most bytes, and how a file of the right type begins (``skip`` bytes from its start)."""

    most: int
    begins: tuple[bytes, ...] = ()
    skip: int = 0
    type: str = ""


_IMAGE = Rule(MOST_OF["image"], JPG_PNG, type="JPG or PNG")
_VOICE = Rule(MOST_OF["voice"], (AMR,), type="AMR")
_VIDEO = Rule(MOST_OF["video"], (b"ftyp",), skip=4, type="MP4")
_ATTACHED = {"image": _IMAGE, "video": _VIDEO, "file": Rule(10 * MB)}
# By place and kind (pages 90253, 90256, 95098, 91770).
RULES: Mapping[str, Mapping[str, Rule]] = {
    "corp": {"image": _IMAGE, "voice": _VOICE, "video": _VIDEO, "file": Rule(MOST)},
    "moment": _ATTACHED,
    "album": _ATTACHED,
    "webhook": {"voice": _VOICE, "file": Rule(MOST)},
    "url": {"image": Rule(2 * MB, JPG_PNG, type="JPG or PNG")},
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the brand; ``digest`` is of its content, ``size`` in bytes."""

    name: str
    path: Path
    digest: str
    size: int


def is_asset(name: str) -> bool:
    """True for the name of a file: it has a dot and is no URL. A media id has no dot."""
    return "." in name and "://" not in name


def check(asset: Asset, content: bytes, kind: str, family: str) -> None:
    """Raises BadBody with the reason when the platform would refuse the file."""
    rule = RULES[family].get(kind)
    if rule is None:
        raise BadBody(f"{asset.name}: no {kind} can be sent here")
    if len(content) <= MIN_BYTES:
        raise BadBody(f"{asset.name} has {len(content)} bytes, more than {MIN_BYTES} are needed")
    if len(content) > rule.most:
        raise BadBody(f"{asset.name} has {len(content)} bytes, {rule.most} are allowed")
    if rule.begins and not content[rule.skip :].startswith(rule.begins):
        raise BadBody(f"{asset.name} is no {rule.type} file")
    if kind == "voice" and voice_ms(content) > VOICE_SECONDS * 1000:
        raise BadBody(f"{asset.name} lasts longer than {VOICE_SECONDS} s")


def voice_ms(content: bytes) -> int:
    """How long an AMR recording lasts."""
    place, frames = len(AMR), 0
    while place < len(content):
        mode = content[place] >> 3 & 0x0F
        place += 1 + (AMR_FRAMES[mode] if mode < len(AMR_FRAMES) else 0)
        frames += 1
    return frames * 20


class Assets:
    """The files in one folder and below it. Digests are kept until a file changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._digests: dict[tuple[str, int, int], str] = {}

    async def find(self, name: str) -> Asset:
        """A file by its path in the folder. Raises BadBody when there is none."""
        return await asyncio.to_thread(self._find, name)

    async def read(self, asset: Asset) -> bytes:
        """Its content. Raises BadBody when it cannot be read, or is not what was found."""
        if asset.size > MOST:
            raise BadBody(f"{asset.name} has {asset.size} bytes, {MOST} are allowed")
        content = await asyncio.to_thread(_read, asset)
        if hashlib.sha256(content).hexdigest() != asset.digest:
            raise BadBody(f"{asset.name} changed while it was read; try again")
        return content

    def _find(self, name: str) -> Asset:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise BadBody(f"there is no file {name} in {self._folder.name}/")
        stat = path.stat()
        mark = (str(path), stat.st_mtime_ns, stat.st_size)
        if mark not in self._digests:
            self._digests[mark] = self._digest(path)
        return Asset(path.name, path, self._digests[mark], stat.st_size)

    def _digest(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as exc:
            raise BadBody(f"{path.name} cannot be read: {exc.strerror}") from None


def _read(asset: Asset) -> bytes:
    try:
        return asset.path.read_bytes()
    except OSError as exc:
        raise BadBody(f"{asset.name} cannot be read: {exc.strerror}") from None
