"""Passes for the member page: a word that lets one member in, for a while.

Nothing can be read in one, and only we can make one: it is sealed (``bot/store/passing.py``). The
same pass is the same word.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol, cast

PATH = "/m"
INTO = f"{PATH}/i/"
Use = Literal["link", "page"]
_WORD = re.compile(r"[A-Za-z0-9_-]{24,1000}")


class Sealer(Protocol):
    """Encrypts and authenticates, without chance: the same words are sealed alike."""

    def seal(self, words: bytes) -> bytes:
        """The words, so that nobody else can read or make them."""
        ...

    def open(self, sealed: bytes) -> bytes | None:
        """The words again; None where we did not seal them."""
        ...


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
    knows it; ``link`` and ``stay``: how long either kind lasts, in ms; ``key`` is for what else
    must be ours: forms, ways to the platform and back."""

    sealer: Sealer
    key: bytes
    base: str
    link: int
    stay: int

    def address(self, member: str, circle: str, now: int) -> str:
        """The link that opens his page; empty where our address is not known."""
        if not self.base:
            return ""
        return self.base + INTO + self.make(
            Pass(member=member, circle=circle, until=now + self.link))  # fmt: skip

    def make(self, one: Pass) -> str:
        """The word of a pass: letters, digits, - and _."""
        words = "\n".join((one.use, str(one.until), one.member, one.circle, one.mark))
        return base64.urlsafe_b64encode(self.sealer.seal(words.encode())).decode().rstrip("=")

    def read(self, word: str) -> Pass | None:
        """What a word says, if we made it; whether it is over is for the caller to ask."""
        if not _WORD.fullmatch(word):
            return None
        try:
            sealed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        except ValueError:
            return None
        if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != word:
            return None  # another spelling of the same bytes
        words = self.sealer.open(sealed)
        if words is None:
            return None
        use, until, member, circle, mark = words.decode().split("\n")
        return Pass(member=member, circle=circle, until=int(until), use=cast(Use, use), mark=mark)

    def form_token(self, word: str) -> str:
        """What a form must carry that was made for the browser with this word."""
        return derived(derived(self.key, b"form"), word.encode("utf-8", "replace")).hex()


def door(base: str, circle: str = "") -> str:
    """The same address for everybody, for posts: whoever comes is recognised there, or told whom to
    write to; empty where our address is not known."""
    if not base:
        return ""
    return f"{base}{PATH}/c/{circle}" if circle else base + PATH


def derived(key: bytes, what: bytes) -> bytes:
    """A key, or a mark, that follows from another key."""
    return hmac.new(key, what, sha256).digest()
