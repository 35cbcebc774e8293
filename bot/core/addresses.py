"""Addresses in config.toml: which hold a password; none takes a secret over an open wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@|[?&]password=", re.I)
_LOOPBACK = r"(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?:[:/]|$)"
_OPEN_WIRE = re.compile(rf"(?:http|ws)://(?!{_LOOPBACK})", re.I)


def holds_password(url: str) -> bool:
    """True for an address that should be kept out of a file: the doctor warns of it."""
    return bool(_PASSWORD.search(url))


def check_addresses(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and does not show what stands there."""
    if config.sandbox:
        return
    called: dict[KeyPath, str] = {
        ("wecom", "api"): config.wecom.api,
        ("wecom", "oa_api"): config.wecom.oa_api,
    }
    for name, robot in config.wecom.robots.items():
        called["wecom", "robots", name, "url"] = robot.url
    for at, url in called.items():
        if _OPEN_WIRE.match(url):
            raise fail(doc, at, "is not encrypted, and secrets go there", "https:// or wss://")
