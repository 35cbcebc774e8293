"""One change in a file that people write: a key of TOML, a row of the FAQ, a table of the dialogue.

Everything else in the file stays as it is, comments and order included. Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.items import Array

from bot.core import csvfile, tomlfile
from bot.core.errors import BadInput
from bot.core.tomlfile import TomlDoc
from bot.persona.faq import HEADER, OPTIONAL

Variants = tuple[str | tuple[str, ...], ...]
Value = str | int | float | date | tuple[float, ...] | Variants | None
BLOCKS = ("rule", "step", "form", "consent")


def value_of(doc: TomlDoc, key: str) -> Any:
    """What stands under a dotted key, ``story.0.text`` as well; None when nothing does."""
    found: Any = doc.data
    for part in key.split("."):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = found[part]
        else:
            return None
    return found


def with_values(text: str, file: str, values: Mapping[str, Value]) -> str:
    """The file with these dotted keys; None takes a key away. Raises BadInput when the file cannot
    be read, or a key leads through something that is no table."""
    tomlfile.parse(text, file)  # with bounds, and with the line of a fault
    mark = csvfile.BOM if text.startswith(csvfile.BOM) else ""
    doc = tomlkit.parse(text.removeprefix(csvfile.BOM))
    for key, value in values.items():
        *way, last = key.split(".")
        _put(_within(doc, way, file, key), last, value)
    return mark + tomlkit.dumps(doc)


def _within(doc: Any, way: Sequence[str], file: str, key: str) -> Any:
    found = doc
    for part in way:
        if isinstance(found, list):
            if not part.isdigit() or int(part) >= len(found):
                raise BadInput(f"there is no {key}", file=file, fix="load the page again")
            found = found[int(part)]
            continue
        if part not in found:
            found[part] = tomlkit.table()
        found = found[part]
        if not isinstance(found, dict | list):
            raise BadInput(f"{part} is no table", file=file, fix="mend it in the file")
    return found


def _put(table: Any, key: str, value: Value) -> None:
    if value is None:
        if key in table:
            table.remove(key)
        return
    if isinstance(value, tuple):
        held = table.get(key)
        if isinstance(held, Array) and _adjust(held, [*_plain(value)]):
            return
        table[key] = _array(value)
    elif table.get(key) != value:
        table[key] = value


def _plain(value: Sequence[Any]) -> Iterator[Any]:
    """A variant of several bubbles as TOML has it: a list."""
    return (list(one) if isinstance(one, tuple) else one for one in value)


def _adjust(held: Array, wanted: Sequence[Any]) -> bool:
    """Changes a list word by word, so that comments between its lines stay. False when the words
    are not in the order in which they stood, or one stands twice."""
    words = held.unwrap()
    if words == list(wanted):
        return True
    if any(isinstance(one, list) for one in (*words, *wanted)):
        return False
    kept = [one for one in wanted if one in words]
    if kept != [one for one in words if one in wanted] or len(set(words)) != len(words) \
            or list(wanted[: len(kept)]) != kept:  # fmt: skip
        return False
    for word in words:
        if word not in wanted:
            held.remove(word)
    for word in wanted[len(kept) :]:
        if "\n" in held.as_string():
            held.add_line(word)
        else:
            held.append(word)
    return True


def _array(words: Sequence[Any]) -> Array:
    made = tomlkit.array()
    made.extend(_plain(words))
    return made.multiline(sum(len(str(word)) for word in words) > 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One table of dialogue.toml with all that is below it. ``first`` and ``after`` are 1-based
    lines; ``data`` is what it says."""

    kind: str
    id: str
    first: int
    after: int
    text: str
    data: Mapping[str, Any]


def blocks(text: str, file: str) -> tuple[Block, ...]:
    """The tables of a dialogue in their order. Raises BadInput."""
    doc = tomlfile.parse(text.removeprefix(csvfile.BOM), file)
    return tuple(_blocks(doc, text.split("\n")))


def _blocks(doc: TomlDoc, lines: Sequence[str]) -> Iterator[Block]:
    found = sorted(
        (line, str(path[0]), path[1])
        for path, line in doc.lines.items()
        if len(path) == 2 and path[0] in BLOCKS and isinstance(path[1], int)
    )
    ends = [*(line for line, _, _ in found), len(lines) + 1][1:]
    for (first, kind, n), end in zip(found, ends, strict=True):
        after = end
        # what stands above a table belongs to it
        while after > first + 1 and lines[after - 2].strip()[:1] in ("", "#"):
            after -= 1
        data = doc.data[kind][n]
        yield Block(kind=kind, id=str(data.get("id", "")), first=first, after=after,
                    text="\n".join(lines[first - 1 : after - 1]), data=data)  # fmt: skip


def with_block(text: str, old: Block | None, new: str, file: str = "") -> str:
    """The dialogue with ``new`` in the place of a table, or behind all others; empty takes it away.

    Raises BadInput when the new table cannot be read.
    """
    new = new.replace("\r\n", "\n").strip("\n")
    tomlfile.parse(new, file, old.first if old else 1)
    if old is None:
        return f"{text.rstrip(chr(10))}\n\n{new}\n" if new else text
    lines = text.split("\n")
    return "\n".join([*lines[: old.first - 1], *([new] if new else []), *lines[old.after - 1 :]])


def with_row(text: str, name: str | None, cells: Mapping[str, str] | None, file: str = "") -> str:
    """The FAQ with these cells in the row of that id, or in a new last one (None); without cells
    the row goes. Raises BadInput when the file cannot be read, or has no such row."""
    plain = text.removeprefix(csvfile.BOM) or ",".join(HEADER) + "\n"
    mark = csvfile.BOM if text.startswith(csvfile.BOM) else ""
    head = _header(plain)
    lines = plain.split("\n")
    if cells is not None:
        more = [name for name in OPTIONAL if cells.get(name) and name not in head]
        if more:
            lines = _wider(plain, head, more, file).split("\n")
            head += more
    first, after = _span("\n".join(lines), name, head, file)
    made = [_csv([cells.get(name, "") for name in head])] if cells is not None else []
    return mark + "\n".join([*lines[: first - 1], *made, *lines[after - 1 :]])


def _header(text: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader(io.StringIO(text)), [])]


def _span(text: str, name: str | None, head: Sequence[str], file: str) -> tuple[int, int]:
    """Where a row begins, and the line behind it."""
    whole = text.rstrip("\n").count("\n") + 2  # behind the last line that holds anything
    if name is None:
        return whole, whole
    rows = [(row.line, row.cells["id"]) for row in csvfile.parse(text, file, head)]
    for (first, found), (after, _) in pairwise([*rows, (whole, "")]):
        if found == name:
            return first, after
    raise BadInput(f"there is no row {name!r}", file=file, fix="load the page again")


def _wider(text: str, head: Sequence[str], more: Sequence[str], file: str) -> str:
    """Every row with empty cells for columns that the file has not had so far."""
    rows = [[row.cells[name] for name in head] for row in csvfile.parse(text, file, head)]
    made = [_csv([*head, *more]), *(_csv([*row, *("" for _ in more)]) for row in rows)]
    return "\n".join(made) + "\n"


def _csv(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
