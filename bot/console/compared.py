"""Two rehearsals beside each other: what members get, what is held back, who has to tap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Report = Mapping[str, Any]
Number = int | float
# What stands above the report: the name, and where it is found.
FIGURES = (("messages", ("messages",)), ("inbound", ("inbound",)), ("outbound", ("outbound",)),
           ("feeds", ("feeds",)), ("mean", ("per_member", "mean")), ("p95", ("per_member", "p95")),
           ("max", ("per_member", "max")), ("unasked", ("unasked", "p95")),
           ("unasked_max", ("unasked", "max")))  # fmt: skip
SETTINGS = ("start", "days", "members", "seed")


@dataclass(frozen=True, slots=True)
class Change:
    """One number. ``before`` is None where nothing came before."""

    name: str
    now: Number
    before: Number | None

    @property
    def more(self) -> Number:
        """How much more it is than before."""
        return 0 if self.before is None else round(self.now - self.before, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """All numbers of one report. ``other`` names the settings in which the one before differs;
    ``same``: both came to the same, to the last message."""

    figures: tuple[Change, ...]
    refusals: tuple[Change, ...]
    taps: tuple[Change, ...]
    other: tuple[str, ...]
    same: bool


def compared(now: Report, before: Report | None) -> Compared:
    """What a report says, and what is different from the one before. The reasons and accounts that
    changed most come first, then the largest."""
    figures = [Change(name, _at(now, path), None if before is None else _at(before, path))
               for name, path in FIGURES]  # fmt: skip
    held = (sum(now["refusals"].values()),
            None if before is None else sum(before["refusals"].values()))  # fmt: skip
    taps = (sum(now["taps"].values()), None if before is None else sum(before["taps"].values()))
    return Compared(
        figures=(*figures, Change("refused", *held), Change("taps", *taps)),
        refusals=tuple(_ranked(now["refusals"], before and before["refusals"])),
        taps=tuple(_ranked(now["taps"], before and before["taps"])),
        other=tuple(name for name in SETTINGS if before is not None and now[name] != before[name]),
        same=before is not None and now["digest"] == before["digest"],
    )  # fmt: skip


def _at(report: Report, path: Iterable[str]) -> Number:
    found: Any = report
    for name in path:
        found = found[name]
    number: Number = found
    return number


def _ranked(now: Mapping[str, int], before: Mapping[str, int] | None) -> list[Change]:
    names = dict.fromkeys([*now, *(before or ())])
    found = [Change(name, now.get(name, 0), None if before is None else before.get(name, 0))
             for name in names]  # fmt: skip
    return sorted(found, key=lambda one: (-abs(one.more), -one.now, one.name))
