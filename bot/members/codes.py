"""Invitation codes: how they are made, spelled, and read out of what people write. Pure.

A code has six letters. None of them is taken for another one (no 0 and O, 1 and I and L, 2 and Z,
5 and S, 8 and B, U and V), and the last one follows from the others: a slip of the finger, or two
letters the wrong way round, gives no code at all and not that of somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.core.codewords import LETTERS, WEIGHTS, check, spelled

SHORT = 12  # characters of a message that is nothing but a code
# Names under which an address carries a code: of acquisition links, and of all others.
CARRIERS = ("customer_channel", "invite")
# What is no letter of a code is meant as the one that it looks like.
_MEANT = str.maketrans("ZSBU", "258V")
_SAID = re.compile(r"(?:邀请|推荐|邀請|推薦)[码碼][^0-9A-Za-z]{0,6}([0-9A-Za-z]{6})(?![0-9A-Za-z])")


def made(key: Sequence[str], attempt: int = 0) -> str:
    """The code for what names its owner and purpose; ``attempt`` counts up while that is taken."""
    digest = sha256("\0".join([*key, str(attempt)]).encode()).digest()
    number = int.from_bytes(digest[:8])
    body = []
    for _ in WEIGHTS:
        number, letter = divmod(number, len(LETTERS))
        body.append(LETTERS[letter])
    return "".join(body) + check(body)


def normal(text: str) -> str:
    """A code as it is kept; empty when this can be none."""
    word = unicodedata.normalize("NFKC", text.strip()).upper().translate(_MEANT)
    return word if spelled(word) else ""


def said(text: str) -> str:
    """The code that somebody names in a message: behind the word 邀请码, or as all that he says;
    empty when there is none."""
    if "码" not in text and "碼" not in text:
        return normal(text) if len(text) <= SHORT else ""
    plain = unicodedata.normalize("NFKC", text)
    found = _SAID.search(plain)
    return normal(found[1] if found else plain)


def address(url: str, code: str) -> str:
    """A link that carries the code: an acquisition link tells it as the state of whoever comes.
    Raises ValueError when it is none."""
    parts = urlsplit(url)
    acquires = parts.hostname == "work.weixin.qq.com" and parts.path.startswith("/ca/")
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if key not in CARRIERS]  # fmt: skip
    named = [*kept, (CARRIERS[0] if acquires else CARRIERS[1], code)]
    return urlunsplit(parts._replace(query=urlencode(named)))


def carried(url: str) -> str:
    """The code that a link carries; empty when it carries none."""
    query = url.partition("?")[2].partition("#")[0]
    found = (value for key, value in parse_qsl(query) if key in CARRIERS)
    return next(filter(None, map(normal, found)), "")
