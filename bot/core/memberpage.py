"""``[member_page]`` of config.toml: the page at which members take part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("link", "stay")
PHOTO_MAX = 10 << 20  # what the platform takes as an image, too (page 90253)


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberPage:
    """How long members are let in, by whom they are recognised, and how much they may send."""

    link: str = "15m"
    stay: str = "12h"
    sign_in: str = ""
    per_minute: int = 60
    photo_bytes: int = 6 << 20

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def check_member_page(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    page, wecom = config.member_page, config.wecom
    for key in SPANS:
        try:
            fine = page.ms(key) > 0
        except ValueError:
            fine = False
        if not fine:
            raise fail(doc, ("member_page", key), "is no length of time", 'write "15m" or "12h"')
    if page.sign_in and page.sign_in not in wecom.apps.keys() | wecom.official_accounts.keys():
        raise fail(doc, ("member_page", "sign_in"), f"nothing has the name {page.sign_in!r}",
                   "name an application or an official account of [wecom]")  # fmt: skip
    if page.per_minute < 1:
        raise fail(doc, ("member_page", "per_minute"), "wants 1 or more")
    if not 1 <= page.photo_bytes <= PHOTO_MAX:
        raise fail(doc, ("member_page", "photo_bytes"), f"wants 1 to {PHOTO_MAX}")
