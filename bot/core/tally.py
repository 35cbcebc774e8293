"""Counts and times of what a process does. Cheap enough for every message; read by bot.web.metrics.

A label comes from a short list (an outcome, a channel): never a member, a peer or a text. One
series is written by one thread, so nothing is locked.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from time import perf_counter

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
SIZES = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
Labels = tuple[str, ...]


class Count:
    """How often something happened, by labels."""

    def __init__(self, name: str, help_: str, labels: Labels = ()) -> None:
        self.name, self.help, self.labels = name, help_, labels
        self.values: defaultdict[Labels, int] = defaultdict(int)
        if not labels:
            self.values[()] = 0

    def add(self, *labels: str, by: int = 1) -> None:
        """Counts ``by`` more."""
        self.values[labels] += by


class Spread:
    """How large something was (a time in seconds, a number), by labels."""

    def __init__(
        self, name: str, help_: str, labels: Labels = (), bounds: tuple[float, ...] = SECONDS
    ) -> None:
        self.name, self.help, self.labels, self.bounds = name, help_, labels, bounds
        self._cells: dict[Labels, list[int]] = {}
        self._sums: defaultdict[Labels, float] = defaultdict(float)
        if not labels:
            self._cells[()] = [0] * (len(bounds) + 1)

    def note(self, value: float, *labels: str) -> None:
        """One more value."""
        cells = self._cells.get(labels)
        if cells is None:
            cells = self._cells.setdefault(labels, [0] * (len(self.bounds) + 1))
        cells[bisect_left(self.bounds, value)] += 1
        self._sums[labels] += value

    def begin(self) -> float:
        """For ``end``, where a ``with`` would cost more than what is measured."""
        return perf_counter()

    def end(self, began: float, *labels: str) -> None:
        """Notes the seconds since ``begin``."""
        self.note(perf_counter() - began, *labels)

    @contextlib.contextmanager
    def timed(self, *labels: str) -> Iterator[None]:
        """Notes the seconds that the block took, whether it raised or not."""
        started = perf_counter()
        try:
            yield
        finally:
            self.note(perf_counter() - started, *labels)

    def series(self) -> Mapping[Labels, tuple[list[int], float]]:
        """Labels -> (values in each cell, the last one above all bounds; their sum)."""
        return {labels: (list(cells), self._sums[labels])
                for labels, cells in list(self._cells.items())}  # fmt: skip
