"""``[taps]`` of config.toml: tasks that leave only when a colleague taps send in his client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.clock import MINUTE
from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("deadline", "escalate_after", "pool", "quiet_margin", "watch_every")
# A member who opts out is to be taken off every task within 60 s, with the calls that it takes.
WATCH_MOST = 20_000  # ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Taps:
    """Lengths of time. ``remind_after`` and ``escalate_after`` count from when the task was made;
    hours of the night in which it was taken back do not count."""

    deadline: str = "24h"
    remind_after: tuple[str, ...] = ("2h", "6h", "20h")
    escalate_after: str = "12h"
    pool: str = "2h"
    quiet_margin: str = "10m"
    watch_every: str = "5s"

    def ms(self, key: str) -> int:
        """A length of time in ms; 0 is never, or at once."""
        return parse_span(getattr(self, key))

    @property
    def reminders(self) -> Sequence[int]:
        """When the owner is reminded, in ms, earliest first."""
        return sorted(parse_span(span) for span in self.remind_after)


def check_taps(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    taps = config.taps
    for key in (*SPANS, "remind_after"):
        try:
            _ = taps.reminders if key == "remind_after" else taps.ms(key)
        except ValueError as exc:
            raise fail(doc, ("taps", key), str(exc), 'write "2h" or "10m"') from None
    if taps.ms("deadline") < 10 * MINUTE:
        raise fail(doc, ("taps", "deadline"), "is too short for anybody to tap",
                   'write "10m" or more')  # fmt: skip
    if not 0 < taps.ms("watch_every") <= WATCH_MOST:
        raise fail(doc, ("taps", "watch_every"), "wants 1 ms to 20 s",
                   'write "5s": a member who opts out is off every task within 60 s')  # fmt: skip
