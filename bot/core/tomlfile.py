"""TOML files with the line of every key, so that an error can point at it.

``tomllib`` keeps no positions. The scanner below walks the text once; for layouts it does not
follow (a key inside an inline table, say) it answers with the line of the nearest parent.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bot.core.errors import BadInput
from bot.core.textfile import read_text

# Here and below no two neighbours can take the same character, and what was taken is not given
# back (*+): a line of spaces or quotes made the scanner work for minutes.
_TABLE = re.compile(r"^\s*+(\[\[?)([^\]]+)\]\]?\s*+(#.*)?$")
_KEY = re.compile(r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")
_AT = re.compile(r"\(at line (\d+), column \d+\)")
DEPTH_MAX = 32
# The library's work grows with the square of the dots in one key.
_DOTTED = re.compile(rf"(?<![^\s.=\[{{,])(?:[^\s.=\[{{,]++[ \t]*+\.[ \t]*+){{{DEPTH_MAX}}}")

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
    if dotted := _DOTTED.search(text):
        raise BadInput(f"a name has over {DEPTH_MAX} dots", file=file,
                       line=text.count("\n", 0, dotted.start()) + first_line)  # fmt: skip
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise BadInput("not valid TOML: nested too deep", file=file, line=first_line) from None
    except ValueError as exc:  # also a number of thousands of digits, which has no place
        found = _AT.search(str(exc))
        syntax = isinstance(exc, tomllib.TOMLDecodeError)
        line = int(found[1]) if found else text.count("\n") + 1 if syntax else 1
        message = _AT.sub("", str(exc)).strip() if syntax else "a number is too long"
        raise BadInput(
            f"not valid TOML: {message}", file=file, line=line + first_line - 1
        ) from None
    return TomlDoc(file, data, _scan(text, first_line))


def load(path: Path, shown_as: str | None = None) -> TomlDoc:
    """Reads one TOML file (UTF-8, BOM allowed). Raises BadInput."""
    shown = shown_as or str(path)
    return parse(read_text(path, shown), shown)


def _scan(text: str, first_line: int) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    open_value = _OpenValue()
    # only line feeds count: splitlines() would also cut at U+2028 and the like
    for number, line in enumerate(text.split("\n"), first_line):
        if open_value.goes_on:
            open_value.feed(line)
        elif table := _TABLE.match(line):
            prefix = _enter(table, counts)
            lines.setdefault(prefix, number)
        elif key := _KEY.match(line):
            lines.setdefault(prefix + _split(key[1]), number)
            open_value.feed(line[key.end() :])
    return lines


class _OpenValue:
    """Whether a value goes on in the next line: inside a long string, a list or a table."""

    _PIECE = re.compile(r'"""|\'\'\'|"(?:\\.?|[^"\\])*+(?:"|\Z)|\'[^\']*+(?:\'|\Z)|#.*|[][{}]')
    _DEPTH: ClassVar[dict[str, int]] = {"[": 1, "{": 1, "]": -1, "}": -1}

    def __init__(self) -> None:
        self._quote, self._depth = "", 0

    @property
    def goes_on(self) -> bool:
        return bool(self._quote) or self._depth > 0

    def feed(self, text: str) -> None:
        """Reads one line of the value, or its rest."""
        at = 0
        while True:
            if self._quote:
                end = text.find(self._quote, at)
                if end < 0:
                    return
                at, self._quote = end + 3, ""
            found = self._PIECE.search(text, at)
            if found is None:
                return
            at = found.end()
            self._quote = found[0] if found[0] in ('"""', "'''") else ""
            self._depth = max(0, self._depth + self._DEPTH.get(found[0], 0))


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
