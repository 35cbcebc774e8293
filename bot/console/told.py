"""Messages of lint in the words of the pages.

Commands say them in English, templates in Chinese. Which words of the catalogue mean a message is
found by its English, with the blanks taken as what the message names there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.console.words import catalogue

NOUNS = ("found.", "doctor_fix.")
LONG = 2_000  # what is longer is no message of ours
_BLANK = re.compile(r"\{([a-z]+)\}")
_QUOTED = re.compile(r"(['\"])(.*)\1", re.S)
_PLACED = re.compile(r"([^\s:]+:\d+: )(.+?)(?:; (.+))?", re.S)
_KEYED = re.compile(r"([\w.\-]{1,80}): (.+)", re.S)


def told(lang: str, message: str) -> str:
    """``message`` in that language, or an error with its place and fix; as it is where nobody has
    put it into words."""
    if lang == "en" or len(message) > LONG:
        return message
    if error := _PLACED.fullmatch(message):
        place, said, fix = error[1], told(lang, error[2]), told(lang, error[3] or "")
        return f"{place}{said} · {fix}" if fix else place + said
    return _keyed(lang, message) or _worded(lang, message) or message


def _worded(lang: str, message: str) -> str:
    for key, pattern in _patterns():
        if found := pattern.fullmatch(message):
            values = {name: _value(lang, text) for name, text in found.groupdict().items()}
            return _filled(catalogue()[key][lang], values)
    return ""


def _value(lang: str, text: str) -> str:
    """What a blank holds: a name without its quotes, or words of ours."""
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2]
    return _worded(lang, text) or text


def _keyed(lang: str, message: str) -> str:
    """``voice.address: wants a list in [ ]``: the key, and what is said of it."""
    found = _KEYED.fullmatch(message)
    said = _worded(lang, found[2]) if found else ""
    return f"{found[1]}: {said}" if found and said else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), text)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those that say most by themselves first."""
    rows = [(key, said["en"]) for key, said in catalogue().items() if key.startswith(NOUNS)]
    rows.sort(key=lambda row: (-len(_BLANK.sub("", row[1])), row[0]))
    return tuple((key, re.compile(_pattern(english), re.S)) for key, english in rows)


def _pattern(english: str) -> str:
    parts, met = list[str](), set[str]()
    for n, part in enumerate(_BLANK.split(english)):
        if n % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in met else f"(?P<{part}>.+?)")
            met.add(part)
    return "".join(parts)
