"""Everybody whom the corp serves (page 99434): customers, and other people in customer groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sandbox.errors import ApiError
from sandbox.rules.cursors import seal, unseal
from sandbox.world.model import Json, Relation
from sandbox.world.world import World

SCOPE = "served"


def mask(name: str) -> str:
    """A name as the list shows it: the first character."""
    return name[:1] + "**"


def _customer(world: World, each: Relation) -> Json:
    person = world.store.customers[each.customer]
    return {
        "is_customer": True,
        "tmp_openid": f"wo{each.customer[2:]}{world.now() // 14_400_000}",
        "external_userid": person.id,
        "name": mask(person.name),
        "follow_userid": each.userid,
        "add_time": each.created_at // 1000,
    }


def _outsiders(world: World) -> Iterator[Json]:
    """Members of customer groups who are nobody's customer."""
    for found in world.store.groups.values():
        for each in found.members.values() if found.kind == "customer" else ():
            if each.type == 2 and not world.followers.get(each.id):
                yield {
                    "is_customer": False,
                    "tmp_openid": f"wo{each.id[2:]}{world.now() // 14_400_000}",
                    "chat_id": found.chat_id,
                    "chat_name": found.name,
                    "add_time": each.joined_at // 1000,
                }


def page(world: World, cursor: str, limit: int) -> tuple[list[Json], str]:
    """One page; whole members are skipped by their count, so a page costs no walk over all."""
    start = int(unseal(SCOPE, cursor)) if cursor else 0
    rows: list[Json] = []
    skip, wanted = start, limit + 1
    for relations in world.store.relations.values():
        if skip >= len(relations):
            skip -= len(relations)
            continue
        found = islice(relations.values(), skip, skip + wanted - len(rows))
        rows += [_customer(world, each) for each in found]
        skip = 0
        if len(rows) >= wanted:
            break
    else:
        rows += islice(_outsiders(world), skip, skip + wanted - len(rows))
    return rows[:limit], seal(SCOPE, str(start + limit)) if len(rows) > limit else ""


def opengid(chat_id: str) -> str:
    """What a mini-program sees of a customer group it was shared into."""
    return "tG" + chat_id[::-1]


def chat_of(world: World, given: str) -> str:
    """The customer group behind an opengid; 90511 when there is none."""
    found = world.store.groups.get(given.removeprefix("tG")[::-1])
    if not given.startswith("tG") or found is None or found.kind != "customer":
        raise ApiError(90511, given)
    return found.chat_id
