"""Pictures that members hand in at their page. What is kept of one has no place, time or device in
it: whoever takes it in has removed that (``bot/core/pictures.py``)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

from bot.store.engine import Tx

MARK = "photo:"  # what an id begins with, among the media of an entry
EACH_MAX = 9  # pictures of one person in a run


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture, whose it is, and to which run it was handed in."""

    id: str
    member: str
    run: str
    type: str
    content: bytes


def add(tx: Tx, member: str, run: str, type: str, content: bytes, now: int) -> str:
    """Keeps a picture; its id, the same for the same picture of the same member. Empty when he has
    handed in too many."""
    id = MARK + sha256(f"{member}\n{run}\n".encode() + content).hexdigest()[:32]
    if tx.row("photo_get", id=id) is not None:
        return id
    held = tx.row("photos_count", member=member, run=run)
    if held and held["n"] >= EACH_MAX:
        return ""
    tx.run("photo_add", id=id, member=member, run=run, type=type, now=now,
           content=base64.b64encode(content).decode())  # fmt: skip
    return id


def get(tx: Tx, id: str) -> Photo | None:
    """One picture; None: it is not there (any more)."""
    row = tx.row("photo_get", id=id) if id.startswith(MARK) else None
    if row is None:
        return None
    return Photo(row["id"], row["member"], row["run"], row["type"],
                 base64.b64decode(row["content"]))  # fmt: skip
