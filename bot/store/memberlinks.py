"""Links to the member page: each opens in one browser."""

from __future__ import annotations

from hashlib import sha256

from bot.store.engine import Tx


def take(tx: Tx, word: str, browser: str, until: int, now: int) -> bool:
    """The browser has this link from now on; False when another has. ``browser``: a digest;
    ``until``: when the link is over."""
    tx.run("member_link_sweep", now=now)
    link = sha256(word.encode()).hexdigest()
    return bool(tx.rows("member_link_take", link=link, browser=browser, until=until))
