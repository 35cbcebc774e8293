"""Our own page on which a text is read: its code, and what a browser may claim about how long it
was in sight. Pure."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from bot.core.clock import MINUTE, SECOND
from bot.members.outlinks import ALPHABET, LENGTH, OutLink, code_of

PATH = "/r/"
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
MOST = 30 * MINUTE  # of one stretch in sight: whoever has left the telephone lying reads no more
STRETCHES = 20  # of one view: a page is looked at, left and come back to
SLACK = 2 * SECOND  # between the browser's clock and ours
_LETTERS = 24


def page_code(content: str, text: str) -> str:
    """The code of a page: the same text of the same template has the same page."""
    return code_of(OutLink(url=text, carrier="website", posted="reading", content=content))


@dataclass(frozen=True, slots=True)
class View:
    """One look at a page. ``link``: the code of the short link that led there, or empty; ``at``:
    when it was served, UTC ms; ``visitor``: address and program, of which only a digest is kept."""

    page: str
    link: str
    at: int
    visitor: str

    def sign(self, key: bytes) -> str:
        """Names the view; only we can make it."""
        told = "\n".join(("reading/1", self.page, self.link, str(self.at), self.visitor))
        return hmac.new(key, told.encode(), sha256).hexdigest()[:_LETTERS]

    def token(self, key: bytes) -> str:
        """What the page gives back with every stretch of time."""
        return f"{self.at}.{self.link or '-'}.{self.sign(key)}"


def view_of(token: str, page: str, visitor: str, key: bytes) -> tuple[View, str] | None:
    """The view that a token stands for, with its name; None for one that we did not make for this
    page and visitor."""
    at, _, rest = token.partition(".")
    link, _, sign = rest.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return None
    made = View(page, "" if link == "-" else link, int(at), visitor)
    name = made.sign(key)
    return (made, name) if hmac.compare_digest(name, sign.encode("ascii", "replace").decode()) \
        else None  # fmt: skip


def believed(claimed_ms: int, served: int, now: int) -> int:
    """As much of a claim as can be true, in whole seconds: no longer than the page is there."""
    return max(0, min(claimed_ms, MOST, now - served + SLACK)) // SECOND
