"""``[console]`` of config.toml: who may stay signed in, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("session_idle", "session_max")
PROXIES_MAX = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsoleConfig:
    """The pages for staff."""

    session_idle: str = "4h"
    session_max: str = "24h"
    proxies: int = 0

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def check_console(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    console = config.console
    for key in SPANS:
        try:
            fine = console.ms(key) > 0
        except ValueError:
            fine = False
        if not fine:
            raise fail(doc, ("console", key), "is no length of time", 'write "90m" or "4h"')
    if not 0 <= console.proxies <= PROXIES_MAX:
        raise fail(doc, ("console", "proxies"), f"wants 0 to {PROXIES_MAX}")
