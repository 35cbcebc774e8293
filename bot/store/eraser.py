"""One erasure from its beginning to its proof, beside a service that may be running."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.store import erasing, saved, scrub, sweeping
from bot.store.engine import Store, StoreFailed
from bot.store.erasing import Erasure, Known
from bot.store.saved import Saved
from bot.store.scrub import Trace
from bot.store.shelf import Tell
from bot.store.sqlite import SqliteStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What became of a person. ``left``: bytes of his that were found afterwards, None where files
    cannot be looked into; ``backups``: those that still hold him; ``unseen``: those that are noted
    and not to be found."""

    erasure: Erasure
    known: Known
    left: tuple[Trace, ...] | None
    backups: tuple[Saved, ...]
    unseen: tuple[Saved, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """An erasure that is carried out, and what is to be looked for afterwards."""

    erasure: Erasure
    known: Known
    needles: tuple[str, ...]


async def secure(store: Store) -> None:
    """What this store deletes from now on is overwritten on the disk."""
    if isinstance(store, SqliteStore):
        await store.secure()


async def remove(store: Store, member: str, actor: str, now: int, tell: Tell) -> Begun | None:
    """Takes a person out of all rows; None when nothing is held of him."""
    found = await store.write(erasing.begin, member, actor, now)
    if found is None:
        return None
    erasure, known = found
    return await finish(store, erasure, known, now, tell)


async def finish(store: Store, erasure: Erasure, known: Known, now: int, tell: Tell) -> Begun:
    """Looks through what is left to look through; also of an erasure that was broken off."""
    pages = list(sweeping.pages(erasure))
    counts = {table: Counter(one) for table, one in erasure.counts.items()}
    for n, page in enumerate(pages):
        tell("sweeping", n, len(pages))
        changed = await store.write(sweeping.sweep, erasure, page)
        counts.setdefault(page.table, Counter())["id replaced"] += changed
    await store.write(erasing.swept, erasure.id, counts, now)
    needles = tuple(erasure.todo.get("needles", ()))
    return Begun(await store.read(erasing.get, erasure.id), known, needles)


async def close(
    store: Store, begun: Begun, place: Path | str, now: int, tell: Tell, *, whole: bool
) -> Certificate:
    """Clears the bytes, looks for them, and says which backups still hold him. Raises StoreFailed
    when they cannot be cleared now; the erasure stays unfinished, and the next one clears them."""
    scrub.clear(place, tell, whole=whole)
    left = None
    if isinstance(place, Path):
        left = tuple(scrub.look(place, {needle: "id" for needle in begun.needles}))
    if left:
        raise StoreFailed(f"{left[0].file}: something of him is left; erase him again")
    await store.write(erasing.done, begun.erasure.id, now)
    noted = await store.read(saved.everything)
    beside = saved.beside(place.parent, place.name) if isinstance(place, Path) else []
    here = [one for one in (*noted, *beside) if one.path.is_file()]
    holding = set(scrub.holding((one.path for one in here), begun.needles))
    return Certificate(
        erasure=await store.read(erasing.get, begun.erasure.id), known=begun.known, left=left,
        backups=tuple(one for one in here if one.path in holding),
        unseen=tuple(one for one in noted if not one.path.is_file()),
    )  # fmt: skip
