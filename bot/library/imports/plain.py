"""CSV as spreadsheets save it: UTF-8, UTF-16 or GBK; commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

from bot.core.errors import BadInput
from bot.library.imports.sheet import (
    CELL_MAX,
    COLUMNS_MAX,
    HEADER_WITHIN,
    ROWS_MAX,
    Column,
    Sheet,
    headed,
)

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
SEPARATORS = ",\t;"
_CSV = "save it as .xlsx, or as CSV in UTF-8"


def read_csv(content: bytes, columns: Sequence[Column], file: str) -> tuple[Sheet, str]:
    """The table, and the encoding it was in. Raises BadInput with the line."""
    text, encoding = decoded(content, file)
    fits = (mark for mark in SEPARATORS if _fits(text, mark, columns))
    return _parse(text, next(fits, ","), file), encoding


def decoded(content: bytes, file: str) -> tuple[str, str]:
    """The text and its encoding: what a mark says, else UTF-8, else GB18030, which GBK is part of.

    Raises BadInput for bytes that are none of them.
    """
    marked = (name for mark, name in MARKS if content.startswith(mark))
    for encoding in (*marked, _unmarked(content), "utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise BadInput("is not text in UTF-8, UTF-16 or GBK", file=file, fix=_CSV)


def _unmarked(content: bytes) -> str:
    """UTF-16 without a mark: half of the header's bytes are zero where it is Latin or a comma."""
    head = content[:400]
    if head[1::2].count(0) > head[::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) else "utf-8"


def _fits(text: str, separator: str, columns: Sequence[Column]) -> bool:
    lines = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    return any(headed([cell.strip().strip('"') for cell in line.split(separator)], columns)
               for line in lines)  # fmt: skip


def _parse(text: str, separator: str, file: str) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[str, ...]] = []
    starts: list[int] = []
    line = 1
    try:
        for cells in reader:
            _bound(len(rows), len(cells), line, file)
            rows.append(tuple(cell[: CELL_MAX + 1] for cell in cells))
            starts.append(line)
            line = reader.line_num + 1
    except csv.Error as exc:
        raise BadInput(f"not valid CSV: {exc}", file=file, line=line,
                       fix='a cell with a comma, quote or line break stands in "…"; a quote inside'
                           " is doubled") from None  # fmt: skip
    return Sheet("", rows, starts)


def _bound(rows: int, columns: int, line: int, file: str) -> None:
    if rows >= ROWS_MAX or columns > COLUMNS_MAX:
        raise BadInput(f"over {ROWS_MAX} rows or {COLUMNS_MAX} columns", file=file, line=line,
                       fix="import it in parts")  # fmt: skip
