"""Every word that staff see, in Chinese and English: ``catalogue/*.toml``, a table a noun."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGS = ("zh", "en")
DEFAULT = "zh"


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """``"staff.title" -> {"zh": …, "en": …}``. Raises ValueError when a name stands twice."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("bot.console").joinpath("catalogue").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for noun, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, said in table.items():
                key = f"{noun}.{name}"
                if key in found:
                    raise ValueError(f"{file.name}: {key} stands twice")
                found[key] = said
    return found


def known(key: str) -> bool:
    """True when there are words for it."""
    return key in catalogue()


def say(lang: str, key: str, /, **values: object) -> str:
    """The words of a key with ``{name}`` filled in. Raises KeyError for an unknown key."""
    text = catalogue()[key][lang]
    return text.format_map(values) if values else text


def said_or(lang: str, key: str, other: str) -> str:
    """The words of a key that may have none."""
    return say(lang, key) if known(key) else other


def choose(own: str, cookie: str, accepted: str) -> str:
    """The language: the account's setting, the browser's cookie, what the browser accepts."""
    for wish in (own, cookie, *_accepted(accepted)):
        if wish in LANGS:
            return wish
    return DEFAULT


def _accepted(header: str) -> list[str]:
    """Languages of an Accept-Language header, the best first, without their country."""
    weighed = []
    for place, part in enumerate(header[:200].split(",")):
        name, _, quality = part.partition(";")
        weight = _number(quality.strip().removeprefix("q="))
        weighed.append((-weight, place, name.strip().lower().partition("-")[0]))
    return [name for weight, _, name in sorted(weighed) if weight < 0]


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
