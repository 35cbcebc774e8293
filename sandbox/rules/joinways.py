"""Join ways (加入群聊, page 92229): a QR code that leads into one of up to five groups.

When all are full the platform opens the next room, named after the base name and a number.
"""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import groups
from sandbox.rules.ways import WAYS_PER_CORP
from sandbox.world.model import ContactWay, Group, Json
from sandbox.world.world import World

MAX_GROUPS = 5


def add(world: World, fields: Json) -> ContactWay:
    """A new way; 41045 when the corp has too many, 90501 for a group that is none of customers."""
    if len(world.store.contact_ways) + len(world.store.join_ways) >= WAYS_PER_CORP:
        raise ApiError(41045)
    for chat_id in fields["chat_id_list"]:
        groups.customer_group(world, chat_id)
    made = ContactWay(
        config_id=world.secret_id("jw", 30), fields=dict(fields), created_at=world.now()
    )
    world.store.join_ways[made.config_id] = made
    return made


def find(world: World, config_id: str) -> ContactWay:
    """A way by its id; 41044 when unknown."""
    found = world.store.join_ways.get(config_id)
    if found is None:
        raise ApiError(41044, config_id)
    return found


def update(world: World, found: ContactWay, fields: Json) -> None:
    """Full overwrite."""
    for chat_id in fields["chat_id_list"]:
        groups.customer_group(world, chat_id)
    found.fields = {key: value for key, value in fields.items() if key != "config_id"}
    world.mark()


def view(world: World, found: ContactWay) -> Json:
    """The way as the API shows it."""
    return (
        {"config_id": found.config_id}
        | found.fields
        | {"qr_code": f"{world.base}/qr/{found.config_id}"}
    )


def scan(world: World, customer: str, config_id: str) -> Json:
    """A customer scans the code and lands in the first group with room."""
    found = find(world, config_id)
    found.scans += 1
    rooms = [
        world.store.groups[each]
        for each in found.fields["chat_id_list"]
        if each in world.store.groups
    ]
    if any(customer in room.members for room in rooms):
        raise ControlError(f"{customer} is already in a group of this way", 409)
    limit = world.settings.groups_capacity
    free = next((room for room in rooms if len(room.members) < limit), None)
    if free is None:
        free = _next_room(world, found, rooms)
    return groups.join(world, free.chat_id, customer, found.fields.get("state", "") or "qr")


def _next_room(world: World, found: ContactWay, rooms: list[Group]) -> Group:
    if not rooms or not found.fields.get("auto_create_room", 1):
        raise ControlError("every group of this way is full", 409)
    number = found.fields.get("room_base_id", 1)
    name = f"{found.fields.get('room_base_name', rooms[-1].name)}{number}"
    made = groups.create(world, "customer", rooms[-1].owner, [], name)
    found.fields["room_base_id"] = number + 1
    found.fields["chat_id_list"] = [*found.fields["chat_id_list"], made["chat_id"]][-MAX_GROUPS:]
    return world.store.groups[made["chat_id"]]
