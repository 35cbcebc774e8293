"""Application messages to staff (page 90236), recall (94867)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.rules import appcards, directory
from sandbox.rules.payload import check_media, cut, words
from sandbox.world.config import App
from sandbox.world.model import AppMessage, Json
from sandbox.world.world import World

RECALL_MS = 86_400_000
CUT = {"text": {"content": 2048}, "textcard": {"title": 128, "description": 512}}
KEEP = 50_000


@dataclass(frozen=True)
class Receivers:
    """Who is meant, before anybody looked whether they exist."""

    users: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """Who gets it, and which ids were invalid."""

    users: list[str]
    bad_users: list[str]
    bad_parties: list[str]
    bad_tags: list[str]


def resolve(world: World, wanted: Receivers) -> Resolved:
    """81013 when nobody is left; userids are case-insensitive."""
    staff = {each.userid.lower(): each.userid for each in directory.active(world)}
    if "@all" in wanted.users:
        return Resolved(list(staff.values()), [], [], [])
    parties = {each: _party(world, each) for each in wanted.parties}
    tags = {each: _tagged(world, each) for each in wanted.tags}
    good = dict.fromkeys(staff[each.lower()] for each in wanted.users if each.lower() in staff)
    for found in (*parties.values(), *tags.values()):
        good |= dict.fromkeys(each for each in found or () if each.lower() in staff)
    if not good:
        raise ApiError(81013)
    return Resolved(
        list(good),
        [each.lower() for each in wanted.users if each.lower() not in staff],
        [each for each, found in parties.items() if found is None],
        [each for each, found in tags.items() if found is None],
    )


def _party(world: World, party: str) -> list[str] | None:
    """Members of a department; None when there is no such one."""
    known = {str(each): each for each in directory.departments(world)}
    if party not in known:
        return None
    return [each.userid for each in directory.members(world, known[party])]


def _tagged(world: World, tag: str) -> list[str] | None:
    """Staff with a tag of the contacts; None when there is no such one."""
    found = world.store.staff_tags.get(tag)
    return found.members if found is not None else None


def check_agent(world: World, app: App, agent_id: int) -> None:
    """40056 for an agent id of nobody, 301002 for one that the token does not belong to."""
    if agent_id == app.agent_id:
        return
    known = any(each.agent_id == agent_id for each in world.config.apps)
    raise ApiError(301002 if known else 40056, str(agent_id))


def repeated(world: World, app: App, body: Json) -> str | None:
    """The id of the same message within the interval of enable_duplicate_check."""
    if not body.get("enable_duplicate_check"):
        return None
    shelf = world.store.shelf.setdefault("app_duplicates", {})
    key = f"{app.name}:{json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)}"
    known = shelf.get(key)
    if known is not None and world.now() < known["until"]:
        return str(known["msgid"])
    if len(shelf) > KEEP:
        shelf.clear()
    until = world.now() + body.get("duplicate_check_interval", 1800) * 1000
    shelf[key] = {"until": until, "msgid": ""}
    return None


def remember_duplicate(world: World, app: App, body: Json, msgid: str) -> None:
    """Note the id that a repeat will be answered with."""
    key = f"{app.name}:{json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)}"
    shelf = world.store.shelf.get("app_duplicates", {})
    if key in shelf:
        shelf[key]["msgid"] = msgid


def _allowed(world: World, app: App, userid: str) -> bool:
    """30 a minute and 1000 an hour from one app to one member; the surplus vanishes silently."""
    key, now, rules = f"app:{app.name}:{userid}", world.now(), world.settings
    return world.windows.hit(key, now, rules.app_member_per_minute) and world.windows.hit(
        key, now, rules.app_member_per_hour, 3_600_000
    )


def send(world: World, app: App, users: Iterable[str], message: Json) -> tuple[str, str | None]:
    """Deliver; the message id and, for interactive cards, a response code (72 h, one use)."""
    check_media(world, [message])
    kind = message["msgtype"]
    for name, limit in CUT.get(kind, {}).items():
        message[kind][name] = cut(message[kind][name], limit)
    if kind == "template_card":
        appcards.check_app(app, message[kind])
    made = AppMessage(msgid=world.secret_id("MSG", 32), app=app.name, sent_at=world.now())
    code = appcards.response_code(world, app, message) if kind == "template_card" else None
    for userid in users:
        if _allowed(world, app, userid):
            made.users.append(userid)
            raw = message | {"msgid": made.msgid} | ({"response_code": code} if code else {})
            world.say(userid, "app", str(app.agent_id), kind, words(message), raw)
    world.store.app_messages[made.msgid] = made
    if len(world.store.app_messages) > KEEP:
        del world.store.app_messages[next(iter(world.store.app_messages))]
    return made.msgid, code


def recall(world: World, app: App, msgid: str) -> None:
    """Take back within 24 hours (42052); only the app's own messages (40058)."""
    found = world.store.app_messages.get(msgid)
    if found is None or found.app != app.name:
        raise ApiError(40058, "msgid")
    if world.now() - found.sent_at > RECALL_MS:
        raise ApiError(42052)
    found.recalled = True
    for userid in found.users:
        chat = world.store.chats.get(userid, [])
        world.store.chats[userid] = [each for each in chat if each["raw"].get("msgid") != msgid]
    world.mark()
