"""CSV files that people edit: an exact header and the line where every row starts.

A quoted cell may hold line breaks; ``csv`` then only knows where a row ends, so the start is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.errors import BadInput

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: cells by column name, stripped, and the 1-based line it starts on."""

    line: int
    cells: Mapping[str, str]


def parse(text: str, file: str, header: Sequence[str]) -> Iterator[Row]:
    """Yields the rows below ``header``; blank lines are skipped, a byte-order mark is allowed.

    Raises BadInput (file and line) for another header, a wrong number of cells or broken quotes.
    """
    lines = io.StringIO(text, newline="")
    return records(lines, file, lambda names: _check_header(names, file, header))


def records(
    lines: Iterable[str], file: str, check: Callable[[list[str]], None]
) -> Iterator[Row]:  # fmt: skip
    """The rows below a header that ``check`` lets pass; else as ``parse``."""
    reader = csv.reader(lines, strict=True)
    header = [cell.strip() for cell in _next(reader, file) or ()]
    header[:1] = [name.removeprefix(BOM).strip() for name in header[:1]]
    check(header)
    while True:
        line = reader.line_num + 1
        cells = _next(reader, file, line)
        if cells is None:
            return
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield _row(cells, line, file, header)


def _next(reader: Iterator[list[str]], file: str, line: int = 1) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as exc:
        fix = 'a cell with a comma, quote or line break stands in "…"; a quote inside is doubled'
        raise BadInput(f"not valid CSV: {exc}", file=file, line=line, fix=fix) from None


def _check_header(names: list[str], file: str, header: Sequence[str]) -> None:
    if names != list(header):
        raise BadInput(f"the header is {','.join(names)!r}", file=file, line=1,
                       fix=f"make the first line {','.join(header)}")  # fmt: skip


def _row(cells: list[str], line: int, file: str, header: Sequence[str]) -> Row:
    if len(cells) != len(header):
        raise BadInput(f"{len(cells)} cells where {len(header)} are wanted", file=file, line=line,
                       fix='put a cell that holds a comma in "…"')  # fmt: skip
    return Row(line, dict(zip(header, cells, strict=True)))
