"""Staff, customers and their relation: none -> half -> full -> deleted by one side (page 92130)."""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import welcome
from sandbox.world.model import Customer, Json, Relation, Staff
from sandbox.world.world import World
from sandbox.xmlform import Element

EVENT = "change_external_contact"


def staff(world: World, userid: str) -> Staff:
    """A member by userid (case-insensitive, as on the platform). 60111 when there is none."""
    found = world.store.staff.get(userid) or world.store.staff.get(userid.lower())
    if found is None or not found.active:
        raise ApiError(60111, userid)
    return found


def contact_staff(world: World, userid: str) -> Staff:
    """A member with the customer-contact feature. 84074 without it."""
    found = staff(world, userid)
    if not found.can_add:
        raise ApiError(84074, userid)
    return found


def contact_staff_ids(world: World) -> list[str]:
    """Every member with the customer-contact feature."""
    return [each.userid for each in world.store.staff.values() if each.can_add and each.active]


def customer(world: World, customer_id: str) -> Customer:
    """A customer. 40096 when the id is unknown."""
    found = world.store.customers.get(customer_id)
    if found is None:
        raise ApiError(40096, customer_id)
    return found


def related(world: World, userid: str, customer_id: str) -> Relation:
    """The relation of the pair; 84061 without one (also when it is only half added)."""
    staff(world, userid)
    customer(world, customer_id)
    relation = world.relation(userid, customer_id)
    if relation is None or relation.half:
        raise ApiError(84061, f"{userid} {customer_id}")
    return relation


def make_customer(world: World, name: str | None = None) -> Customer:
    """A new WeChat user who knows nobody yet."""
    customer_id = world.next_id("wmSBX", 6)
    made = Customer(id=customer_id, name=name or f"茶客{customer_id[-6:]}", made_at=world.now())
    made.unionid = "oU" + customer_id
    world.store.customers[customer_id] = made
    world.mark()
    return made


def change(world: World, kind: str, relation: Relation, *more: Element) -> list[str]:
    """Send a change_external_contact event about a relation."""
    elements: list[Element] = [("MsgType", "event"), ("Event", EVENT), ("ChangeType", kind)]
    elements += [("UserID", relation.userid), ("ExternalUserID", relation.customer), *more]
    return world.emit("contact", f"{EVENT}.{kind}", elements)


def add(
    world: World,
    userid: str,
    customer_id: str,
    *,
    state: str = "",
    add_way: int = 1,
    half: bool = False,
) -> Json:
    """The customer adds the member: the add event with a welcome code, or ControlError."""
    member, person = staff(world, userid), customer(world, customer_id)
    if not member.can_add:
        raise ControlError(f"{userid} has no customer-contact feature and cannot be added", 409)
    old = world.relation(userid, customer_id)
    if old is not None and not old.customer_deleted and (not old.half or half):
        raise ControlError(f"{customer_id} is already a friend of {userid}", 409)
    now = world.now()
    relation = Relation(userid=userid, customer=person.id, created_at=now, half=half)
    relation.state, relation.add_way, relation.oper_userid = state, add_way, person.id
    relation.chatted, relation.last_contact = old is not None and old.chatted, now
    world.put_relation(relation)
    return _announce(world, relation, welcomed=old is not None and old.half)


def _announce(world: World, relation: Relation, welcomed: bool) -> Json:
    code = None
    if not relation.chatted and not welcomed:
        code = welcome.make(world, relation.userid, relation.customer)
    more: list[Element] = [("State", relation.state)] if relation.state else []
    more += [("WelcomeCode", code)] if code else []
    kind = "add_half_external_contact" if relation.half else "add_external_contact"
    callbacks = change(world, kind, relation, *more)
    return {
        "userid": relation.userid,
        "customer": relation.customer,
        "state": relation.state,
        "welcome_code": code,
        "callbacks": callbacks,
    }


def accept(world: World, userid: str, customer_id: str) -> Json:
    """The member adds back a half-added customer: the full event, a code if none was used."""
    relation = world.relation(userid, customer_id)
    if relation is None or not relation.half:
        raise ControlError(f"{customer_id} is not waiting for {userid}", 409)
    relation.half = False
    welcomed = welcome.was_sent(world, userid, customer_id)
    return _announce(world, relation, welcomed)


def delete_by_customer(world: World, userid: str, customer_id: str) -> list[str]:
    """del_follow_user: still related for the API, but nothing reaches the customer."""
    relation = world.relation(userid, customer_id)
    if relation is None or relation.customer_deleted:
        raise ControlError(f"{customer_id} is not a friend of {userid}", 409)
    relation.customer_deleted = True
    welcome.kill(world, userid, customer_id)
    world.mark()
    return change(world, "del_follow_user", relation)


def delete_by_staff(world: World, userid: str, customer_id: str, source: str = "") -> list[str]:
    """del_external_contact: the pair is no longer related (84061)."""
    relation = world.relation(userid, customer_id)
    if relation is None:
        raise ControlError(f"{customer_id} is not a friend of {userid}", 409)
    world.drop_relation(relation)
    welcome.kill(world, userid, customer_id)
    more: list[Element] = [("Source", source)] if source else []
    return change(world, "del_external_contact", relation, *more)


def reachable(world: World, userid: str, customer_id: str) -> bool:
    """A message of this member would arrive."""
    relation = world.relation(userid, customer_id)
    return relation is not None and not relation.customer_deleted and not relation.half


def touch(world: World, userid: str, customer_id: str) -> None:
    """Either side wrote: the welcome code dies, the member becomes the one who interacted last."""
    relation = world.relation(userid, customer_id)
    if relation is not None:
        relation.chatted, relation.last_contact = True, world.now()
    welcome.kill(world, userid, customer_id)
    world.mark()


def customer_says(world: World, customer_id: str, userid: str, text: str) -> Json:
    """A customer writes to a friend. Only the archive sees the words; there is no callback."""
    if not reachable(world, userid, customer_id):
        raise ControlError(f"{customer_id} and {userid} are not friends", 409)
    touch(world, userid, customer_id)
    raw = {"msgtype": "text", "text": {"content": text}}
    chat = f"{userid}|{customer_id}"
    return world.say(chat, "contact", customer_id, "text", text, raw)


def staff_says(world: World, userid: str, customer_id: str, kind: str, raw: Json) -> Json:
    """A member sends by hand (also by one click in the sidebar)."""
    if not reachable(world, userid, customer_id):
        raise ControlError(f"{customer_id} and {userid} are not friends", 409)
    touch(world, userid, customer_id)
    text = str(raw.get(kind, {}).get("content", ""))
    world.say(f"{userid}|{customer_id}", "contact", userid, kind, text, raw)
    return world.receive(customer_id, "contact", userid, kind, text, raw)
