"""Reading the file that somebody wants to import, whatever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import BadInput
from bot.library.imports import workbook
from bot.library.imports.plain import read_csv
from bot.library.imports.sheet import Column, Table, tables

SIZE_MAX = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """What was read: the tables, and ``form``, the encoding of a CSV file or ``xlsx``."""

    file: str
    form: str
    tables: tuple[Table, ...]


def bytes_of(path: Path, most: int = SIZE_MAX) -> bytes:
    """What a file holds. Raises BadInput when it has over ``most`` bytes, or cannot be read."""
    try:
        if path.stat().st_size > most:
            _too_large(path.name, most)
        return path.read_bytes()
    except OSError as exc:
        raise BadInput(f"cannot be read: {exc.strerror}", file=path) from None


def understand(content: bytes, columns: Sequence[Column], file: str) -> Upload:
    """The tables of a workbook or CSV file, by how it begins, not by its name.

    ``file`` names it in errors. Raises BadInput with file, line and fix.
    """
    if len(content) > SIZE_MAX:
        _too_large(file)
    if content.startswith(workbook.OLD):
        raise BadInput("is an old .xls workbook, or one behind a password", file=file,
                       fix="save it as .xlsx without a password, or as CSV")  # fmt: skip
    if content.startswith(workbook.BEGINS):
        sheets, form = workbook.read_workbook(content, file), "xlsx"
    else:
        sheet, form = read_csv(content, columns, file)
        sheets = (sheet,)
    return Upload(file, form, tables(sheets, columns, file))


def _too_large(file: str, most: int = SIZE_MAX) -> None:
    raise BadInput(f"is over {most // 1024 // 1024} MB", file=file, fix="make it smaller")
