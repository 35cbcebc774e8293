"""TOML files with the line of every key, so that an error can point at it.

``tomllib`` keeps no positions. The scanner below walks the text once; for layouts it does not
follow (a key inside an inline table, say) it answers with the line of the nearest parent.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.errors import BadInput

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")
_AT = re.compile(r"\(at line (\d+), column \d+\)")

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlDoc:
    """Parsed data and where each key stands."""

    file: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line_of(self, path: KeyPath) -> int:
        """1-based line of the key, or of its nearest parent that is known."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1


def parse(text: str, file: str, first_line: int = 1) -> TomlDoc:
    """Parses TOML; ``first_line`` is where ``text`` starts inside ``file``.

    Raises BadInput with the line of the fault.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        found = _AT.search(str(exc))
        line = int(found[1]) if found else text.count("\n") + 1
        message = _AT.sub("", str(exc)).strip()
        raise BadInput(
            f"not valid TOML: {message}", file=file, line=line + first_line - 1
        ) from None
    return TomlDoc(file, data, _scan(text, first_line))


def load(path: Path, shown_as: str | None = None) -> TomlDoc:
    """Reads one TOML file (UTF-8, BOM allowed). Raises BadInput."""
    shown = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput("no such file", file=shown) from None
    except UnicodeDecodeError as exc:
        raise BadInput(f"not UTF-8 (byte {exc.start})", file=shown, fix="save as UTF-8") from None
    return parse(text, shown)


def _scan(text: str, first_line: int) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), first_line):
        if quote:
            quote = "" if line.count(quote) % 2 else quote
            continue
        if table := _TABLE.match(line):
            prefix = _enter(table, counts)
            lines.setdefault(prefix, number)
        elif key := _KEY.match(line):
            lines.setdefault(prefix + _split(key[1]), number)
            rest = line[key.end() :]
            quote = next((q for q in ('"""', "'''") if rest.count(q) % 2), "")
    return lines


def _enter(table: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    names = _split(table[2])
    full: KeyPath = ()
    for name in names[:-1]:
        full += (name,)
        if full in counts:
            full += (counts[full] - 1,)
    full += (names[-1],)
    if table[1] == "[[":
        counts[full] = counts.get(full, 0) + 1
        full += (counts[full] - 1,)
    return full


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
