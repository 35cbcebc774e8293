"""A members file as a stream of rows: CSV or JSONL, of any size, in UTF-8 or GBK.

It is read to its end before anything is taken over: so one knows what is wrong, and which row of an
id is the last. What is good waits in a temporary file meanwhile, not in memory.
"""

from __future__ import annotations

import csv
import json
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from bot.core.csvfile import Row
from bot.core.errors import BadInput
from bot.core.longfile import Columns, count_rows, read_rows
from bot.members.row import COLUMNS, MemberRow, Wrong, cells_of, read_row

SEEN_BITS = 1 << 27  # 16 MB of memory tell most ids of ten million rows apart
FAULTS_MAX = 1_000
JSONL = (".jsonl", ".ndjson")
STRIDE = 5_000  # rows between two looks at how far it is, and rows put aside at once
LENGTH = 8  # bytes before each page of rows that says how long it is

Tell = Callable[[int, int], None]  # rows read, of about how many


@dataclass(slots=True)
class Checked:
    """What a file holds: how many rows, how many of them are good, the place among those of the
    last row of each id that stands there twice, and what is wrong."""

    rows: int = 0
    good: int = 0
    last: dict[int, int] = field(default_factory=dict)
    faults: list[BadInput] = field(default_factory=list)


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def check(path: Path, spool: BinaryIO, *, extra: bool, tell: Tell = silent) -> Checked:
    """Reads all rows, and puts the good ones aside into ``spool``.

    Raises BadInput for a file that is no table of members at all.
    """
    found, seen, page = Checked(), bytearray(SEEN_BITS // 8), list[Any]()
    for row in _rows(path, extra, tell):
        found.rows += 1
        if isinstance(row, MemberRow):
            page.append((row.id, row.said))
            _note(found, seen, hash(row.id))
            if len(page) == STRIDE:
                _put_aside(spool, page)
        else:
            found.faults.append(row)
            if len(found.faults) == FAULTS_MAX:
                break
    _put_aside(spool, page)
    return found


def _put_aside(spool: BinaryIO, page: list[Any]) -> None:
    """Many rows at once; marshal itself reads a file in pieces of a few bytes."""
    words = marshal.dumps(page)
    spool.write(len(words).to_bytes(LENGTH, "big") + words)
    page.clear()


def _read_back(spool: BinaryIO) -> Iterator[MemberRow]:
    spool.seek(0)
    while size := int.from_bytes(spool.read(LENGTH), "big"):
        for id, said in marshal.loads(spool.read(size)):  # noqa: S302 -- what we wrote ourselves
            yield MemberRow(id, said)


def _note(found: Checked, seen: bytearray, key: int) -> None:
    byte, bit = (key % SEEN_BITS) >> 3, 1 << (key & 7)
    if seen[byte] & bit:
        found.last[key] = found.good
    seen[byte] |= bit
    found.good += 1


def chosen(spool: BinaryIO, checked: Checked, tell: Tell = silent) -> Iterator[MemberRow]:
    """One row of each member: of several about him the last one wins, and says of what it leaves
    empty what those before it said."""
    earlier: dict[str, MemberRow] = {}
    for place, row in enumerate(_read_back(spool)):
        if place % STRIDE == 0:
            tell(place, checked.good)
        if row.id in earlier:
            row = row.over(earlier.pop(row.id))
        if checked.last.get(hash(row.id), place) == place:
            yield row
        else:
            earlier[row.id] = row


def write_rows(path: Path, members: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Writes members as a file that can be read again; how many. Columns beyond the contract's stay
    in JSONL only."""
    write = _write_jsonl if path.suffix.lower() in JSONL else _write_csv
    with path.open("w", encoding="utf-8", newline="") as out:
        return write(out, members)


def _write_csv(out: TextIO, members: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    table = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    count = 0
    for id, said in members:
        table.writerow({"id": id, **cells_of(said)})
        count += 1
    return count


def _write_jsonl(out: TextIO, members: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    count = 0
    for id, said in members:
        row = {"id": id, **said, **cells_of(said), "tags": said.get("tags", ())}
        row = {name: value for name, value in row.items() if value}
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _rows(path: Path, extra: bool, tell: Tell) -> Iterator[MemberRow | BadInput]:
    total = count_rows(path)
    columns = Columns(required=("id",), optional=COLUMNS[1:], free=extra)
    try:
        for count, row in enumerate(read_rows(path, columns)):
            if count % STRIDE == 0:
                tell(count, total)
            yield _row(row, str(path))
    except BadInput as exc:
        raise _hinted(exc, extra) from None


def _row(row: Row, file: str) -> MemberRow | BadInput:
    try:
        return read_row(row.cells)
    except Wrong as exc:
        return BadInput(str(exc), file=file, line=row.line, fix=exc.fix)


def _hinted(exc: BadInput, extra: bool) -> BadInput:
    """Of a column that is not known, how it can be taken all the same."""
    if extra or not exc.message.startswith("there is no column"):
        return exc
    return BadInput(exc.message, file=exc.file, line=exc.line,
                    fix=f"{exc.fix} (--extra-as-facts takes it as a fact)")  # fmt: skip
