"""What customers and servicers do in their clients with customer service (pages 94670, 94669)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from sandbox.errors import ApiError, ControlError
from sandbox.rules import kf_log, kf_session, media
from sandbox.rules.kf_send import log_event
from sandbox.rules.kf_session import ENDED, HUMAN, NEW, POOL
from sandbox.rules.payload import words
from sandbox.world.model import Json, KfAccount, KfLink, KfSession
from sandbox.world.world import World

CUSTOMER, SERVICER = 3, 5
MEDIA_TYPES = ("image", "voice", "video", "file")


def make_link(world: World, open_kfid: str, scene: str) -> KfLink:
    """The link of an account and scene; asked again it is the same one."""
    kf_log.account(world, open_kfid)
    for known in world.store.kf_links.values():
        if (known.open_kfid, known.scene) == (open_kfid, scene):
            return known
    made = KfLink(
        code=world.secret_id("kfc", 16),
        open_kfid=open_kfid,
        scene=scene,
        enc_scene=world.secret_id("ENC", 20),
    )
    world.store.kf_links[made.code] = made
    return made


def url(world: World, link: KfLink) -> str:
    """The link on the sandbox's own address; with a scene the caller may add &scene_param=."""
    return f"{world.base}/kf/{link.code}?enc_scene={link.enc_scene}"


def read_link(world: World, address: str) -> tuple[KfLink, str]:
    """The link behind a URL and its scene_param. ControlError for an edited or foreign URL."""
    parts = urlsplit(address)
    link = world.store.kf_links.get(parts.path.rpartition("/")[2])
    query = parse_qs(parts.query)
    if link is None or query.get("enc_scene") != [link.enc_scene]:
        raise ControlError("not a link of this platform, or an edited one")
    param = query.get("scene_param", [""])[0]
    if param and (not link.scene or len(param.encode()) > 128):
        raise ControlError("scene_param needs a link with a scene and at most 128 bytes")
    return link, param


def enter(
    world: World, customer: str, open_kfid: str, scene: str = "", scene_param: str = ""
) -> Json:
    """The customer opens the chat: enter_session, with a welcome code under the 48 hour rule."""
    kf = kf_log.account(world, open_kfid)
    found = kf_session.session(world, open_kfid, customer)
    found.last_seen, found.scene, found.scene_param = world.now(), scene, scene_param
    event = {"event_type": "enter_session", "open_kfid": open_kfid, "external_userid": customer}
    event |= {"scene": scene} | ({"scene_param": scene_param} if scene_param else {})
    code = kf_session.make_code(world, "welcome", found) if _greetable(world, found) else None
    event |= {"welcome_code": code} if code else {}
    callbacks = log_event(world, kf, event)
    return {"open_kfid": open_kfid, "welcome_code": code, "callbacks": callbacks}


def _greetable(world: World, found: KfSession) -> bool:
    """No welcome in the last 48 hours, and the customer has not written in them."""
    span = world.settings.kf_window_hours * kf_log.HOUR_MS
    recent = found.last_welcome is not None and world.now() - found.last_welcome <= span
    return not recent and not kf_session.window_open(world, found)


def write(world: World, customer: str, open_kfid: str, message: Json) -> Json:
    """The customer writes: state 4 becomes 0, the five messages are refilled."""
    kf = kf_log.account(world, open_kfid)
    found = kf_session.session(world, open_kfid, customer)
    if kf_session.state(world, found) == ENDED:
        found.state, found.servicer, found.coded = NEW, "", False
    found.last_message = found.last_seen = world.now()
    found.sent = 0
    kind = message["msgtype"]
    if kind in MEDIA_TYPES and not message[kind].get("media_id"):
        says = str(message[kind].get("says") or "")
        message = message | {kind: {"media_id": media.sample(world, kind, says).id}}
    msgid = world.secret_id("kfu", 24)
    entry = {
        "msgid": msgid,
        "open_kfid": open_kfid,
        "external_userid": customer,
        "send_time": world.now_s(),
        "origin": CUSTOMER,
    } | message
    return {"msgid": msgid, "callbacks": kf_log.append(world, kf, entry)}


def click(world: World, customer: str, open_kfid: str, menu_id: str, text: str) -> Json:
    """A tap on a `click` item of the last menu: a text message that carries menu_id."""
    content = text or _menu_text(world, customer, open_kfid, menu_id)
    body = {"content": content, "menu_id": menu_id}
    return write(world, customer, open_kfid, {"msgtype": "text", "text": body})


