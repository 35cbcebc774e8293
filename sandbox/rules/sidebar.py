"""What a page in the chat sidebar may do (pages 98419, 100746, 100747, 100749).

The page runs in one member's client and speaks for that member: into the chat that is open, one
message per click. Without agent identity nothing but the context is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from sandbox.errors import ControlError
from sandbox.fields import Field, Json, check, obj, text
from sandbox.rules import archive, groups, kf_client, login, media, people
from sandbox.rules.payload import words
from sandbox.world.config import App
from sandbox.world.world import World

ONE, MANY = "single_chat_tools", "group_chat_tools"
KF, FILES, PROFILE, NORMAL = "single_kf_tools", "chat_attachment", "contact_profile", "normal"
ENTRIES = (ONE, MANY, KF, FILES, PROFILE, NORMAL)
NO_CONTEXT, NO_PERMISSION = "without context of external contact", "no permission"
SEATS, PAGES, KEEP = "sidebar_seats", "sidebar_pages", 10_000

MEDIA = obj({"mediaid": text(128, required=True, missing=41006, bad=40007)}, required=True)
MESSAGES: Mapping[str, Field] = {
    "text": obj({"content": text(required=True, missing=44004)}, required=True),
    "image": MEDIA,
    "video": MEDIA,
    "file": MEDIA,
    "news": obj(
        {
            "link": text(2048, required=True, missing=41010),
            "title": text(),
            "desc": text(),
            "imgUrl": text(),
        },
        required=True,
    ),
    "miniprogram": obj(
        {
            "appid": text(required=True),
            "title": text(64, required=True, missing=41016),
            "imgUrl": text(128 * 1024, required=True),
            "page": text(required=True, pattern=r".+\.html(\?.*)?"),
        },
        required=True,
    ),
}


@dataclass(frozen=True)
class Place:
    """Where a page is open: whose client, which chat, from which entry."""

    userid: str
    customer: str = ""
    chat_id: str = ""
    open_kfid: str = ""
    entry: str = NORMAL


class Refused(Exception):
    """What the client's call fails with."""


def page_of(world: World, app: App, base: str | None) -> str:
    """The address of an app's page in the chat toolbar (聊天工具栏), or an empty string. A path
    stands on the server of the callbacks."""
    found = str(world.store.shelf.get(PAGES, {}).get(app.name, app.sidebar))
    if not found or found.startswith(("http://", "https://")):
        return found
    return urljoin(base, found) if base else ""


def set_page(world: World, app: App, url: str) -> None:
    """What the admin configures: another page, or with an empty one none."""
    if url and not url.startswith(("http://", "https://", "/")):
        raise ControlError("url must begin with http://, https:// or /")
    world.store.shelf.setdefault(PAGES, {})[app.name] = url
    world.mark()


def place(world: World, given: Json) -> Place:
    """The chat that a page names; ControlError when the member cannot have it open."""
    found = Place(**{key: str(given.get(key) or "") for key in Place.__annotations__})
    people.staff(world, found.userid)
    if found.chat_id and found.userid not in groups.group(world, found.chat_id).members:
        raise ControlError(f"{found.userid} is not in {found.chat_id}", 409)
    if found.customer and found.customer not in world.store.customers:
        raise ControlError(f"no customer {found.customer}", 404)
    usual = MANY if found.chat_id else KF if found.open_kfid else ONE if found.customer else NORMAL
    entry = found.entry or usual
    if entry not in ENTRIES:
        raise ControlError(f"entry must be one of {', '.join(ENTRIES)}")
    return Place(**(vars(found) | {"entry": entry}))


def sit(world: World, app: App, where: Place, given: Json) -> str:
    """agentConfig: a seat for a page whose signature is right (42012, 40093)."""
    login.check_agent_signature(world, app, given)
    seat = world.secret_id("seat", 32)
    seats = world.store.shelf.setdefault(SEATS, {})
    if len(seats) >= KEEP:
        del seats[next(iter(seats))]
    seats[seat] = vars(where) | {"app": app.name}
    world.mark()
    return seat


def seated(world: World, seat: str) -> Place:
    """The place behind a seat; Refused without agent identity or customer contact."""
    found = world.store.shelf.get(SEATS, {}).get(seat)
    if found is None:
        raise Refused(NO_PERMISSION)
    where = Place(**{key: found[key] for key in Place.__annotations__})
    if not people.staff(world, where.userid).can_add:
        raise Refused(NO_PERMISSION)
    return where


def context(world: World, where: Place, args: Json) -> Json:
    return {"entry": where.entry}


def external_contact(world: World, where: Place, args: Json) -> Json:
    if not where.customer or where.entry not in (ONE, KF, FILES, PROFILE):
        raise Refused(NO_CONTEXT)
    return {"userId": where.customer}


def external_chat(world: World, where: Place, args: Json) -> Json:
    if not where.chat_id or where.entry not in (MANY, FILES):
        raise Refused(NO_CONTEXT)
    return {"chatId": where.chat_id}


def send_chat_message(world: World, where: Place, args: Json) -> Json:
    """Into the open chat, as the member."""
    if where.entry not in (ONE, MANY, KF, FILES):
        raise Refused(NO_CONTEXT)
    kind = str(args.get("msgtype", ""))
    if kind not in MESSAGES:
        raise Refused(f"msgtype {kind}")
    body = check({kind: MESSAGES[kind]}, args)[kind]
    send(world, where, SHOWN.get(kind, _same)(world, kind, body))
    return {}


CALLS: Mapping[str, Callable[[World, Place, Json], Json]] = {
    "getContext": context,
    "getCurExternalContact": external_contact,
    "getCurExternalChat": external_chat,
    "sendChatMessage": send_chat_message,
}


def _same(world: World, kind: str, body: Json) -> Json:
    return {"msgtype": kind, kind: body}


def _file(world: World, kind: str, body: Json) -> Json:
    media.valid(world, body["mediaid"], "temp")
    return {"msgtype": kind, kind: {"media_id": body["mediaid"]}}


def _link(world: World, kind: str, body: Json) -> Json:
    names = {"link": "url", "title": "title", "desc": "desc", "imgUrl": "picurl"}
    return {"msgtype": "link", "link": {names[key]: value for key, value in body.items()}}


SHOWN: Mapping[str, Callable[[World, str, Json], Json]] = {
    "image": _file,
    "video": _file,
    "file": _file,
    "news": _link,
}


def send(world: World, where: Place, raw: Json) -> int:
    """One click: the message appears in the open chat; the time of it."""
    if where.chat_id:
        found = groups.group(world, where.chat_id)
        if where.userid not in found.members:
            raise ControlError(f"{where.userid} is not in {where.chat_id}", 409)
        groups.deliver(world, found, where.userid, raw | {"chat_id": where.chat_id})
        return world.now()
    if not where.customer:
        raise ControlError("customer or chat_id is missing")
    if where.open_kfid:
        kf = where.open_kfid, where.customer
        kf_client.act(world, where.userid, *kf, "say", words(raw))
        return world.now()
    entry = people.staff_says(world, where.userid, where.customer, raw["msgtype"], raw)
    archive.record(world, where.userid, [where.customer], "", raw)
    return int(entry["at"])


def call(world: World, name: str, seat: str, args: Json) -> Json:
    """One call of the page. Refused, ApiError or ControlError when the client would fail it."""
    if name not in CALLS:
        raise Refused(f"unknown api {name}")
    return CALLS[name](world, seated(world, seat), args)
