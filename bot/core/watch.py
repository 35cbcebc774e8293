"""Noticing that somebody is gone, without comparing the clocks of two machines.

Whoever lives raises a number now and then. Whoever watches measures on his own steady clock for how
long he saw the number stand still, and only counts what he saw himself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.core.clock import SECOND

BEAT = 1 * SECOND  # a holder renews so often, a watcher looks so often
BELIEF = 4 * SECOND  # a holder who could not renew for so long stops believing that he holds
GONE = 6 * SECOND  # what stood still for so long has no holder any more
BLINK = 3 * SECOND  # a watcher who did not look for so long has seen nothing meanwhile


class Seen(NamedTuple):
    """A lease as it was seen: who holds it, and at which beat."""

    holder: str
    beat: int


class Watch:
    """Since when everything has stood still, on the clock of whoever looks."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, Seen], int] = {}
        self._looked: int | None = None

    def look(self, began: int, ended: int, leases: Mapping[str, Seen]) -> dict[str, Seen]:
        """What stood still for ``GONE``. The look itself took from ``began`` to ``ended``, in ms of
        this process's steady clock; what is seen was so at some moment in between.

        After a pause (the database was away, this machine slept) the counting begins anew:
        nobody could be seen then, and nobody could renew.
        """
        blinked = self._looked is None or ended - self._looked > BLINK
        before = {} if blinked else self._since
        self._since = {key: before.get(key, ended) for key in leases.items()}
        self._looked = ended
        return {name: seen for (name, seen), since in self._since.items() if began - since >= GONE}
