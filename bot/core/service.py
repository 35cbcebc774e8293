"""``[service]`` of config.toml: how long a member may wait, and what he is asked afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("first_answer", "second_answer", "ask_again")


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """What stands around the staff inbox. Lengths of working time for the two alarms, of any time
    for ``ask_again``; ``alarm_to`` are WeCom userids."""

    first_answer: str = "5m"
    second_answer: str = "15m"
    alarm_to: tuple[str, ...] = ()
    satisfaction: bool = True
    ask_again: str = "7d"

    def ms(self, key: str) -> int:
        """A length of time in ms; 0 is never."""
        return parse_span(getattr(self, key))


def check_service(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    service = config.service
    for key in SPANS:
        try:
            service.ms(key)
        except ValueError as exc:
            raise fail(doc, ("service", key), str(exc), 'write "5m" or "7d"') from None
    kept, again = config.retention.spans().get("service", 0), service.ms("ask_again")
    if kept and kept < again:
        raise fail(doc, ("service", "ask_again"), "is longer than [retention] service keeps it",
                   "write a shorter time here, or a longer one there")  # fmt: skip
    first, second = service.ms("first_answer"), service.ms("second_answer")
    if first and second and second <= first:
        raise fail(doc, ("service", "second_answer"), "is not later than first_answer",
                   'write a longer time, or "0s" for no second alarm')  # fmt: skip
