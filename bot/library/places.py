"""Which file holds what, and writing it so that nobody ever sees half of it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.core.durable import sync
from bot.core.errors import OneVoiceError
from bot.core.textfile import read_text
from bot.persona.load import FILE_MAX, FILES
from bot.studio.template import KINDS

Files = Mapping[str, str]
PARTS = "parts/"
_WORD = r"[a-z0-9][a-z0-9_.-]{0,99}"
_TEMPLATE = re.compile(rf"(?:{'|'.join(KINDS)})(?:/{_WORD}){{1,8}}")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TRIAL = re.compile(rf"tests/{_WORD}\.toml")
# What is there once only: its folder and its file.
_SINGLE = MappingProxyType({
    "brand": ("personas", "brand.toml"), "catalogue": ("content", "catalogue.csv"),
    "calendar": ("content", "calendar.toml"), "moderation": ("content", "moderation.toml"),
})  # fmt: skip
# Each thing of these kinds has a file of its own in a folder of its own.
FOLDERS = MappingProxyType({
    "flow": "flows", "campaign": "campaigns", "circle": "circles", "community": "community",
    "activity": "activities", "mission": "missions", "atmosphere": "atmosphere",
})  # fmt: skip


class Moved(OneVoiceError):
    """The file is not what it was when it was looked at; nothing was written."""


def shown(kind: str, name: str, file: str = "") -> str:
    """How findings and people name a file: ``content/welcome/day0.j2``."""
    if kind == "template":
        return f"content/{name}.j2"
    if kind in FOLDERS:
        return f"content/{FOLDERS[kind]}/{name}.toml"
    if kind == "persona":
        return f"personas/{name}/{file}".rstrip("/")
    return "/".join(_SINGLE[kind])


def own(kind: str, files: Files) -> dict[str, str]:
    """The files that belong to a version alone: the parts a template uses have files of their
    own."""
    return {name: text for name, text in files.items()
            if kind != "template" or not name.startswith(PARTS)}  # fmt: skip


def check(kind: str, name: str, files: Files) -> None:
    """Raises ContentRefused unless each file has its place within the two folders."""
    legal = _LEGAL.get(kind)
    if legal is None or not legal(name):
        raise ContentRefused("place", name=name, kind=kind, fix=_FIX.get(kind, "no such kind"))
    mine = own(kind, files)
    wanted = shown(kind, name).rsplit("/", 1)[-1]
    right = bool(mine) and all(file in FILES or _TRIAL.fullmatch(file) for file in mine)
    if kind != "persona":
        right = list(mine) == [wanted]
    if not right:
        raise ContentRefused("place", name=", ".join(mine) or name, kind=kind,
                             fix=f"its file is {wanted}")  # fmt: skip
    for file, text in files.items():
        if len(text.encode()) > FILE_MAX:
            raise ContentRefused("size", name=file, most=FILE_MAX)


def _template(name: str) -> bool:
    return bool(_TEMPLATE.fullmatch(name)) and len(name) <= 200


def _plain(name: str) -> bool:
    return bool(_PLAIN.fullmatch(name))


_LEGAL: Mapping[str, Callable[[str], bool]] = {
    "template": _template, **dict.fromkeys((*FOLDERS, "persona"), _plain),
    **{kind: kind.__eq__ for kind in _SINGLE},
}  # fmt: skip
_FIX = {"template": "folder/name in small letters, digits, - and _; the folder is one of "
                    + ", ".join(KINDS),
        **dict.fromkeys((*FOLDERS, "persona"), "small letters, digits, - and _")}  # fmt: skip


def path_of(config: Config, kind: str, name: str, file: str) -> Path:
    """Where a file lies. Raises ContentRefused when that is outside of its folder, be it by a
    link."""
    at = shown(kind, name, file)
    root = config.personas_dir if at.startswith("personas/") else config.content_dir
    path = root / at.partition("/")[2]
    if not path.resolve().is_relative_to(root.resolve()):
        raise ContentRefused("place", name=at, kind=kind, fix="a link leads out of the folder")
    return path.resolve()


def put(config: Config, kind: str, name: str, files: Files, seen: Files) -> None:
    """Makes the files of one thing hold ``files``; ``seen`` is what they held at the last look.

    Each file is replaced as a whole, on disk before it has its name. What does not belong to it any
    more goes. Raises Moved, ContentRefused, BadInput or OSError; calling it again finishes what was
    begun.
    """
    check(kind, name, files)
    mine, before = own(kind, files), own(kind, seen)
    for file, text in mine.items():
        _replace(path_of(config, kind, name, file), text, before.get(file), shown(kind, name, file))
    for file in before.keys() - mine.keys():
        path = path_of(config, kind, name, file)
        _same(path, before[file], shown(kind, name, file))
        path.unlink()


def _replace(path: Path, text: str, before: str | None, at: str) -> None:
    if path.exists() and read_text(path, at, FILE_MAX) == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}."
    for left in path.parent.glob(f"{prefix}*.tmp"):  # of a process that was killed
        left.unlink(missing_ok=True)
    number, draft = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(text.encode())
            out.flush()
            _like(path, out.fileno())
            os.fsync(out.fileno())
        _same(path, before, at)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    sync(path.parent)


def _same(path: Path, before: str | None, at: str) -> None:
    """Raises Moved unless the file still holds what was seen."""
    held = read_text(path, at, FILE_MAX) if path.exists() else None
    if held != before:
        raise Moved(f"{at} changed since it was looked at")


def _like(path: Path, number: int) -> None:
    """The rights of the file that is replaced; people go on editing it."""
    os.fchmod(number, path.stat().st_mode & 0o777 if path.exists() else 0o644)
    with suppress(FileNotFoundError, PermissionError):
        there = path.stat()
        os.fchown(number, there.st_uid, there.st_gid)
