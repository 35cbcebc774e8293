"""A members file as a stream of rows: CSV or JSONL, of any size, in UTF-8 or GBK.

It is read twice: once to find what is wrong and which row of an id is the last, once to be taken
over. Neither holds the file in memory.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.members.row import COLUMNS, SEPARATOR, MemberRow, Wrong, cells_of, read_row

JSONL = ".jsonl"
SUFFIXES = (".csv", JSONL)
BLOCK = 1 << 20
SEEN_BITS = 1 << 27  # 16 MB of memory tell most ids of ten million rows apart
FAULTS_MAX = 1_000
EXTRA_MAX = 64
STRIDE = 5_000  # rows between two looks at how far it is

Cells = Mapping[str, str]
Numbered = tuple[int, Cells | BadInput]
Tell = Callable[[int, int], None]  # bytes read, of how many


@dataclass(slots=True)
class Checked:
    """What a file holds: how many rows, the place of the last row of each id that stands there
    twice, and what is wrong."""

    rows: int = 0
    last: dict[int, int] = field(default_factory=dict)
    faults: list[BadInput] = field(default_factory=list)


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def check(path: Path, *, extra: bool, tell: Tell = silent) -> Checked:
    """Reads all rows. Raises BadInput for a file that is no table of members at all."""
    found, seen = Checked(), bytearray(SEEN_BITS // 8)
    for place, row in enumerate(_rows(path, extra, tell)):
        found.rows += 1
        if isinstance(row, BadInput):
            found.faults.append(row)
            if len(found.faults) >= FAULTS_MAX:
                break
            continue
        key = hash(row.id)
        byte, bit = (key % SEEN_BITS) >> 3, 1 << (key & 7)
        if seen[byte] & bit:
            found.last[key] = place
        seen[byte] |= bit
    return found


def chosen(
    path: Path, checked: Checked, *, extra: bool, tell: Tell = silent
) -> Iterator[MemberRow]:
    """One row of each member, without those that cannot be read: of several about him the last one
    wins, and says of what it leaves empty what those before it said."""
    earlier: dict[str, MemberRow] = {}
    for place, row in enumerate(_rows(path, extra, tell)):
        if isinstance(row, BadInput):
            continue
        if row.id in earlier:
            row = row.over(earlier.pop(row.id))
        if checked.last.get(hash(row.id), place) == place:
            yield row
        else:
            earlier[row.id] = row


def write_rows(path: Path, members: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Writes members as a file that can be read again; how many. Columns beyond the contract's stay
    in JSONL only."""
    write = _write_jsonl if _suffix(path) == JSONL else _write_csv
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
        cells = {name: cell for name, cell in cells_of(said).items() if cell and name != "tags"}
        more = {"tags": list(said["tags"])} if said.get("tags") else {}
        row = {"id": id, **cells, **more, **said.get("extra", {})}
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _rows(path: Path, extra: bool, tell: Tell) -> Iterator[MemberRow | BadInput]:
    lines = _objects if _suffix(path) == JSONL else _table
    with _opened(path) as text:
        size = path.stat().st_size
        for count, (line, cells) in enumerate(lines(text, path.name, extra)):
            if count % STRIDE == 0:
                tell(text.buffer.tell(), size)
            yield cells if isinstance(cells, BadInput) else _row(cells, path.name, line)


def _row(cells: Cells, file: str, line: int) -> MemberRow | BadInput:
    try:
        return read_row(cells)
    except Wrong as exc:
        return BadInput(str(exc), file=file, line=line, fix=exc.fix)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput(f"a members file is CSV or JSONL, not {suffix or 'a file without a suffix'}",
                       file=path, fix="name it …csv or …jsonl")  # fmt: skip
    return suffix


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as text:
            yield text
    except OSError as exc:
        raise BadInput(f"cannot be read: {exc.strerror}", file=path) from None


def _encoding(path: Path) -> str:
    """UTF-8, with or without a mark, or else GB18030, which GBK is part of. Raises BadInput."""
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise BadInput("is not text in UTF-8 or GBK", file=path, fix="save it in UTF-8")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                if "\0" in decoder.decode(block):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _table(text: TextIO, file: str, extra: bool) -> Iterator[Numbered]:
    reader = csv.reader(text, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_names(header, file, extra=extra)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                yield line, _cells(header, cells, file, line)
            line = reader.line_num + 1
    except csv.Error as exc:
        raise BadInput(f"not valid CSV: {exc}", file=file, line=reader.line_num,
                       fix='a cell with a comma, quote or line break stands in "…"; a quote inside'
                           " is doubled") from None  # fmt: skip


def _cells(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Cells | BadInput:
    if len(cells) != len(header):
        return BadInput(f"{len(cells)} cells where {len(header)} are wanted", file=file, line=line,
                        fix='put a cell that holds a comma in "…"')  # fmt: skip
    return dict(zip(header, cells, strict=True))


def _check_names(names: Sequence[str], file: str, *, extra: bool) -> None:
    if "id" not in names:
        raise BadInput("the header has no column 'id'", file=file, line=1,
                       fix=f"columns are {', '.join(COLUMNS)}")  # fmt: skip
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"the column {twice!r} stands twice", file=file, line=1, fix="drop one")
    if unknown := next((name for name in names if not _allowed(name, extra)), None):
        raise _unknown(unknown, file, 1)
    if len(names) > EXTRA_MAX:
        raise BadInput(f"{len(names)} columns", file=file, line=1, fix=f"at most {EXTRA_MAX}")


def _allowed(name: str, extra: bool) -> bool:
    return name in COLUMNS or (extra and bool(name) and len(name) <= EXTRA_MAX)


def _unknown(name: str, file: str, line: int) -> BadInput:
    fix = f"{nearest(name, COLUMNS)} (--extra-as-facts takes it as a fact)"
    return BadInput(f"unknown column {name!r}", file=file, line=line, fix=fix)


def _objects(text: TextIO, file: str, extra: bool) -> Iterator[Numbered]:
    for line, row in enumerate(text, 1):
        if row.strip():
            yield line, _object(row, file, line, extra)


def _object(row: str, file: str, line: int, extra: bool) -> Cells | BadInput:
    try:
        # numbers stay the texts that they are: 0.1 is no fraction of two
        found = json.loads(row, parse_float=str, parse_int=str)
    except ValueError as exc:
        return BadInput(f"not valid JSON: {exc}", file=file, line=line, fix="one object a line")
    if not isinstance(found, dict):
        return BadInput("a row is an object", file=file, line=line, fix='write {"id": …}')
    if unknown := next((name for name in found if not _allowed(name, extra)), None):
        return _unknown(unknown, file, line)
    try:
        return {name: _cell(name, value) for name, value in found.items()}
    except Wrong as exc:
        return BadInput(str(exc), file=file, line=line, fix=exc.fix)


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "tags" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return SEPARATOR.join(value) or SEPARATOR
    if not isinstance(value, str):
        raise Wrong(name, str(value), "write a text")
    return value
