"""Long tables that another program wrote, read row by row: CSV with a header, or JSON lines.

UTF-8 with or without a byte-order mark, or GBK. A row is text by column, whatever it was: numbers
keep the digits they were written with.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bot.core.csvfile import BOM, Row, records
from bot.core.decode import nearest
from bot.core.errors import BadInput

CHUNK = 1 << 20
LINE_MAX = 100_000  # characters of one JSON line


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table may say; ``free``: other columns, too."""

    required: Sequence[str]
    optional: Sequence[str] = ()
    free: bool = False

    def check(self, found: Sequence[str], file: str, line: int) -> None:
        """Raises BadInput where one is missing, unknown or there twice."""
        known = (*self.required, *self.optional)
        for name in found:
            if name not in known and not self.free:
                raise BadInput(f"there is no column {name!r}", file=file, line=line,
                               fix=nearest(name, known))  # fmt: skip
            if found.count(name) > 1 or not name:
                raise BadInput(f"the column {name!r} has no name or stands twice", file=file,
                               line=line, fix="remove one")  # fmt: skip
        missing = [name for name in self.required if name not in found]
        if missing:
            raise BadInput(f"no column {', '.join(missing)}", file=file, line=line,
                           fix=f"wanted: {','.join(known)}")  # fmt: skip


def read_rows(path: Path, columns: Columns) -> Iterator[Row]:
    """The rows of a file, in order; ``.jsonl`` is JSON lines, anything else CSV.

    Raises BadInput with file and line, when it comes to what is wrong.
    """
    file = str(path)
    try:
        with path.open(encoding=_encoding(path), newline="") as text:
            read = _json_lines if path.suffix.lower() in (".jsonl", ".ndjson") else _csv
            yield from read(text, file, columns)
    except FileNotFoundError:
        raise BadInput("no such file", file=file, fix="name one that is there") from None
    except OSError as exc:
        raise BadInput(f"cannot be read: {exc.strerror}", file=file) from None


def count_rows(path: Path) -> int:
    """About how many rows there are: line breaks. For showing how far one has come."""
    with path.open("rb") as file:
        return sum(part.count(b"\n") for part in iter(lambda: file.read(CHUNK), b""))


def cell_of(value: Any) -> str:
    """A JSON value as a cell: lists with a bar between, null as empty. Raises ValueError."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "|".join(value)
    raise ValueError("wants text, a number, null or a list of texts")


def json_of(text: str | bytes) -> Any:
    """JSON in which numbers are the text they were written as. Raises ValueError."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def cells_of(found: Any) -> dict[str, str]:
    """A JSON object as cells by column. Raises ValueError."""
    if not isinstance(found, Mapping):
        raise ValueError("wants an object { }")
    cells: dict[str, str] = {}
    for name, value in found.items():
        try:
            cells[name] = cell_of(value)
        except ValueError as exc:
            raise ValueError(f"{name}: {exc}") from None
    return cells


def _refuse(text: str) -> str:
    raise ValueError(f"{text} is no number")


def _encoding(path: Path) -> str:
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise BadInput("is not text in UTF-8 or GBK", file=str(path), fix="save it as CSV in UTF-8")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            for part in iter(lambda: file.read(CHUNK), b""):
                if "\0" in decoder.decode(part):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _csv(text: TextIO, file: str, columns: Columns) -> Iterator[Row]:
    return records(text, file, lambda names: columns.check(names, file, 1))


def _json_lines(text: TextIO, file: str, columns: Columns) -> Iterator[Row]:
    for line, said in enumerate(iter(lambda: text.readline(LINE_MAX), ""), 1):
        said = said.removeprefix(BOM) if line == 1 else said
        if not said.strip():
            continue
        try:
            cells = cells_of(json_of(said))
        except ValueError as exc:
            raise BadInput(f"not a JSON object: {exc}", file=file, line=line,
                           fix='write one {"…": "…"} a line') from None  # fmt: skip
        columns.check(list(cells), file, line)
        yield Row(line, cells)
