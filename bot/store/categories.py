"""The categories of goods as ``[orders.categories]`` says them, for what the database derives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace

from bot.members.journey import Signs
from bot.store import codec
from bot.store.engine import Row, Tx


def signs(tx: Tx) -> dict[str, Signs]:
    """What in the log speaks of each category; there tags go by their ids, too."""
    found = {row["name"]: _signs(codec.from_json(row["signs"]))
             for row in tx.rows("categories_all")}  # fmt: skip
    names = sorted({tag for one in found.values() for tag in one.tags})
    ids: dict[str, list[str]] = {}
    for row in tx.rows("category_tags", names=names) if names else ():
        ids.setdefault(row["name"], []).append(row["id"])
    return {name: replace(one, tags=(*one.tags, *_all(ids, one.tags)))
            for name, one in found.items()}  # fmt: skip


def _all(ids: Mapping[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    return (id for name in names for id in ids.get(name, ()))


def settle(tx: Tx, rows: list[Row]) -> bool:
    """Takes over what the settings say; True when something else stood there. ``rows``: name, dear,
    seldom and signs."""
    wanted = sorted((row | {"signs": codec.to_json(asdict(row["signs"]))} for row in rows),
                    key=lambda row: str(row["name"]))  # fmt: skip
    if tx.rows("categories_all") == wanted:
        return False
    tx.run("categories_clear")
    tx.many("category_put", wanted)
    tx.run("journey_mark", event=0)  # what reached people may be about other things now
    return True


def _signs(found: Mapping[str, list[str]]) -> Signs:
    return Signs(**{name: tuple(values) for name, values in found.items()})
