"""A brand's own folder to start from: the files of ``bot/starter`` with the names put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.core.errors import BadInput

BRAND, PERSONA = "我的品牌", "小助"
NAME_MAX = 12
# The names stand in TOML, CSV, templates and patterns of words: what means something there is out.
_NAME = re.compile(r"[\w·]+(?: [\w·]+)*")


@dataclass(frozen=True, slots=True)
class Names:
    """What the brand and its spokesperson are called."""

    brand: str
    persona: str


def refused(name: str) -> str:
    """Why this is no name that a brand or a persona can begin with; empty when it is one."""
    if not name.strip() or len(name) > NAME_MAX:
        return f"wants 1 to {NAME_MAX} characters"
    if not _NAME.fullmatch(name):
        return "wants letters, digits, · and single spaces only"
    return ""


def make(folder: Path, names: Names) -> list[Path]:
    """Writes the files below ``folder``, which is made; their paths in it, in order.

    Raises BadInput, and writes nothing, when one of them is there already.
    """
    texts = {Path(place): _named(text, names) for place, text in _texts()}
    there = sorted(str(path) for path in texts if (folder / path).exists())
    if there:
        raise BadInput(f"{folder / there[0]} is there already; nothing was written",
                       fix="name a folder that is empty or does not exist")  # fmt: skip
    try:
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise BadInput(f"{folder} cannot be written: {exc.strerror}",
                       fix="name a folder that you may write to") from None  # fmt: skip
    return sorted(texts)


def _named(text: str, names: Names) -> str:
    return text.replace("@BRAND@", names.brand).replace("@PERSONA@", names.persona)


def _texts() -> Iterator[tuple[str, str]]:
    yield from _below(files("bot").joinpath("starter"), "")


def _below(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    for one in sorted(folder.iterdir(), key=lambda found: found.name):
        if one.is_dir():
            yield from _below(one, f"{place}{one.name}/")
        else:
            yield f"{place}{one.name}", one.read_text(encoding="utf-8")
