"""A file of orders: looked through as a whole, then read again a page at a time; and written."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from bot.core.clock import local
from bot.core.csvfile import Row
from bot.core.errors import BadInput
from bot.core.longfile import Columns, read_rows
from bot.core.money import amount
from bot.library.membersfile import JSONL
from bot.members import told
from bot.members.orders import Purchase, Report
from bot.members.told import OPTIONAL, REQUIRED, report

COLUMNS = Columns(REQUIRED, OPTIONAL)
PAGE = 500
Put = Callable[[Mapping[str, str]], object]


@dataclass(slots=True)
class Scan:
    """What is in a file: of each order the time and line of the row that holds, the line where each
    member is named first, and the number of rows."""

    orders: dict[str, tuple[int, int]] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    def add(self, line: int, found: Report) -> None:
        """Of the rows of one order the last one holds, or the one that was updated last."""
        self.rows += 1
        place = (found.said_at or 0, line)
        self.orders[found.order] = max(place, self.orders.get(found.order, place))
        for member in (found.member, found.beneficiary):
            if member:
                self.members.setdefault(member, line)


def scan(path: Path, zone: str) -> Scan:
    """Looks through the whole file. Raises BadInput with file and line for what is wrong."""
    found = Scan()
    for row in read_rows(path, COLUMNS):
        found.add(row.line, _report(row, path, zone))
    return found


def pages(path: Path, zone: str, orders: Mapping[str, tuple[int, int]]) -> Iterator[list[Report]]:
    """The rows that hold, in the order of the file, PAGE at a time."""
    read = ((row.line, _report(row, path, zone)) for row in read_rows(path, COLUMNS))
    held = (found for line, found in read if orders[found.order][1] == line)
    while part := list(islice(held, PAGE)):
        yield part


def _report(row: Row, path: Path, zone: str) -> Report:
    try:
        return report(row.cells, zone)
    except ValueError as exc:
        raise BadInput(str(exc), file=str(path), line=row.line) from None


def write(path: Path, orders: Iterable[Purchase], zone: str) -> int:
    """Writes orders as a file that can be read again, here or elsewhere; how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        put = _lines(out) if path.suffix.lower() in JSONL else _table(out)
        for one in orders:
            put(_cells(one, zone))
            count += 1
    return count


def _lines(out: TextIO) -> Put:
    def put(cells: Mapping[str, str]) -> None:
        said = {name: cell for name, cell in cells.items() if cell}
        out.write(json.dumps(said, ensure_ascii=False) + "\n")

    return put


def _table(out: TextIO) -> Put:
    table = csv.DictWriter(out, told.COLUMNS, lineterminator="\n")
    table.writeheader()
    return table.writerow


def _cells(one: Purchase, zone: str) -> dict[str, str]:
    return {
        "order_id": one.id, "member": one.member, "at": local(one.at, zone).isoformat(),
        "amount": amount(one.amount_cents), "category": one.category,
        "beneficiary": one.beneficiary, "status": one.state,
        "refunded": amount(one.refunded_cents) if one.refunded_cents else "",
        "tracking": one.tracking, "code": one.code,
        "updated_at": local(one.said_at, zone).isoformat(),
    }  # fmt: skip
