"""The message archive (会话内容存档, page 91774) as the sandbox keeps it: who said what, consent.

Messages with a customer count only after he agreed. The feed is read-only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from sandbox.rules.people import change
from sandbox.rules.welcome import make
from sandbox.world.model import Customer, Json
from sandbox.world.world import World
from sandbox.xmlform import Element

KEEP = 100_000
NOTIFY_MS = 15_000
NOTICE = "archive_notice"


def _feed(world: World) -> list[Json]:
    return world.store.archive


def _append(world: World, row: Json) -> Json:
    feed = _feed(world)
    seq = world.count("archive")
    entry = {"seq": seq, "msgid": f"arch{seq:08d}", "msgtime": world.now()} | row
    feed.append(entry)
    if len(feed) > KEEP:
        del feed[: KEEP // 4]
    world.store.shelf.setdefault(NOTICE, {"at": 0, "owed": False})["owed"] = True
    notify_due(world)
    return entry


def notify_due(world: World) -> None:
    """msgaudit_notify, at most once in 15 seconds, to the apps that receive the archive's news."""
    state = world.store.shelf.get(NOTICE)
    if state is None or not state["owed"] or world.now() - state["at"] < NOTIFY_MS:
        return
    state["at"], state["owed"] = world.now(), False
    for app in world.config.apps:
        if "archive" in app.receives:
            elements: list[Element] = [("MsgType", "event"), ("Event", "msgaudit_notify")]
            world.emit_to([app], "msgaudit_notify", [*elements, ("AgentID", app.agent_id)], "sys")


def record(world: World, sender: str, to: list[str], room: str, raw: Json) -> Json | None:
    """Archive one message; None when a customer among the talkers has not agreed."""
    outside = [each for each in (sender, *([] if room else to)) if each in world.store.customers]
    if any(world.store.customers[each].archive_consent is not True for each in outside):
        return None
    kind = raw["msgtype"]
    body = {"msgtype": kind, kind: _archived(raw.get(kind, {}))}
    head = {"action": "send", "from": sender, "tolist": to, "roomid": room}
    return _append(world, head | body)


def _archived(payload: Json) -> Json:
    """The archive names a file by `sdkfileid`; here that is the media id of the message."""
    if not isinstance(payload, dict) or "media_id" not in payload:
        return payload
    rest = {key: value for key, value in payload.items() if key != "media_id"}
    return rest | {"sdkfileid": payload["media_id"]}


def consent(world: World, person: Customer, agree: bool) -> Json:
    """A customer agrees or refuses; agreeing sends msg_audit_approved for each of his members."""
    person.archive_consent = agree
    kind = "agree" if agree else "disagree"
    body = {"userid": person.id, "agree_time": world.now()}
    _append(
        world,
        {
            "action": "send",
            "from": person.id,
            "tolist": [],
            "roomid": "",
            "msgtype": kind,
            kind: body,
        },
    )
    told: list[str] = []
    for relation in world.relations_of(person.id) if agree else []:
        code = None if relation.chatted else make(world, relation.userid, person.id)
        more = [("WelcomeCode", code)] if code else []
        told += change(world, "msg_audit_approved", relation, *more)
    return {"customer": person.id, "agree": agree, "callbacks": told}


def since(world: World, seq: int, limit: int) -> list[Json]:
    """Messages with a greater seq, oldest first, no older than the server keeps them."""
    oldest = world.now() - world.settings.archive_days * 86_400_000
    feed = _feed(world)
    start = bisect_right(feed, seq, key=lambda each: int(each["seq"]))
    start = max(start, bisect_left(feed, oldest, key=lambda each: int(each["msgtime"])))
    return feed[start : start + limit]


def agreed(world: World, userid: str, customer: str) -> Json:
    """Consent of one customer; the misspelt key is the platform's."""
    person = world.store.customers.get(customer)
    known = person is not None and person.archive_consent is not None
    status = "Agree" if person is not None and person.archive_consent else "Disagree"
    return {
        "userid": userid,
        "exteranalopenid": customer,
        "agree_status": status if known else "Disagree",
        "status_change_time": world.now_s() if known else 0,
    }
