"""One erasure from its beginning to its proof, beside a service that may be running."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.store import erasing, saved, scrub, sweeping
from bot.store.engine import Store, StoreFailed
from bot.store.erasing import Erasure, Known
from bot.store.saved import Saved
from bot.store.scrub import Trace
from bot.store.shelf import Tell, silent
from bot.store.sqlite import SqliteStore

# Bytes of a file up to which it is written anew beside a running service: some seconds.
SMALL = 256 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What became of a person. ``left``: bytes of his that were found afterwards, None where files
    cannot be looked into; ``backups``: those that still hold him; ``unseen``: those that are noted
    and not to be found."""

    erasure: Erasure
    left: tuple[Trace, ...] | None
    backups: tuple[Saved, ...]
    unseen: tuple[Saved, ...]

    @property
    def known(self) -> Known:
        """Where the platform still has him."""
        return self.erasure.known


@dataclass(frozen=True, slots=True)
class Begun:
    """An erasure that is carried out, and what is to be looked for afterwards."""

    erasure: Erasure
    needles: tuple[str, ...]


async def secure(store: Store) -> None:
    """What this store deletes from now on is overwritten on the disk."""
    if isinstance(store, SqliteStore):
        await store.secure()


async def remove(store: Store, member: str, actor: str, now: int, tell: Tell) -> Begun | None:
    """Takes a person out of all rows; None when nothing is held of him."""
    erasure = await store.write(erasing.begin, member, actor, now)
    return None if erasure is None else await finish(store, erasure, now, tell)


async def finish(store: Store, erasure: Erasure, now: int, tell: Tell) -> Begun:
    """Looks through what is left to look through; also of an erasure that was broken off."""
    pages = list(sweeping.pages(erasure))
    counts = {table: Counter(one) for table, one in erasure.counts.items()}
    for n, page in enumerate(pages):
        tell("sweeping", n, len(pages))
        changed = await store.write(sweeping.sweep, erasure, page)
        counts.setdefault(page.table, Counter())["id replaced"] += changed
    await store.write(erasing.swept, erasure.id, counts, now)
    needles = tuple(erasure.todo.get("needles", ()))
    return Begun(await store.read(erasing.get, erasure.id), needles)


async def close(
    store: Store, begun: Begun, place: Path | str, now: int, tell: Tell, *, whole: bool
) -> Certificate:
    """Clears the bytes, looks for them, and says which backups still hold him. Raises StoreFailed
    when they cannot be cleared now; the erasure stays unfinished, and the next one clears them."""
    await asyncio.to_thread(scrub.clear, place, tell, whole=whole)
    left = None
    if isinstance(place, Path) and begun.needles:
        wanted = {needle: "id" for needle in begun.needles}
        left = tuple(await asyncio.to_thread(scrub.look, place, wanted))
    if left:
        raise StoreFailed(f"{left[0].file}: something of him is left; erase him again")
    backups = await _holding(store, begun, place)
    noted = await store.read(saved.everything)
    unseen = tuple(one for one in noted if not one.path.is_file())
    proof = _proof(left, backups, unseen)
    await store.write(erasing.done, begun.erasure.id, proof, now)
    return Certificate(erasure=await store.read(erasing.get, begun.erasure.id), left=left,
                       backups=backups, unseen=unseen)  # fmt: skip


async def _holding(store: Store, begun: Begun, place: Path | str) -> tuple[Saved, ...]:
    """Backups that still hold him. Whoever killed the process after the journal had forgotten him
    left nothing to look for: then all that were made before."""
    here = await may_hold(store, place)
    if not begun.needles:
        return tuple(one for one in here if one.made_at <= begun.erasure.begun_at)
    found = set(await asyncio.to_thread(scrub.holding, [one.path for one in here],
                                        begun.needles))  # fmt: skip
    return tuple(one for one in here if one.path in found)


async def complete(store: Store, place: Path | str, now: int) -> int:
    """Finishes what was begun, here or by a process that was killed; how many. A large file is not
    written anew beside a running service: what was deleted was overwritten already, and when
    something is found all the same, StoreFailed says so."""
    open_ones = await store.read(erasing.unfinished)
    for one in open_ones:
        await secure(store)
        begun = await finish(store, one, now, silent)
        await close(store, begun, place, now, silent, whole=_small(place))
    return len(open_ones)


def _small(place: Path | str) -> bool:
    if not isinstance(place, Path):
        return True
    if not place.is_file():
        raise StoreFailed(f"{place}: there is no such file")
    return place.stat().st_size <= SMALL


async def may_hold(store: Store, place: Path | str) -> list[Saved]:
    """Backups that are there; whoever is erased now may stand in any of them."""
    noted = await store.read(saved.everything)
    return [one for one in (*noted, *_beside(place)) if one.path.is_file()]


def _beside(place: Path | str) -> list[Saved]:
    return saved.beside(place.parent, place.name) if isinstance(place, Path) else []


def _proof(
    left: Sequence[Trace] | None, backups: Iterable[Saved], unseen: Iterable[Saved]
) -> dict[str, Any]:  # fmt: skip
    """The certificate as it is kept; nothing in it is his."""
    return {"left": None if left is None else len(left),
            "backups": [_plain(one) for one in backups],
            "backups_not_found": [_plain(one) for one in unseen]}  # fmt: skip


def _plain(one: Saved) -> dict[str, Any]:
    return {"path": str(one.path), "made_at": one.made_at}
