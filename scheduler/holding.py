"""The governor, asked about members who stand on a task that waits for somebody's tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.config import Config
from bot.core.model import Outbound
from bot.library.library import Library
from bot.library.speech import Setting
from bot.store.engine import Tx
from scheduler.admission import ask_all, ask_of, unasked

# Not by one member: the night ends all tasks at once, and whoever is out of reach or above the
# platform's number gets nothing by the tap.
LEFT = frozenset({"quiet_hours", "quota_month", "unreachable", "rate", "duplicate", "holdout"})


class Holding:
    """Who of them may not get it any more, by what is published and known at that moment."""

    def __init__(self, library: Library, config: Config) -> None:
        self._library, self._config = library, config

    def __call__(
        self, tx: Tx, task: Outbound, members: Sequence[str], now: int
    ) -> Mapping[str, str]:
        """Their reason codes by member. The task itself does not count against anybody."""
        if not unasked(task.kind, task.origin):
            return {}
        setting = Setting.of(self._config, self._library.cast, now)
        asks = [ask_of(task, member) for member in members]
        ruled = ask_all(tx, setting, asks, leaving=frozenset({task.id}))
        against = {ask.member: [one.code for one in ruling.looked
                                if not one.holds and one.code not in LEFT]
                   for ask, ruling in zip(asks, ruled, strict=True)}  # fmt: skip
        return {member: codes[0] for member, codes in against.items() if codes}
