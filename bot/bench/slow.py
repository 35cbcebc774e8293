"""``onevoice run`` on a slow disk: the same command, but each commit takes that much longer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import sleep

from bot.cli import main
from bot.store.sqlite import SqliteLine


def delayed(commit: Callable[[SqliteLine], None], seconds: float) -> Callable[[SqliteLine], None]:
    """A commit on a slower disk. The writer's thread waits, as it does for a real one."""

    def slow(line: SqliteLine) -> None:
        sleep(seconds)
        commit(line)

    return slow


def slow_down(seconds: float) -> None:
    """From now on every commit of this process is slow."""
    setattr(SqliteLine, "commit", delayed(SqliteLine.commit, seconds))  # noqa: B010


if __name__ == "__main__":
    slow_down(float(sys.argv[1]) / 1000)
    main(sys.argv[2:])
