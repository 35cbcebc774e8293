"""One change in content/calendar.toml: an entry more, another time, an entry less.

Everything else in the file stays as it is, comments and order included. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core import csvfile, tomlfile
from bot.core.errors import BadInput
from bot.library.writing import with_values

FILE = "content/calendar.toml"
TABLE = "[[entry]]"
# The order in which a new entry is written; what an entry of the file has as well stays.
KEYS = ("id", "title", "when", "do", "persona", "template", "groups", "late", "jitter", "zone")
Values = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """An entry as it stands in the file, from 1-based line ``first`` until before ``after``."""

    id: str
    first: int
    after: int
    text: str
    values: Values


def blocks(text: str) -> tuple[Block, ...]:
    """All entries in their order. Raises BadInput."""
    doc = tomlfile.parse(text.removeprefix(csvfile.BOM), FILE)
    entries, lines = doc.data.get("entry", []), text.split("\n")
    tables = sorted(line for path, line in doc.lines.items()
                    if lines[line - 1].lstrip("\ufeff \t").startswith("["))  # fmt: skip
    found = []
    for n, data in enumerate(entries):
        first = doc.lines.get(("entry", n), 0)
        if first not in tables or not isinstance(data, dict):
            raise BadInput("entries are not written as [[entry]]", file=FILE, line=max(first, 1),
                           fix="write each as a table of its own")  # fmt: skip
        end = next((line for line in tables if line > first), len(lines) + 1)
        after = _trimmed(lines, first, end)
        found.append(Block(id=str(data.get("id", "")), first=first, after=after,
                           text="\n".join(lines[first - 1 : after - 1]),
                           values={key: str(value) for key, value in data.items()}))  # fmt: skip
    return tuple(found)


def _trimmed(lines: Sequence[str], first: int, end: int) -> int:
    """Without what stands above the next table: that belongs to it."""
    while end > first + 1 and lines[end - 2].strip()[:1] in ("", "#"):
        end -= 1
    return end


def find(text: str, name: str) -> Block | None:
    """The entry of that id, or None. Raises BadInput."""
    return next((block for block in blocks(text) if block.id == name), None)


def with_entry(text: str, values: Values, name: str | None = None) -> str:
    """The calendar with these values in the entry of that id, or in a new last one (None). An empty
    value takes its key away. Raises BadInput when there is no such entry."""
    if name is None:
        made = with_values(f"{TABLE}\n", FILE, _within({key: values[key] for key in KEYS
                                                        if values.get(key)}))  # fmt: skip
        return f"{text.rstrip(chr(10))}\n\n{made}" if text.strip() else made
    block = _there(text, name)
    return _put(text, block, with_values(block.text, FILE, _within(values)).rstrip("\n"))


def _within(values: Values) -> dict[str, str | None]:
    return {f"entry.0.{key}": value or None for key, value in values.items()}


def without_entry(text: str, name: str) -> str:
    """The calendar without the entry and the comment right above it. A heading, which has an empty
    line below it, stays. Raises BadInput when there is no such entry."""
    block, lines = _there(text, name), text.split("\n")
    first, after = block.first, block.after
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    while after < len(lines) and not lines[after - 1].strip():
        after += 1
    made = _put(text, replace(block, first=first, after=after), "")
    return made.rstrip("\n") + "\n" if made.strip() else ""


def _there(text: str, name: str) -> Block:
    found = find(text, name)
    if found is None:
        raise BadInput(f"there is no entry {name!r}", file=FILE, fix="load the page again")
    return found


def _put(text: str, block: Block, new: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[: block.first - 1], *([new] if new else []),
                      *lines[block.after - 1 :]])  # fmt: skip


def free_id(text: str, wish: str) -> str:
    """``wish``, or that with a number behind it when it is taken. Raises BadInput."""
    taken = {block.id for block in blocks(text)}
    return next(name for n in range(1, len(taken) + 2)
                if (name := wish if n == 1 else f"{wish}-{n}") not in taken)  # fmt: skip
