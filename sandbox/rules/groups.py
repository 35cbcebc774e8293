"""Group chats (page 92120) and their events (callbacks.md section 5).

What is said in a customer group reaches no app; it goes to the archive only. No rule here lets a
program write into a customer group: `deliver` is called for a member's tap or own hand.
"""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import archive
from sandbox.rules.payload import words
from sandbox.world.model import Group, GroupMember, Json
from sandbox.world.world import World
from sandbox.xmlform import Element

STAFF, EXTERNAL = 1, 2
INVITED, BY_QR = 1, 3


def group(world: World, chat_id: str) -> Group:
    """A group of any kind, for the control plane."""
    found = world.store.groups.get(chat_id)
    if found is None:
        raise ControlError(f"no group {chat_id}", 404)
    return found


def customer_group(world: World, chat_id: str) -> Group:
    """A customer group for the API; 90501 for an internal one, 86001 for an unknown id."""
    found = world.store.groups.get(chat_id)
    if found is None:
        raise ApiError(86001, chat_id)
    if found.kind != "customer":
        raise ApiError(90501, chat_id)
    return found


def owned(world: World, userid: str) -> list[Group]:
    """Customer groups of one owner."""
    return [
        each
        for each in world.store.groups.values()
        if each.kind == "customer" and each.owner == userid
    ]


def tell(world: World, found: Group, kind: str, *more: Element) -> list[str]:
    """change_external_chat; internal groups have no events."""
    if found.kind != "customer":
        return []
    elements: list[Element] = [("MsgType", "event"), ("Event", "change_external_chat")]
    elements += [("ChatId", found.chat_id), ("ChangeType", kind), *more]
    return world.emit("contact", f"change_external_chat.{kind}", elements)


def _member(world: World, member_id: str, scene: int, invitor: str, state: str) -> GroupMember:
    if member_id in world.store.staff:
        kind = STAFF
    elif member_id in world.store.customers:
        kind = EXTERNAL
    else:
        raise ControlError(f"no customer or staff member {member_id}", 404)
    return GroupMember(
        id=member_id,
        type=kind,
        joined_at=world.now(),
        join_scene=scene,
        invitor=invitor,
        state=state,
    )


def create(world: World, kind: str, owner: str, members: list[str], name: str) -> Json:
    """A new group, made by people in the client."""
    if kind not in ("customer", "internal"):
        raise ControlError("kind must be customer or internal")
    if owner not in world.store.staff:
        raise ControlError(f"owner {owner} is not staff", 404)
    rows = [_member(world, each, INVITED, owner, "") for each in dict.fromkeys([owner, *members])]
    if kind == "internal" and any(row.type == EXTERNAL for row in rows):
        raise ControlError("customers cannot be in an internal group")
    chat_id = world.next_id("wrSBX" if kind == "customer" else "wrSBXI", 6)
    made = Group(chat_id=chat_id, name=name, kind=kind, owner=owner, created_at=world.now())
    made.members = {row.id: row for row in rows}
    world.store.groups[chat_id] = made
    return {"chat_id": chat_id, "callbacks": tell(world, made, "create")}


def _turn_version(world: World, found: Group) -> list[Element]:
    last, found.version = found.version, found.version + 1
    world.mark()
    return [("LastMemVer", f"v{last}"), ("CurMemVer", f"v{found.version}")]


def join(world: World, chat_id: str, member_id: str, state: str = "", invitor: str = "") -> Json:
    """Somebody joins, by QR code when there is a state."""
    found = group(world, chat_id)
    if member_id in found.members:
        raise ControlError(f"{member_id} is already in {chat_id}", 409)
    scene = BY_QR if state else INVITED
    row = _member(world, member_id, scene, "" if state else invitor or found.owner, state)
    if found.kind == "internal" and row.type == EXTERNAL:
        raise ControlError("customers cannot be in an internal group")
    found.members[member_id] = row
    told = tell(
        world,
        found,
        "update",
        ("UpdateDetail", "add_member"),
        ("JoinScene", 3 if scene == BY_QR else 0),
        *_members(member_id),
        *_turn_version(world, found),
    )
    return {"chat_id": chat_id, "member": member_id, "callbacks": told}


def _members(member_id: str) -> list[Element]:
    return [("MemChangeCnt", 1), ("MemChangeList", [("Item", member_id)])]


def leave(world: World, chat_id: str, member_id: str, removed: bool = False) -> Json:
    """Somebody leaves (0) or is removed (1)."""
    found = group(world, chat_id)
    if member_id not in found.members or member_id == found.owner:
        raise ControlError(f"{member_id} cannot leave {chat_id}", 409)
    del found.members[member_id]
    told = tell(
        world,
        found,
        "update",
        ("UpdateDetail", "del_member"),
        ("QuitScene", int(removed)),
        *_members(member_id),
        *_turn_version(world, found),
    )
    return {"chat_id": chat_id, "member": member_id, "callbacks": told}


def change(world: World, chat_id: str, name: str, notice: str | None, owner: str) -> Json:
    """Rename, new notice, new owner: events that carry neither of them."""
    found = group(world, chat_id)
    if owner and found.members.get(owner, GroupMember(id="", type=0, joined_at=0)).type != STAFF:
        raise ControlError(f"owner {owner} is not staff in this group")
    details = []
    if name:
        found.name = name
        details.append("change_name")
    if notice is not None:
        found.notice = notice
        details.append("change_notice")
    if owner:
        found.owner = owner
        details.append("change_owner")
    world.mark()
    told: list[str] = []
    for detail in details:
        told += tell(world, found, "update", ("UpdateDetail", detail))
    return {"chat_id": chat_id, "callbacks": told}


def hand_over(world: World, chat_id: str, owner: str, resigned: bool) -> None:
    """A new owner by API: no event. 90501 no customer group, 90500 an owner who has not left."""
    found = world.store.groups.get(chat_id)
    if found is None or found.kind != "customer":
        raise ApiError(90501, chat_id)
    member = world.store.staff.get(found.owner)
    if resigned and member is not None and member.active:
        raise ApiError(90500, chat_id)
    found.owner = owner
    if owner not in found.members:
        found.members[owner] = _member(world, owner, INVITED, "", "")
    world.mark()


def dismiss(world: World, chat_id: str) -> Json:
    """The group is gone."""
    found = group(world, chat_id)
    world.drop_group(found)
    return {"chat_id": chat_id, "callbacks": tell(world, found, "dismiss")}


def deliver(world: World, found: Group, sender: str, raw: Json) -> None:
    """A message of a person appears in the group and at each of its customers."""
    kind, text = raw["msgtype"], words(raw)
    world.say(found.chat_id, "group", sender, kind, text, raw)
    archive.record(world, sender, list(found.members), found.chat_id, raw)
    for member in found.members.values():
        if member.type == EXTERNAL and member.id != sender:
            world.receive(member.id, "group", sender, kind, text, raw)


def say(world: World, chat_id: str, sender: str, text: str) -> Json:
    """A member of the group writes by hand."""
    found = group(world, chat_id)
    if sender not in found.members:
        raise ControlError(f"{sender} is not in {chat_id}", 409)
    raw = {
        "msgtype": "text",
        "text": {"content": text},
        "chat_id": chat_id,
        "msgid": world.secret_id("gm", 20),
    }
    deliver(world, found, sender, raw)
    return {"msgid": raw["msgid"]}
