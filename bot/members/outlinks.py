"""Links that we hand out under a short code, so that a click says where it came from. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

# No letters and digits that look alike.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 7
URL_MAX = 2_000
PATH = "/l/"
# Programs that fetch a link to show what is behind it; nobody has clicked.
_PREVIEWS = ("bot", "spider", "crawler", "preview", "facebookexternalhit", "slurp", "curl/",
             "wget/", "python-", "go-http-client", "headless")  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class OutLink:
    """``carrier``: what it leads to; ``posted``: where it is read; ``member``: for whom alone it
    was made, which only a text for one person may hold."""

    url: str
    carrier: str
    posted: str
    content: str = ""
    account: str = ""
    persona: str = ""
    circle: str = ""
    member: str = ""


def code_of(link: OutLink, attempt: int = 0) -> str:
    """The code of a link: always the same for the same link. ``attempt``: where another link has
    that code."""
    told = "\n".join((*(getattr(link, name) for name in OutLink.__slots__), str(attempt)))
    number = int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def allowed(url: str, domains: Iterable[str]) -> bool:
    """True for an http(s) address on one of these domains or below it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and not parts.username and len(url) <= URL_MAX
    printable = all(" " < letter < "\x7f" or letter > "\xa0" for letter in url)
    return plain and printable and any(host == d or host.endswith(f".{d}") for d in domains)


def is_preview(agent: str) -> bool:
    """True when a program looks, by what it calls itself; one without a name counts as one."""
    called = agent.lower()
    return not called or any(word in called for word in _PREVIEWS)


def click_key(code: str, visitor: str, at: int, span: int = 10_000) -> str:
    """Names one click: the same visitor within ten seconds is the same click. ``visitor``: address
    and program; only a digest of both with the code is kept."""
    digest = hashlib.sha256(f"{code}\n{visitor}".encode()).hexdigest()[:16]
    return f"click/{code}/{digest}/{at // span}"
