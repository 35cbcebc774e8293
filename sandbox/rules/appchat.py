"""Application group chats (appchat, pages 90244 to 90248): internal, of the app that made them."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.rules import groups, people
from sandbox.rules.payload import check_media, words
from sandbox.world.config import App
from sandbox.world.model import Group, GroupMember, Json
from sandbox.world.world import World

DAY_MS = 86_400_000
PER_DAY, PER_MEMBER_MINUTE, PER_MEMBER_DAY = 1000, 200, 10_000
LEAST = 2


def create(world: World, app: App, fields: Json) -> str:
    """A new group of at least two members; 1000 a day (45009), 86215 for an id that exists."""
    users = [people.staff(world, each).userid for each in fields["userlist"]]
    users = list(dict.fromkeys(users))
    if len(users) < LEAST:
        raise ApiError(86006, "at least two members")
    chat_id = fields.get("chatid") or world.next_id("appchat", 6)
    if chat_id in world.store.groups:
        raise ApiError(86215, chat_id)
    owner = people.staff(world, fields["owner"]).userid if "owner" in fields else users[0]
    if owner not in users:
        raise ApiError(86005, owner)
    if not world.windows.hit("appchat", world.now(), PER_DAY, DAY_MS):
        raise ApiError(45009, "groups per day")
    made = Group(
        chat_id=chat_id,
        name=fields.get("name", "群聊"),
        kind="internal",
        owner=owner,
        created_at=world.now(),
        app=app.name,
    )
    made.members = {
        each: GroupMember(id=each, type=groups.STAFF, joined_at=world.now()) for each in users
    }
    world.store.groups[chat_id] = made
    return chat_id


def own(world: World, app: App, chat_id: str) -> Group:
    """A group of this app; 86001 unknown, 86008 made by somebody else."""
    found = world.store.groups.get(chat_id)
    if found is None:
        raise ApiError(86001, chat_id)
    if found.app != app.name:
        raise ApiError(86008, chat_id)
    return found


def update(world: World, found: Group, fields: Json) -> None:
    """New name, new owner, members in and out."""
    found.name = fields.get("name", found.name)
    for userid in fields.get("add_user_list", []):
        member = people.staff(world, userid).userid
        found.members.setdefault(
            member, GroupMember(id=member, type=groups.STAFF, joined_at=world.now())
        )
    for userid in fields.get("del_user_list", []):
        found.members.pop(userid, None)
    if "owner" in fields:
        if fields["owner"] not in found.members:
            raise ApiError(86005, fields["owner"])
        found.owner = fields["owner"]
    world.mark()


def send(world: World, app: App, found: Group, message: Json) -> None:
    """Post into the group; what a member gets above 200 a minute vanishes silently."""
    check_media(world, [message])
    now, hit = world.now(), world.windows.hit
    key = f"appchat:{app.name}:{found.chat_id}"
    if hit(key, now, PER_MEMBER_MINUTE) and hit(key, now, PER_MEMBER_DAY, DAY_MS):
        kind = message["msgtype"]
        world.say(found.chat_id, "app", str(app.agent_id), kind, words(message), message)
