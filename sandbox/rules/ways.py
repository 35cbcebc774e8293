"""Contact ways (联系我, page 92572): a QR code that adds one of its members, with a state."""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import people
from sandbox.world.model import ContactWay, Json
from sandbox.world.world import World

WAYS_PER_CORP = 500_000
SINGLE, MULTI = 1, 2


def _check(world: World, fields: Json) -> None:
    users = fields.get("user", [])
    if fields["type"] == SINGLE and len(users) != 1:
        raise ApiError(40063 if not users else 40058, "type 1 has exactly one user")
    if not users and not fields.get("party"):
        raise ApiError(40063, "user or party")
    for userid in users:
        people.contact_staff(world, userid)
    if fields.get("is_temp") and fields["type"] != SINGLE:
        raise ApiError(40058, "temporary ways are single only")


def add(world: World, fields: Json) -> ContactWay:
    """A new way; 41045 when the corp has too many."""
    _check(world, fields)
    if len(world.store.contact_ways) + len(world.store.join_ways) >= WAYS_PER_CORP:
        raise ApiError(41045)
    made = ContactWay(
        config_id=world.secret_id("cfg", 29), fields=dict(fields), created_at=world.now()
    )
    made.fields.setdefault("skip_verify", True)
    world.store.contact_ways[made.config_id] = made
    return made


def find(world: World, config_id: str) -> ContactWay:
    """A way by its id; 41044 when unknown."""
    found = world.store.contact_ways.get(config_id)
    if found is None:
        raise ApiError(41044, config_id)
    return found


def update(world: World, found: ContactWay, fields: Json) -> None:
    """Overwrite what is given; type and scene stay."""
    changed = found.fields | {k: v for k, v in fields.items() if k not in ("type", "scene")}
    _check(world, changed)
    changed.pop("config_id", None)
    found.fields = changed
    world.mark()


def url(world: World, found: ContactWay) -> str:
    """What the QR code says."""
    return f"{world.base}/qr/{found.config_id}"


def view(world: World, found: ContactWay) -> Json:
    """The way as the API shows it."""
    base = {"config_id": found.config_id, "remark": "", "state": "", "user": [], "party": []}
    shown = base | found.fields
    if found.fields["scene"] == 2:
        shown["qr_code"] = url(world, found)
    return shown


def scan(world: World, customer: str, config_id: str) -> Json:
    """A customer scans the code: the members take turns; those he knows already are skipped."""
    found = world.store.contact_ways.get(config_id)
    if found is None:
        raise ControlError(f"no contact way {config_id}", 404)
    users = found.fields.get("user") or people.contact_staff_ids(world)
    free = [each for each in users if not people.reachable(world, each, customer)]
    if not free:
        raise ControlError(f"{customer} already has every member of this way", 409)
    userid = free[found.scans % len(free)]
    found.scans += 1
    return people.add(world, userid, customer, state=found.fields.get("state", ""))
