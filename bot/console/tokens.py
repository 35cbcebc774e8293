"""What a browser carries: the cookie that is its session, and what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def well_formed(text: str) -> bool:
    """True for what ``new`` may have made."""
    return bool(_TOKEN.fullmatch(text))


def csrf(token: str) -> str:
    """What a form must carry that this browser was given; it does not tell the cookie."""
    return hashlib.sha256(f"form\n{token}".encode()).hexdigest()


def csrf_is_right(token: str, given: str) -> bool:
    """True for the form of this very browser."""
    return hmac.compare_digest(csrf(token).encode(), given.encode("utf-8", "replace"))


def state_key(token: str) -> bytes:
    """The key of an OAuth ``state``: only this browser comes back with it."""
    return hashlib.sha256(f"state\n{token}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Cookies:
    """How cookies are set. With https they carry the prefix that a neighbouring host cannot set
    (RFC 6265bis, 4.1.3.2)."""

    secure: bool

    def name(self, plain: str) -> str:
        """The full name of one of ours."""
        return f"__Host-onevoice-{plain}" if self.secure else f"onevoice-{plain}"


def from_elsewhere(headers: dict[str, str], host: str, public_url: str) -> bool:
    """True when another site made the browser send this. Browsers since 2020 say so themselves
    (Sec-Fetch-Site); the Origin must be ours when there is one."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return True
    origin = headers.get("Origin")
    if origin is None:
        return False
    ours = {host.lower()} | ({urlsplit(public_url).netloc.lower()} if public_url else set())
    return urlsplit(origin).netloc.lower() not in ours
