"""Sources that are read by cursor: kf accounts first of all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import StaleLease
from bot.core.model import Inbound
from bot.core.whereabouts import Whereabouts
from bot.store import inbox
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle

# Under what the table has links that are of no kf account.
_CONTACT, _HERE = "contact:", "here:"


def want(tx: Tx, source: str, token: str = "", now: int = 0) -> None:
    """There may be news (a callback said so). ``token``, got at ``now``, makes a read cheap."""
    tx.run("source_want", id=source, token=token, now=now)


def leave_news(tx: Tx, news: Sequence[tuple[str, str, int]]) -> list[None]:
    """Keeps (source, token, when) of many signals; of several for one source the last token is the
    one that counts. They count as wanted once somebody has gathered them."""
    latest: dict[str, tuple[str, int]] = {}
    for source, token, now in news:
        if token or source not in latest:
            latest[source] = token, now
    tx.many("news_add", [{"source": source, "token": token, "now": now}
                         for source, (token, now) in latest.items()])  # fmt: skip
    return [None] * len(news)


def is_news(tx: Tx) -> bool:
    """True while notes lie about that nobody has gathered."""
    return tx.row("news_any") is not None


def gather_news(tx: Tx, n: int) -> bool:
    """What the door was told becomes wanted, always in the order of the sources' names: two
    processes do not wait for each other. ``n`` notes at most; True when there may be more."""
    found = tx.rows("news_take", n=n)
    for row in sorted(found, key=lambda row: (row["source"], row["id"])):
        want(tx, row["source"], row["token"], row["at"])
    return len(found) == n


def due(tx: Tx, prefix: str, read_before: int) -> list[Row]:
    """Sources with news, or not read since ``read_before``."""
    return tx.rows("source_due", prefix=prefix, read_before=read_before)


def next_read(tx: Tx, prefix: str, every: int) -> int | None:
    """When a source is to be read even without news."""
    row = tx.row("source_next", prefix=prefix)
    return None if row is None or row["at"] is None else row["at"] + every


def store_page(
    tx: Tx, source: str, before: str, cursor: str, messages: Sequence[Inbound], settle: Settle
) -> int:
    """Keeps one page: its messages and the advanced cursor, together. Raises StaleLease."""
    new = inbox.accept_all(tx, messages, settle)
    if cursor != before and not tx.run("source_advance", id=source, before=before, cursor=cursor):
        raise StaleLease(f"cursor of {source}")
    return new


def served(tx: Tx, source: str, number: int, now: int) -> None:
    """A pull that began at news ``number`` has read to the end."""
    tx.run("source_served", id=source, served=number, now=now)


def drop_token(tx: Tx, source: str, token: str) -> None:
    """The platform does not take this token any more."""
    tx.run("source_token", id=source, token=token)


def put_link(tx: Tx, account: str, url: str, now: int) -> None:
    """The link that the platform made for a kf account."""
    tx.run("link_put", account=account, url=url, now=now)


def put_contact(tx: Tx, account: str, url: str, now: int) -> None:
    """The QR code of the contact way that adds a staff account."""
    tx.run("link_put", account=_CONTACT + account, url=url, now=now)


def put_here(tx: Tx, url: str, now: int) -> None:
    """Where the web server listens."""
    if links(tx).here != url:
        tx.run("link_put", account=_HERE, url=url, now=now)


def links(tx: Tx) -> Whereabouts:
    """Where we are reached."""
    rows = {row["account"]: row["url"] for row in tx.rows("links_all")}
    here = rows.pop(_HERE, "")
    contact = {account.removeprefix(_CONTACT): rows.pop(account)
               for account in list(rows) if account.startswith(_CONTACT)}  # fmt: skip
    return Whereabouts(kf=rows, contact=contact, here=here)
