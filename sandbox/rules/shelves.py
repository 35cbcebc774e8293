"""Things that the corp only keeps: product albums, sensitive-word rules, kf knowledge.

They act on staff typing in the client, which the sandbox does not play; here they are stored.
"""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.model import Json
from sandbox.world.world import World


def _shelf(world: World, name: str) -> dict[str, Json]:
    return world.store.shelf.setdefault(name, {})


def put(world: World, name: str, prefix: str, row: Json) -> str:
    """Keep a new row; its id."""
    made = world.secret_id(prefix, 24)
    _shelf(world, name)[made] = row | {"create_time": world.now_s()}
    return made


def get(world: World, name: str, key: str) -> Json:
    """A row; 40058 when unknown."""
    found = _shelf(world, name).get(key)
    if found is None:
        raise ApiError(40058, f"{name} {key}")
    return found


def change(world: World, name: str, key: str, values: Json) -> None:
    """Overwrite what is given."""
    get(world, name, key).update(values)
    world.mark()


def change_range(row: Json, name: str, added: Json, removed: Json) -> None:
    """Add to and take from the id lists of a range."""
    kept = row.setdefault(name, {})
    for key in (*added, *removed):
        ids = [*kept.get(key, []), *added.get(key, [])]
        kept[key] = [each for each in dict.fromkeys(ids) if each not in removed.get(key, [])]


def drop(world: World, name: str, key: str) -> None:
    """Forget a row; 40058 when unknown."""
    get(world, name, key)
    del _shelf(world, name)[key]
    world.mark()


def rows(world: World, name: str) -> dict[str, Json]:
    """All rows by id."""
    return _shelf(world, name)
