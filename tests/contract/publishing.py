"""Files that serve at once, without the steps between a draft and that."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store import versions
from bot.store.engine import Tx


def publish(
    tx: Tx, kind: str, name: str, files: Mapping[str, str], author: str, now: int
) -> tuple[int, bool]:
    """Makes these files the version that serves; (its number, whether it is a new one)."""
    number, new = versions.draft(tx, kind, name, files, author, now)
    versions.serve(tx, kind, name, number, author, now)
    return number, new
