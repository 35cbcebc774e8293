"""A table that somebody keeps in a spreadsheet, as text, and which columns of it we know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.errors import BadInput

ROWS_MAX = 20_000
COLUMNS_MAX = 64
CELL_MAX = 4_000  # characters
HEADER_WITHIN = 10  # people put a title or two above the header
_NOTE = re.compile(r"\(.*?\)|\[.*?\]|[\s*:_-]")
_BREAK = re.compile(r"\r\n?|_x000D_\n?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; ``rows`` begin with line 1. ``name`` is empty for a file that has no sheets.

    ``starts`` holds the line on which each row starts where rows are longer than a line.
    """

    name: str
    rows: Sequence[Sequence[str]]
    starts: Sequence[int] = ()

    def line(self, number: int) -> int:
        """The line of row ``number``, counted from 0."""
        return self.starts[number] if self.starts else number + 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column that we know; ``names`` are what people call it, ``needed`` without which a sheet is
    not of this kind."""

    key: str
    names: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row below the header: cells by the column's key, and the letter of each column."""

    sheet: str
    line: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What was understood of a sheet. ``ignored`` are headings that mean nothing to us."""

    sheet: str
    records: tuple[Record, ...]
    ignored: tuple[str, ...] = ()


def tables(sheets: Iterable[Sheet], columns: Sequence[Column], file: str) -> tuple[Table, ...]:
    """Every sheet whose header is understood. Raises BadInput when there is none."""
    sheets = list(sheets)
    found = [table for sheet in sheets if (table := _table(sheet, columns, file)) is not None]
    if not found:
        wanted = "、".join(column.names[0] for column in columns if column.needed)
        seen = next((_shown(row) for sheet in sheets for row in sheet.rows if any(row)), "")
        raise BadInput(f"no header was found; the first line is {seen!r}" if seen else "is empty",
                       file=file, line=1, fix=f"a line with the headings {wanted}")  # fmt: skip
    return tuple(found)


def headed(row: Sequence[str], columns: Sequence[Column]) -> bool:
    """True when a row holds every needed heading."""
    places = _places(row, columns)
    return all(places.get(column.key) for column in columns if column.needed)


def letter(number: int) -> str:
    """How a spreadsheet names column ``number``, counted from 0: A, B, … AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _table(sheet: Sheet, columns: Sequence[Column], file: str) -> Table | None:
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        if headed(row, columns):
            places = _single(_places(row, columns), sheet, number, file)
            known = set(places.values())
            ignored = (cell for i, cell in enumerate(row) if cell and i not in known)
            return Table(sheet.name, tuple(_records(sheet, number + 1, places)), tuple(ignored))
    return None


def _places(row: Sequence[str], columns: Sequence[Column]) -> dict[str, list[int]]:
    named = {_heading(name): column.key for column in columns for name in column.names}
    found: dict[str, list[int]] = {}
    for number, cell in enumerate(row):
        key = named.get(_heading(cell))
        if key is not None:
            found.setdefault(key, []).append(number)
    return found


def _single(
    places: Mapping[str, list[int]], sheet: Sheet, number: int, file: str
) -> dict[str, int]:
    for key, at in places.items():
        if len(at) > 1:
            both = " and ".join(repr(sheet.rows[number][i]) for i in at[:2])
            raise BadInput(f"two columns are {key}: {both}", file=file, line=sheet.line(number),
                           fix="keep one of them")  # fmt: skip
    return {key: at[0] for key, at in places.items()}


def _records(sheet: Sheet, start: int, places: Mapping[str, int]) -> Iterator[Record]:
    letters = {key: letter(number) for key, number in places.items()}
    for number in range(start, len(sheet.rows)):
        row = sheet.rows[number]
        cells = {key: _clean(row[at]) if at < len(row) else "" for key, at in places.items()}
        if any(cells.values()):
            yield Record(sheet.name, sheet.line(number), cells, letters)


def _heading(cell: str) -> str:
    """``价格（元）*`` and ``价格`` are one heading."""
    return _NOTE.sub("", unicodedata.normalize("NFKC", cell)).casefold()


def _clean(cell: str) -> str:
    """Line breaks of one kind, and no letters that nobody sees and no screen shows."""
    text = _BREAK.sub("\n", cell)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc").strip()


def _shown(row: Sequence[str]) -> str:
    return " | ".join(cell for cell in row if cell)[:80]
