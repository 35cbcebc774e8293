"""Short codes of links that we hand out, and the clicks on them."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.members.outlinks import OutLink, click_key, code_of
from bot.store import audit, events
from bot.store.engine import Row, Tx

MOST, SHOWN = 500, 50


def make(tx: Tx, link: OutLink, now: int, actor: str) -> str:
    """The code of a link, which is made once: the same link has the same code for good."""
    if found := known(tx, link):
        return found
    attempt = 0
    while tx.row("out_link_get", code=code_of(link, attempt)) is not None:
        attempt += 1
    code, what = code_of(link, attempt), {name: getattr(link, name) for name in OutLink.__slots__}
    tx.run("out_link_add", code=code, now=now, actor=actor, **what)
    audit.record(tx, [audit.note("link", code, "make", at=now, actor=actor, after=link.url[:200])])
    return code


def known(tx: Tx, link: OutLink) -> str:
    """The code of a link that was made; empty when it was not."""
    attempt = 0
    while (row := tx.row("out_link_get", code=code_of(link, attempt))) is not None:
        if _same(row, link):
            return str(row["code"])
        attempt += 1
    return ""


def _same(row: Row, link: OutLink) -> bool:
    return all(row[name] == getattr(link, name) for name in OutLink.__slots__)


def get(tx: Tx, code: str) -> Row | None:
    """The link of a code, or None."""
    return tx.row("out_link_get", code=code)


def latest(tx: Tx, n: int = MOST) -> list[Row]:
    """The latest links, with how often they were clicked."""
    return tx.rows("out_links", n=n)


def page(tx: Tx, behind: tuple[int, str] | None = None, n: int = SHOWN) -> list[Row]:
    """Links, the latest first, behind (when it was made, code), with their clicks and, as
    ``joins``, how often somebody came to an account or a group by the code."""
    at, after = behind or (1 << 62, "")
    rows = tx.rows("out_links_page", at=at, after=after, n=n)
    codes = [row["code"] for row in rows]
    found = tx.rows("out_link_joins", codes=codes) if codes else []
    joins = {row["code"]: int(row["n"]) for row in found}
    return [row | {"joins": joins.get(row["code"], 0)} for row in rows]


def clicks(tx: Tx, code: str, after: int = 1 << 62, n: int = SHOWN) -> list[Row]:
    """Clicks on one link, the latest first, behind event ``after``."""
    return tx.rows("out_link_clicks", code=code, after=after, n=n)


def click(tx: Tx, link: Row, visitor: str, now: int) -> bool:
    """Somebody opened the link; False when the same visitor did just now."""
    found = events.record(tx, [Event(
        kind=Happened.CLICKED, at=now, dedupe=click_key(link["code"], visitor, now),
        member=link["member"], account=link["account"], persona=link["persona"],
        place=link["url"], other=link["carrier"], which=link["code"])], now)  # fmt: skip
    return bool(found)
