"""One conversation as its lines go by, and what it counts for (docs/figures.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.clock import MINUTE
from bot.store.engine import Row

PAUSE = 30 * MINUTE  # a session is over when nobody has said anything for so long


class Key(NamedTuple):
    """What a count belongs to. ``person`` is an operator: bot, model, a login or a userid."""

    persona: str
    channel: str
    account: str
    person: str
    name: str
    code: str


Counts = Counter[Key]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begins`` until before ``ends``, within the local day that begins at ``day``."""

    begins: int
    ends: int
    day: int

    @property
    def length(self) -> int:
        """In ms."""
        return self.ends - self.begins


def key_of(row: Row, name: str, person: str = "", code: str = "") -> Key:
    """The key of a count for a line."""
    return Key(row["persona"], row["channel"], row["account"], person, name, code)


@dataclass(slots=True)
class Talk:
    """``lines``: (at, side, row) within the stretch; ``before``: (at, side, operator) of lines
    before it, which count for nothing themselves. ``open``: since when the member waits; ``last``:
    the last line of the session that goes on; ``helped``: whoever of the staff answered today."""

    stretch: Stretch
    open: int | None = None
    turns: int = 0
    speaking: bool = False
    last: int | None = None
    answered: bool = False
    helped: set[str] = field(default_factory=set)
    lines: list[tuple[int, int, Row]] = field(default_factory=list)
    before: list[tuple[int, int, str]] = field(default_factory=list)

    def tell(self, counts: Counts, step: Callable[[int], int], by: Callable[[str], str]) -> None:
        """Adds what its lines within the stretch come to. ``step``: the step of a wait; ``by``:
        bot, model or staff."""
        told: list[tuple[int, int, str, Row | None]]
        told = [(at, side, who, None) for at, side, who in self.before]
        told += [(at, side, row.get("operator", ""), row) for at, side, row in self.lines]
        for at, side, who, row in sorted(told, key=lambda line: line[:2]):
            if at >= self.stretch.day:
                self._session(at, side, row, counts)
            if side == 0:
                self._heard(at, row, counts)
                continue
            self._first(at, row, counts, step)
            if at >= self.stretch.day:
                self._helped(row, who, counts, by)

    def _session(self, at: int, side: int, row: Row | None, counts: Counts) -> None:
        """Who writes begins a session, and every line within the pause belongs to it; an answer
        that comes later than that belongs to none. A day begins with none."""
        if self.last is not None and at - self.last <= PAUSE:
            if row is not None:
                counts[key_of(row, "spoken")] += at - self.last
        elif side:
            return
        elif row is not None:
            counts[key_of(row, "sessions")] += 1
        self.last = at

    def _heard(self, at: int, row: Row | None, counts: Counts) -> None:
        self.open = at if self.open is None else self.open
        if at < self.stretch.day or self.speaking:
            return
        self.speaking, self.turns = True, self.turns + 1
        if row is not None and self.turns <= 2:
            counts[key_of(row, ("talk", "effective")[self.turns - 1])] += 1

    def _first(
        self, at: int, row: Row | None, counts: Counts, step: Callable[[int], int]
    ) -> None:  # fmt: skip
        if row is not None and self.open is not None:
            code = str(step(at - self.open))
            counts[key_of(row, "first", row["operator"], code)] += 1
        self.open, self.speaking = None, False

    def _helped(
        self, row: Row | None, who: str, counts: Counts, by: Callable[[str], str]
    ) -> None:  # fmt: skip
        if self.turns and not self.answered:
            self.answered = True
            if row is not None:
                counts[key_of(row, "two_way")] += 1
        if by(who) == "staff" and who not in self.helped:
            self.helped.add(who)
            if row is not None:
                counts[key_of(row, "handled", who)] += 1
