"""The page's own words, in Chinese and English: ``catalogue/*.toml``, a table a noun. What the
brand wrote (activities, badges, levels) is shown as it wrote it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """``"home.title" -> {"zh": …, "en": …}``."""
    found: dict[str, Mapping[str, str]] = {}
    for file in files("bot.web.member").joinpath("catalogue").iterdir():
        if file.name.endswith(".toml"):
            for noun, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found |= {f"{noun}.{name}": said for name, said in table.items()}
    return found


def say(lang: str, key: str, /, **values: object) -> str:
    """The words of a key with ``{name}`` filled in. Raises KeyError for an unknown key."""
    return catalogue()[key][lang].format_map(values)


def known(key: str) -> bool:
    """True when there are words for it."""
    return key in catalogue()


def language(accepted: str) -> str:
    """English for a browser that puts it before Chinese; Chinese for all others."""
    first = accepted.strip().lower().partition(",")[0].partition("-")[0].partition(";")[0]
    return "en" if first == "en" else "zh"
