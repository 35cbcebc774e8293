"""Who was erased and has not come back by himself: the platform goes on listing him as a friend,
and its lists alone make no member of him again.

What is kept is a digest of his id under a key of this database: it names nobody, and can only be
compared with an id that somebody has already.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from bot.store.engine import Tx

SIZE = 16  # bytes of a digest


def note(tx: Tx, ids: Iterable[str], now: int) -> None:
    """These ids are erased."""
    tx.run("absent_key_put", secret=secrets.token_hex(32))
    key = _key(tx)
    tx.many("absent_put", [{"mark": _mark(key, one), "now": now} for one in ids])


def among(tx: Tx, ids: Sequence[str]) -> frozenset[str]:
    """Those of these ids that were erased and that nobody has as a member now."""
    key = _key(tx)
    if not key or not ids:
        return frozenset()
    marks = {_mark(key, one): one for one in ids}
    found = {marks[row["mark"]] for row in tx.rows("absent_among", marks=list(marks))}
    back = {row["id"] for row in tx.rows("members_get", ids=sorted(found))} if found else set()
    return frozenset(found - back)


def _key(tx: Tx) -> bytes:
    row = tx.row("absent_key")
    return bytes.fromhex(row["secret"]) if row else b""


def _mark(key: bytes, id: str) -> str:
    return hashlib.blake2b(id.encode(), key=key, digest_size=SIZE).hexdigest()
