"""Where backups of this database were put, as far as it knows: they hold who is erased, still."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup; ``made_at`` in UTC ms."""

    path: Path
    made_at: int


def note(tx: Tx, path: Path, now: int) -> None:
    """A backup was written there."""
    tx.run("saved_put", path=str(path.resolve()), now=now)


def everything(tx: Tx) -> list[Saved]:
    """All that were noted, the oldest first, whether they are there still or not."""
    return [Saved(Path(row["path"]), row["made_at"]) for row in tx.rows("saved_list")]


def beside(folder: Path, file: str) -> list[Saved]:
    """Former databases that a restore put aside in the data folder."""
    found = sorted(folder.glob(f"{file}.before-*"))
    return [Saved(path, int(path.stat().st_mtime * 1000)) for path in found]
