"""Signed words that travel through somebody else's browser and come back unchanged, in time."""

from __future__ import annotations

import hashlib
import hmac
import re

STATE_LASTS = 600_000
_PARTS = re.compile(r"([0-9a-f]{11})([0-9a-zA-Z]{16,32})z([0-9a-f]{40})")


def make_state(key: bytes, session: str, nonce: str, now: int, lasts: int = STATE_LASTS) -> str:
    """An OAuth ``state`` (at most 128 of ``[0-9a-zA-Z]``) that is good for ``lasts`` ms.

    ``session`` binds it to one browser, ``nonce`` is 16 to 32 random letters and digits. Raises
    ValueError for another nonce.
    """
    if not re.fullmatch("[0-9a-zA-Z]{16,32}", nonce):
        raise ValueError("a nonce has 16 to 32 letters and digits")
    until = f"{now + lasts:011x}"
    return f"{until}{nonce}z{_mac(key, session, until, nonce)}"


def state_is_good(key: bytes, session: str, state: str, now: int) -> bool:
    """True when we made this state for this session and its time is not over."""
    found = _PARTS.fullmatch(state)
    if found is None:
        return False
    until, nonce, mac = found.groups()
    expected = _mac(key, session, until, nonce)
    return hmac.compare_digest(expected, mac) and now < int(until, 16)


def _mac(key: bytes, session: str, until: str, nonce: str) -> str:
    text = "\n".join((until, nonce, session)).encode("utf-8", "replace")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:40]