def _menu_text(world: World, customer: str, open_kfid: str, menu_id: str) -> str:
    for entry in reversed(world.store.received.get(customer, [])):
        if entry["from"] != open_kfid or entry["kind"] != "msgmenu":
            continue
        for item in entry["raw"]["msgmenu"].get("list", []):
            if item["type"] == "click" and item["click"].get("id", "") == menu_id:
                return str(item["click"]["content"])
    raise ControlError(f"no menu with item '{menu_id}' was received; give text")


def recall(world: World, customer: str, open_kfid: str, msgid: str) -> Json:
    """user_recall_msg."""
    kf = kf_log.account(world, open_kfid)
    event = {
        "event_type": "user_recall_msg",
        "open_kfid": open_kfid,
        "external_userid": customer,
        "recall_msgid": msgid,
    }
    return {"recall_msgid": msgid, "callbacks": log_event(world, kf, event)}


def refuse(world: World, customer: str, open_kfid: str, refuses: bool) -> Json:
    """From now on this customer refuses messages (msg_send_fail 10), or takes them again."""
    kf_log.account(world, open_kfid)
    kf_session.session(world, open_kfid, customer).refuses = refuses
    world.mark()
    return {"refuses": refuses}


# -- servicers ------------------------------------------------------------------------------------


def _changed(world: World, kf: KfAccount, found: KfSession, how: int, old: str, code: str) -> Json:
    event = {
        "event_type": "session_status_change",
        "open_kfid": kf.open_kfid,
        "external_userid": found.customer,
        "change_type": how,
        "old_servicer_userid": old,
        "new_servicer_userid": found.servicer,
    }
    event |= {"msg_code": code} if code else {}
    return {
        "state": found.state,
        "msg_code": code or None,
        "callbacks": log_event(world, kf, event),
    }


def take(world: World, userid: str, kf: KfAccount, found: KfSession, text: str) -> Json:
    """The servicer takes the session, from the pool (1) or from whoever had it (2)."""
    was, old = found.state, found.servicer
    if kf_session.state(world, found) == ENDED:
        raise ControlError("the session has ended; the servicer can only say something", 409)
    found.state, found.servicer = HUMAN, userid
    code = kf_session.make_code(world, "taken", found) if was in (NEW, POOL) else ""
    return _changed(world, kf, found, 2 if was == HUMAN else 1, old, code)


def say(world: World, userid: str, kf: KfAccount, found: KfSession, text: str) -> Json:
    """The servicer writes (origin 5); in an ended session this re-opens it (change_type 4)."""
    changed: Json = {}
    if kf_session.state(world, found) == ENDED:
        found.state, found.servicer = HUMAN, userid
        changed = _changed(world, kf, found, 4, "", "")
    if found.servicer != userid:
        raise ControlError(f"{userid} has not taken this session", 409)
    message = {"msgtype": "text", "text": {"content": text}}
    entry = {
        "msgid": world.secret_id("kfs", 24),
        "open_kfid": kf.open_kfid,
        "external_userid": found.customer,
        "send_time": world.now_s(),
        "origin": SERVICER,
        "servicer_userid": userid,
    } | message
    callbacks = changed.get("callbacks", []) + kf_log.append(world, kf, entry)
    raw = message | {"msgid": entry["msgid"], "open_kfid": kf.open_kfid, "servicer_userid": userid}
    world.receive(found.customer, "kf", kf.open_kfid, "text", words(message), raw)
    return {"msgid": entry["msgid"], "state": found.state, "callbacks": callbacks}


def end(world: World, userid: str, kf: KfAccount, found: KfSession, text: str) -> Json:
    """The servicer ends the session (change_type 3, with the closing code)."""
    if found.state == ENDED:
        raise ControlError("the session has already ended", 409)
    old, found.state, found.servicer, found.coded = found.servicer, ENDED, "", False
    return _changed(world, kf, found, 3, old, kf_session.make_code(world, "end", found))


ACTIONS: dict[str, Callable[[World, str, KfAccount, KfSession, str], Json]] = {
    "take": take,
    "say": say,
    "end": end,
}


def act(world: World, userid: str, open_kfid: str, customer: str, action: str, text: str) -> Json:
    """One action of a servicer in the client; a member who does not serve the account may not."""
    kf = kf_log.account(world, open_kfid)
    if customer not in world.store.customers:
        raise ApiError(40096, customer)
    kf_session.check_servicer(kf, userid)
    world.mark()
    found = kf_session.session(world, open_kfid, customer)
    return ACTIONS[action](world, userid, kf, found, text)
