"""The groups of buyers as two squares whose cells open: who is in it, and as a segment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.console.page import BASE
from bot.console.pages.value_asked import Asked, shade
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.rfm import GROUPS
from bot.members.lives import Together

_PLAIN = re.compile(r"[\w.@-]+")
BY_MARKS = {marks: name for name, marks in GROUPS.items()}
SIDES = (True, False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One group. ``rows``: where its members are listed; ``segment``: where it is a segment, empty
    for who may not see it."""

    name: str
    number: str
    share: str
    shade: str
    rows: str
    segment: str


@dataclass(frozen=True, slots=True)
class Line:
    """How long ago: its two cells, who bought often and who did not."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Square:
    """Those who brought much, or the others."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Line]


def words(form: Asked, group: str) -> str:
    """A group of the chosen scope in the words of audiences."""
    if not form.of:
        return f"rfm:{group}"
    name, _, value = form.of.partition(":")
    return f"rfm:{group} AND {name}:" + (value if _PLAIN.fullmatch(value) else f'"{value}"')


def segment(visit: Visit, form: Asked, group: str) -> str:
    """Where the group opens as a segment."""
    if not visit.may(Right.MEMBERS_SEE):
        return ""
    return f"{BASE}/segments?{urlencode({'a': words(form, group)})}"


def squares(visit: Visit, form: Asked, found: Together) -> list[Square]:
    """Both squares, the one of those who brought much first; none where nobody bought."""
    if not found.buyers:
        return []
    t = visit.t
    columns = [t("value.often_yes"), t("value.often_no")]
    return [Square(t("value.much_yes" if much else "value.much_no"), columns, [
        Line(t("value.recent_yes" if recent else "value.recent_no"), [
            _cell(visit, form, found, BY_MARKS[recent, often, much]) for often in SIDES])
        for recent in SIDES]) for much in SIDES]  # fmt: skip


def _cell(visit: Visit, form: Asked, found: Together, group: str) -> Cell:
    n = found.groups[group]
    return Cell(name=visit.t(f"rfm.{group}"), number=f"{n:,}",
                share=f"{100 * n / found.buyers:.1f}%",
                shade=shade(n, max(found.groups.values())),
                rows=form.link("/value/buyers/rows", group=group),
                segment=segment(visit, form, group))  # fmt: skip
