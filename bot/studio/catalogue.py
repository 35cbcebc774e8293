"""content/catalogue.csv: what is sold and for how much. The guard checks prices against it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bot.core import csvfile
from bot.core.errors import BadInput
from bot.core.goods import Good

HEADER = ("sku", "name", "price", "valid_from", "valid_to")
_PRICE = re.compile(r"\d{1,9}(\.\d{1,2})?")


def parse_catalogue(text: str, file: str) -> tuple[Good, ...]:
    """The goods in the order of the file. Raises BadInput at the first bad row."""
    goods: dict[str, Good] = {}
    for row in csvfile.parse(text, file, HEADER):
        good = _good(row, file)
        if good.sku in goods:
            raise BadInput(f"sku {good.sku!r} stands twice", file=file, line=row.line)
        goods[good.sku] = good
    return tuple(goods.values())


def _good(row: csvfile.Row, file: str) -> Good:
    cells = row.cells
    for key in ("sku", "name"):
        if not cells[key]:
            raise BadInput(f"{key} is empty", file=file, line=row.line)
    if not _PRICE.fullmatch(cells["price"]):
        raise BadInput(f"price {cells['price']!r} is no amount", file=file, line=row.line,
                       fix="yuan with at most two decimals, like 68 or 19.90")  # fmt: skip
    start, end = _day(row, "valid_from", file), _day(row, "valid_to", file)
    if start and end and start > end:
        raise BadInput("valid_to is before valid_from", file=file, line=row.line)
    return Good(sku=cells["sku"], name=cells["name"], price=Decimal(cells["price"]),
                valid_from=start, valid_to=end)  # fmt: skip


def _day(row: csvfile.Row, key: str, file: str) -> date | None:
    try:
        return date.fromisoformat(row.cells[key]) if row.cells[key] else None
    except ValueError:
        raise BadInput(f"{key} {row.cells[key]!r} is no date", file=file, line=row.line,
                       fix="write it like 2026-11-21, or leave it empty") from None  # fmt: skip
