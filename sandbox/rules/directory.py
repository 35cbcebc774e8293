"""The corp's contacts (通讯录, pages 90196 to 90208): departments, tags of staff, look-ups."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.model import Json, Staff, StaffTag
from sandbox.world.world import World

ROOT = 1


def active(world: World) -> list[Staff]:
    """Everybody who has not left."""
    return [each for each in world.store.staff.values() if each.active]


def departments(world: World) -> list[int]:
    """Ids: the root and what members belong to; all stand below the root."""
    return sorted({ROOT} | {each.department for each in world.store.staff.values()})


def department(world: World, wanted: int) -> int:
    """A department's id; 60003 when unknown."""
    if wanted not in departments(world):
        raise ApiError(60003, str(wanted))
    return wanted


def below(world: World, wanted: int | None) -> list[int]:
    """A department and what stands below it; without one, all."""
    if wanted is None or department(world, wanted) == ROOT:
        return departments(world)
    return [wanted]


def view(world: World, wanted: int) -> Json:
    """A department as the API shows it."""
    names = {ROOT: world.config.corp_name}
    return {
        "id": wanted,
        "name": names.get(wanted, f"部门{wanted}"),
        "name_en": "",
        "department_leader": [],
        "parentid": 0 if wanted == ROOT else ROOT,
        "order": wanted,
    }


def members(world: World, wanted: int) -> list[Staff]:
    """Who belongs to a department; the root holds everybody (60003)."""
    department(world, wanted)
    return [each for each in active(world) if wanted in (ROOT, each.department)]


def by_contact(world: World, name: str, value: str) -> Staff:
    """The member with this mobile or email; 60111 when there is none."""
    for each in active(world):
        if value and getattr(each, name) == value:
            return each
    raise ApiError(60111, value)


def tag(world: World, tag_id: int) -> StaffTag:
    """A tag of staff; 40068 when unknown."""
    found = world.store.staff_tags.get(str(tag_id))
    if found is None:
        raise ApiError(40068, str(tag_id))
    return found
