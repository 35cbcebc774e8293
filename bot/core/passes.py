"""Passes for the member page: a word that lets one member in, for a while.

Nothing can be read in one, and only we can make one: it is sealed by a synthetic IV (RFC 5297, the
construction; with HMAC-SHA256 as its function), which needs no chance. The same pass is the same
word.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, cast

from bot.core.credentials import app_secrets

if TYPE_CHECKING:
    from bot.core.config import Config

PATH = "/m"
INTO = f"{PATH}/i/"
Use = Literal["link", "page"]
USES = ("link", "page")
_TAG = 16  # bytes
_WORD = re.compile(r"[A-Za-z0-9_-]{24,1000}")
_PURPOSE = b"onevoice/member-page/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """Who may come in, to which circle, until when (ms), and whether this is the word of a link or
    of the browser that followed it (``mark`` then says of which one)."""

    member: str
    circle: str
    until: int
    use: Use = "link"
    mark: str = ""

    def over(self, now: int) -> bool:
        """True when its time is over."""
        return now >= self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Passes:
    """Makes and reads passes. ``base`` is our own address as members reach it, empty where nobody
    knows it; ``link`` and ``stay``: how long either kind lasts, in ms."""

    key: bytes
    base: str
    link: int
    stay: int

    def address(self, member: str, circle: str, now: int) -> str:
        """The link that opens his page; empty where our address is not known."""
        if not self.base:
            return ""
        made = Pass(member=member, circle=circle, until=now + self.link)
        return self.base + INTO + make(self.key, made)


def door(base: str, circle: str = "") -> str:
    """The same address for everybody, for posts: whoever comes is recognised there, or told whom to
    write to; empty where our address is not known."""
    if not base:
        return ""
    return f"{base}{PATH}/c/{circle}" if circle else base + PATH


def passes_of(config: Config, here: str = "") -> Passes:
    """What serves this configuration. ``here``: where this process listens, which is as good as a
    public address in the sandbox alone. Raises BadInput without a secret."""
    name = next((name for name, app in config.wecom.apps.items() if app.kf),
                next(iter(config.wecom.apps)))  # fmt: skip
    secret = app_secrets(config, name).secret
    base = config.web.public_url or (here if config.sandbox else "")
    page = config.member_page
    return Passes(key=_derived(secret.encode(), _PURPOSE), base=base.rstrip("/"),
                  link=page.ms("link"), stay=page.ms("stay"))  # fmt: skip


def make(key: bytes, one: Pass) -> str:
    """The word of a pass: letters, digits, - and _."""
    plain = "\n".join((one.use, str(one.until), one.member, one.circle, one.mark)).encode()
    tag = _derived(_derived(key, b"tag"), plain)[:_TAG]
    return base64.urlsafe_b64encode(tag + _mixed(key, tag, plain)).decode().rstrip("=")


def read(key: bytes, word: str) -> Pass | None:
    """What a word says, if we made it; whether it is over is for the caller to ask."""
    if not _WORD.fullmatch(word):
        return None
    try:
        sealed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        return None
    tag, plain = sealed[:_TAG], _mixed(key, sealed[:_TAG], sealed[_TAG:])
    if not hmac.compare_digest(_derived(_derived(key, b"tag"), plain)[:_TAG], tag):
        return None
    if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != word:
        return None  # another spelling of the same bytes
    use, until, member, circle, mark = plain.decode().split("\n")
    return Pass(member=member, circle=circle, until=int(until), use=cast(Use, use), mark=mark)


def form_token(key: bytes, word: str) -> str:
    """What a form must carry that was made for the browser with this word."""
    return _derived(_derived(key, b"form"), word.encode("utf-8", "replace")).hex()


def _mixed(key: bytes, tag: bytes, text: bytes) -> bytes:
    """Seals, or opens what is sealed."""
    inner, blocks = _derived(key, b"words"), range(-(-len(text) // 32))
    stream = b"".join(_derived(inner, tag + n.to_bytes(4, "big")) for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _derived(key: bytes, what: bytes) -> bytes:
    return hmac.new(key, what, sha256).digest()
