"""What one row of a members file says: its columns, how a cell is read, and what is wrong with it.

The columns are the contract's; an empty cell says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.core import money

COLUMNS = ("id", "name", "acquisition_cost", "tags", "birthday", "gender", "city", "source",
           "remark")  # fmt: skip
SEPARATOR = "|"
ID_MAX, CELL_MAX, TAGS_MAX, TAG_MAX = 128, 2_000, 100, 64
LEAP = 2000  # a birthday without a year may be the 29th of February

_ID = re.compile(r"[^\s\x00-\x1f\x7f|,]+")
_DAY = re.compile(r"(?:(\d{4})[-/.年]?)?(\d{1,2})[-/.月]?(\d{1,2})日?")
_GENDERS = frozenset(("male", "m", "男", "男性", "1", "female", "f", "女", "女性", "2"))


class Wrong(ValueError):
    """A cell that cannot be used; ``fix`` says how it is to be written."""

    def __init__(self, column: str, value: str, fix: str) -> None:
        self.column, self.value, self.fix = column, value, fix
        super().__init__(f"{column}: {value[:60]!r} cannot be used")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """``said`` holds what the row says, by column: texts, ``acquisition_cost`` in hundredths,
    ``tags`` as a list, which is empty for "none"."""

    id: str
    said: Mapping[str, Any]

    def over(self, earlier: MemberRow) -> MemberRow:
        """What two rows about one member say, where this one is the later."""
        return MemberRow(self.id, {**earlier.said, **self.said})


def read_row(cells: Mapping[str, str]) -> MemberRow:
    """The row of these cells, which are stripped, by column; a column that the contract does not
    name is a fact.

    Raises Wrong.
    """
    said: dict[str, Any] = {}
    for column, text in cells.items():
        if not text or column == "id":
            continue
        if len(text) > CELL_MAX:
            raise Wrong(column, text, f"at most {CELL_MAX} characters")
        read = _READ.get(column)
        said[column] = read(column, text) if read else text
    return MemberRow(_id(cells.get("id", "")), said)


def _id(text: str) -> str:
    if not text:
        raise Wrong("id", text, "every row names its member")
    if len(text) > ID_MAX or not _ID.fullmatch(text):
        raise Wrong("id", text, f"at most {ID_MAX} characters, without spaces, commas and bars")
    return text


def _cost(column: str, text: str) -> int:
    try:
        found = money.cents(text)
    except ValueError:
        found = -1
    if found < 0:
        raise Wrong(column, text, "write an amount such as 60 or 19.90")
    return found


def _tags(column: str, text: str) -> list[str]:
    found = set(map(str.strip, text.split(SEPARATOR)))
    found.discard("")
    # a short cell holds neither many nor long ones
    if len(text) > TAG_MAX and (len(found) > TAGS_MAX or max(map(len, found), default=0) > TAG_MAX):
        most = f"at most {TAGS_MAX} tags of {TAG_MAX} characters, with bars between"
        raise Wrong(column, text, most)
    return sorted(found)


def _birthday(column: str, text: str) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        raise Wrong(column, text, "write 1990-05-01, or 05-01 without the year")
    year, month, day = found.groups()
    try:
        when = date(int(year or LEAP), int(month), int(day))
    except ValueError:
        raise Wrong(column, text, "there is no such day") from None
    return when.isoformat() if year else f"{when:%m-%d}"


def _gender(column: str, text: str) -> str:
    if text.lower() not in _GENDERS:
        raise Wrong(column, text, "write male or female (男, 女), or leave it empty")
    return text


_READ: Mapping[str, Callable[[str, str], Any]] = MappingProxyType({
    "acquisition_cost": _cost, "tags": _tags, "birthday": _birthday, "gender": _gender,
})  # fmt: skip


def cells_of(said: Mapping[str, Any]) -> dict[str, str]:
    """The cells that ``read_row`` reads as this; an empty one for no tags."""
    cells = {column: str(said.get(column, "")) for column in COLUMNS if column != "id"}
    if "tags" in said:
        cells["tags"] = SEPARATOR.join(said["tags"])
    if "acquisition_cost" in said:
        cells["acquisition_cost"] = money.amount(said["acquisition_cost"])
    return cells
