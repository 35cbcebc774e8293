"""Which columns the tables have, read off the migrations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bot.store.sql import migrations, statements

_MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*)\)", re.S)
_MORE = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+)")
_CALLED = re.compile(r"ALTER TABLE (\w+) RENAME TO (\w+)")
_CALLED_COLUMN = re.compile(r"ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)")
_NO_COLUMN = frozenset({"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"})


@cache
def schema() -> Mapping[str, frozenset[str]]:
    """The columns of every table, as the migrations make them."""
    found: dict[str, set[str]] = {}
    for _, _, script in migrations():
        for text in statements(script):
            _made(text, found)
    return {table: frozenset(columns) for table, columns in found.items()}


def _made(text: str, found: dict[str, set[str]]) -> None:
    if made := _MADE.match(text):
        found[made[1]] = {part.split()[0] for part in _parts(made[2])
                          if part.split()[0].upper() not in _NO_COLUMN}  # fmt: skip
    elif more := _MORE.match(text):
        found[more[1]].add(more[2])
    elif called := _CALLED.match(text):
        found[called[2]] = found.pop(called[1])
    elif called := _CALLED_COLUMN.match(text):
        found[called[1]] = (found[called[1]] - {called[2]}) | {called[3]}


def _parts(text: str) -> Iterator[str]:
    depth, part = 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += letter
    yield part.strip()
