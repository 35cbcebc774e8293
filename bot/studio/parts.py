"""Shared parts of texts: ``{% include "name" %}`` is put in place before anything is checked.

What comes out is one text without includes, and for each of its lines the file and line it came
from: so a fault inside a part names the part, and what was approved with a part does not change
when the part does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.studio.fence import split_part
from bot.studio.near import near

FOLDER = "parts"  # under content/
FILE_MAX = 64 * 1024  # bytes of a part with its head
DEPTH_MAX = 3
SIZE_MAX = 8 * 1024  # bytes of a text with all its parts
Origin = tuple[str, int]

_OPENS = re.compile(r"\{#|\{%[-+]?\s*(raw|include)\b")
_RAW_ENDS = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_ONE_NAME = re.compile(r"""\s*(["'])([a-z0-9][a-z0-9_-]*)\1\s*""")
# A comment over two lines: what follows starts a line of the text, and nothing is said or cut.
_SEAM = "{#+\n+#}"


@dataclass(frozen=True, slots=True)
class PartText:
    """A part as it stands on disk, taken apart; ``line`` is where its text begins."""

    name: str
    head: str
    text: str
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A text with its parts in place; ``origins`` is empty where there are none. What could not be
    put in place is left out, and stands in ``faults``."""

    text: str
    origins: tuple[Origin, ...] = ()
    parts: tuple[PartText, ...] = ()
    faults: tuple[BadInput, ...] = ()


def resolve(body: str, file: str, line: int, parts: Mapping[str, str]) -> Whole:
    """Puts the parts in place; ``parts`` maps the name of each to its file's text.

    A fault is the include of a part that is not there, that includes itself or lies more than
    DEPTH_MAX deep. Raises BadInput where parts make the whole longer than SIZE_MAX bytes.
    """
    if len(body.encode()) > SIZE_MAX:
        return Whole(body)  # refused for its size by the check of its syntax
    work = _Work(parts)
    pieces = list(work.pieces(body, file, line, ()))
    if len(pieces) == 1:
        return Whole(body)
    origins = (
        (piece.file, piece.line + i)
        for piece in pieces for i in range(piece.text.count("\n") + 1)
    )  # fmt: skip
    return Whole(_SEAM.join(p.text for p in pieces), tuple(origins), tuple(work.used.values()),
                 work.faults.every)  # fmt: skip


def shown(name: str) -> str:
    """The file of a part, as findings name it."""
    return f"content/{FOLDER}/{name}.j2"


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    file: str
    line: int


@dataclass(slots=True)
class _Work:
    parts: Mapping[str, str]
    used: dict[str, PartText] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    size: int = 0

    def pieces(self, text: str, file: str, line: int, way: tuple[str, ...]) -> Iterator[_Piece]:
        """The text in pieces, each from one file; ``way`` holds the parts on the way here."""
        done = 0
        for start, end, what in _includes(text):
            at = file, line + text.count("\n", 0, start)
            part = self.faults.attempt(self._part, what, at, way)
            yield self._piece(text[done:start], file, line + text.count("\n", 0, done))
            if part is not None:
                self._measure(part, at)
                yield from self.pieces(part.text, part.file, part.line, (*way, part.name))
            done = end
        yield self._piece(text[done:], file, line + text.count("\n", 0, done))

    def _piece(self, text: str, file: str, line: int) -> _Piece:
        self.size += len(text.encode()) + len(_SEAM)
        return _Piece(text, file, line)

    def _part(self, what: str, at: Origin, way: tuple[str, ...]) -> PartText:
        match = _ONE_NAME.fullmatch(what)
        if match is None:
            raise _fault(at, "include 后面要一个片段的名字", '写成 {% include "sign-off" %}')
        name = match[2]
        if name in way:
            raise _fault(
                at, f"片段 {name!r} 把自己套了进去：{' > '.join((*way, name))}", "断开其中一环"
            )
        if len(way) >= DEPTH_MAX:
            raise _fault(at, f"片段最多套 {DEPTH_MAX} 层", "把文字直接写在这里")
        if name not in self.parts:
            raise _fault(
                at, f"没有 {name!r} 这个片段", near(name, self.parts, f"新建 {shown(name)}")
            )
        if name not in self.used:
            head, text, line = split_part(self.parts[name], shown(name))
            self.used[name] = PartText(name, head, text.rstrip("\n"), line, shown(name))
        return self.used[name]

    def _measure(self, part: PartText, at: Origin) -> None:
        if self.size + len(part.text.encode()) > SIZE_MAX:
            raise _fault(at, f"连同片段超过 {SIZE_MAX} 字节", "删短，或者少用几段")


def _includes(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what is included) of every include; what looks like one inside a comment or a
    raw block is none. What is not closed is left to the parser, which refuses it."""
    place = 0
    while match := _OPENS.search(text, place):
        if match[1] == "raw":
            closing = _RAW_ENDS.search(text, match.end())
            place = closing.end() if closing else len(text)
            continue
        ends = "#}" if match[1] is None else "%}"
        end = text.find(ends, match.end())
        place = end + 2 if end >= 0 else len(text)
        if match[1] == "include" and end >= 0:
            yield match.start(), place, text[match.end() : end]


def _fault(at: Origin, message: str, fix: str) -> BadInput:
    return BadInput(message, file=at[0], line=at[1], fix=fix)
