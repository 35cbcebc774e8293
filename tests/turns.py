"""Who of the workers runs which files, in which order, and what it tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# Files that ask about the whole source, which is parsed and walked once; and those that share a browser.
TOGETHER = {
    "trees": ("tests/architecture/", "tests/unit/console/test_told.py"),
    "browser": ("tests/browser/",),
}
# Those that wait for processes, and those that have work for two processors.
WAITING = ("tests/scenario/",)
WORKING = ("tests/console/", "tests/contract/")


class Scheduler(LoadFileScheduling):
    """File by file; those that share something go to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        for name, files in TOGETHER.items():
            if nodeid.startswith(files):
                return name
        return super()._split_scope(nodeid)


def in_turn(names: Sequence[str]) -> list[int]:
    """The places of these files as they are best run: whoever waits is spread among those who work, so
    that never all workers wait; the rest stays where it is."""
    working = [n for n, name in enumerate(names) if name.startswith(WORKING)]
    waiting = [n for n, name in enumerate(names) if name.startswith(WAITING)]
    mixed = [n for _, n in sorted([*_spread(working), *_spread(waiting)])]
    first = min(mixed, default=len(names))
    rest = [n for n in range(len(names)) if n not in set(mixed)]
    return [*(n for n in rest if n < first), *mixed, *(n for n in rest if n > first)]


def _spread(places: Sequence[int]) -> Iterable[tuple[float, int]]:
    return (((at + 0.5) / len(places), n) for at, n in enumerate(places))


def tell_less(worker: Any) -> None:
    """From here on it says of a test that passed only that it did: the beginning, the end and what was set
    up and torn down without a word are four of five messages, and nobody reads them."""
    tell = worker.sendevent

    def sendevent(name: str, **told: Any) -> None:
        if name in ("logstart", "logfinish") or (name == "testreport" and _usual(told["data"])):
            return
        tell(name, **told)

    worker.sendevent = sendevent


def _usual(report: dict[str, Any]) -> bool:
    return report["when"] != "call" and report["outcome"] == "passed" and not report["sections"]


def pytest_configure(config: pytest.Config) -> None:
    """Where somebody asked how long everything took, everything is told."""
    if not hasattr(config, "workerinput"):
        return
    asked = config.option.xmlpath or config.option.durations is not None
    for plugin in config.pluginmanager.get_plugins():
        if not asked and hasattr(plugin, "sendevent"):
            tell_less(plugin)
