"""Workbooks (.xlsx): looked over before the library reads them, for it trusts what they say.

A few kilobytes can unpack to gigabytes, and one cell in the last row and column makes the library
lay out the whole plane. Both are refused here. The library gets a copy that holds what was looked
over and nothing else: no pictures, no macros. A formula counts as its value.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from xml.parsers import expat

import python_calamine as calamine

from bot.core.errors import BadInput
from bot.library.imports.sheet import CELL_MAX, COLUMNS_MAX, ROWS_MAX, Sheet

BEGINS = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and whatever is behind a password
SHEETS_MAX = 16
PARTS_MAX = 500
UNPACKED_MAX = 48 * 1024 * 1024
_PIECE = 64 * 1024
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SAVE = "save it as .xlsx without a password, or as CSV"
_FAULTS = (zipfile.BadZipFile, zlib.error, expat.ExpatError, calamine.CalamineError,
           NotImplementedError, RuntimeError, EOFError, OSError, ValueError)  # fmt: skip


def read_workbook(content: bytes, file: str) -> tuple[Sheet, ...]:
    """The visible sheets. Raises BadInput for what is no workbook, or a hostile one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            plain = _looked_over(archive, file)
        with calamine.load_workbook(plain) as book:
            if len(book.sheets_metadata) > SHEETS_MAX:
                _refuse(f"has over {SHEETS_MAX} sheets", file)
            return tuple(_sheets(book))
    except _FAULTS as exc:
        raise BadInput(f"no workbook that can be read ({exc})", file=file, fix=_SAVE) from None


def _sheets(book: calamine.CalamineWorkbook) -> Iterator[Sheet]:
    for number, meta in enumerate(book.sheets_metadata):
        if (meta.visible, meta.typ) == (
            calamine.SheetVisibleEnum.Visible,
            calamine.SheetTypeEnum.WorkSheet,
        ):
            rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
            yield Sheet(meta.name, tuple(_row(row) for row in rows))


def _row(values: Sequence[Any]) -> tuple[str, ...]:
    cells = [_text(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _looked_over(archive: zipfile.ZipFile, file: str) -> io.BytesIO:
    """A copy of the XML in it, each part within the limits."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if not any(name.startswith("xl/") for name in names):
        _refuse("is no Excel workbook", file)
    if len(parts) > PARTS_MAX or len(set(names)) != len(names):
        _refuse("holds too many parts, or one of them twice", file)
    made, room = io.BytesIO(), UNPACKED_MAX
    with zipfile.ZipFile(made, "w") as copy:
        for part in parts:
            if part.filename.casefold().endswith((".xml", ".rels")):
                text = _unpacked(archive, part, room, file)
                room -= len(text)
                _Bounds(part.filename, file).follow(text)
                copy.writestr(part.filename, text)
    made.seek(0)
    return made


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int, file: str) -> bytes:
    pieces: list[bytes] = []
    with archive.open(part) as opened:
        while piece := opened.read(_PIECE):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                _refuse(f"unpacks to over {UNPACKED_MAX // 1024 // 1024} MB", file)
    return b"".join(pieces)


class _Bounds:
    """Follows one part: no entities of its own, and no cell beyond the limits."""

    def __init__(self, part: str, file: str) -> None:
        self._part, self._file = part, file
        self._row = self._column = 0

    def follow(self, text: bytes) -> None:
        """Raises BadInput, or ExpatError for what is no XML in UTF-8."""
        parser = expat.ParserCreate("UTF-8", " ")  # whatever it declares: the library reads UTF-8
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.Parse(text, True)

    def _doctype(self, *_: object) -> None:
        _refuse(f"{self._part} declares entities", self._file)

    def _start(self, name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "row":
            self._to_row(given.get("r", str(self._row + 1)))
        elif kind == "c":
            self._to_cell(given.get("r"))

    def _to_row(self, number: str) -> None:
        self._row = int(number[:9]) if number.isascii() and number.isdecimal() else 0
        self._column = 0
        if not 0 < self._row <= ROWS_MAX:
            _refuse(f"{self._part} has a row {number[:20]}, and {ROWS_MAX} are the most",
                    self._file)  # fmt: skip

    def _to_cell(self, place: str | None) -> None:
        self._column += 1
        if place is not None:
            found = _PLACE.fullmatch(place)
            if found is None:
                _refuse(f"{self._part} has a cell {place[:20]!r}", self._file)
            self._to_row(found[2])
            self._column = _number(found[1])
        if self._column > COLUMNS_MAX:
            _refuse(f"{self._part} has over {COLUMNS_MAX} columns in row {self._row}", self._file)


def _number(letters: str) -> int:
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - ord("A") + 1
    return number


def _refuse(why: str, file: str) -> NoReturn:
    raise BadInput(why, file=file, fix="keep the rows and columns that are meant; " + _SAVE)


def _text(value: Any) -> str:
    """A cell as the spreadsheet shows it: 15 digits of a number, dates as 2026-11-22."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time() | timedelta():
            return str(value)
    return str(value)[: CELL_MAX + 1]
