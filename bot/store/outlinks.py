"""Short codes of links that we hand out, and the clicks on them."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.members.outlinks import OutLink, click_key, code_of
from bot.store import audit, events
from bot.store.engine import Row, Tx

MOST = 500


def make(tx: Tx, link: OutLink, now: int, actor: str) -> str:
    """The code of a link, which is made once: the same link has the same code for good."""
    attempt = 0
    while (row := tx.row("out_link_get", code=code_of(link, attempt))) is not None:
        if _same(row, link):
            return str(row["code"])
        attempt += 1
    code, what = code_of(link, attempt), {name: getattr(link, name) for name in OutLink.__slots__}
    tx.run("out_link_add", code=code, now=now, actor=actor, **what)
    audit.record(tx, [audit.note("link", code, "make", at=now, actor=actor, after=link.url[:200])])
    return code


def _same(row: Row, link: OutLink) -> bool:
    return all(row[name] == getattr(link, name) for name in OutLink.__slots__)


def get(tx: Tx, code: str) -> Row | None:
    """The link of a code, or None."""
    return tx.row("out_link_get", code=code)


def latest(tx: Tx, n: int = MOST) -> list[Row]:
    """The latest links, with how often they were clicked."""
    return tx.rows("out_links", n=n)


def click(tx: Tx, link: Row, visitor: str, now: int) -> bool:
    """Somebody opened the link; False when the same visitor did just now."""
    found = events.record(tx, [Event(
        kind=Happened.CLICKED, at=now, dedupe=click_key(link["code"], visitor, now),
        member=link["member"], account=link["account"], persona=link["persona"],
        place=link["url"], other=link["carrier"], which=link["code"])], now)  # fmt: skip
    return bool(found)
