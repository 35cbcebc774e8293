"""``[console]`` of config.toml: who may stay signed in, and for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("session_idle", "session_max")
PROXIES_MAX = 8
# its host goes into a header: nothing there may end it
_JS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._/-]+\.js")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsoleConfig:
    """The pages for staff."""

    session_idle: str = "4h"
    session_max: str = "24h"
    proxies: int = 0
    # page 98560
    js_sdk: str = "https://wwcdn.weixin.qq.com/node/open/js/wecom-jssdk-2.0.2.js"

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
    if not _JS.fullmatch(console.js_sdk):
        raise fail(doc, ("console", "js_sdk"), "is no address of a script",
                   'write "https://host/path.js"')  # fmt: skip
    if not 0 <= console.proxies <= PROXIES_MAX:
        raise fail(doc, ("console", "proxies"), f"wants 0 to {PROXIES_MAX}")
