"""CSV that is safe to open: a spreadsheet runs what begins like a formula, whoever wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

# OWASP, CSV Injection: these begin a formula, or a cell in which one may begin.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding


def safe(cell: object) -> str:
    """The cell as text; one that could be a formula gets an apostrophe, which shows it is text.

    Numbers that the product made itself stay numbers.
    """
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return str(cell)
    text = "" if cell is None else str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Rows of a CSV file with CRLF ends (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()
