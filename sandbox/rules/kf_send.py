"""`kf/send_msg` (page 94677) and `kf/send_msg_on_event` (page 95122).

After each customer message at most 5 messages within 48 hours, in the states 0 and 1 only. errcode
0 is not delivery: a customer who refuses messages shows up as a `msg_send_fail` event.
"""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.rules import kf_log, kf_session
from sandbox.rules.payload import words
from sandbox.world.model import Json, KfAccount, KfCode, KfSession
from sandbox.world.world import World

KEEP_MSGIDS = 200_000
CUSTOMER_REFUSES = 10


def use_msgid(world: World, kf: KfAccount, msgid: str) -> tuple[str, bool]:
    """The message id and whether it was used before; 40058 for a repeat unless allowed."""
    if not msgid:
        return world.secret_id("kfm", 24), False
    if msgid not in kf.msgids:
        return msgid, False
    if world.settings.kf_duplicate_msgid != "ok":
        raise ApiError(40058, f"msgid {msgid} was used before")
    return msgid, True


def _remember(world: World, kf: KfAccount, msgid: str) -> None:
    kf.msgids[msgid] = world.now()
    if len(kf.msgids) > KEEP_MSGIDS:
        for old in list(kf.msgids)[: KEEP_MSGIDS // 4]:
            del kf.msgids[old]


def check_sendable(world: World, found: KfSession) -> None:
    """95018, 95013, 95002, 95001 in this order."""
    if found.last_message is None:
        raise ApiError(95018, "the customer has not written yet")
    if found.state in (kf_session.POOL, kf_session.HUMAN):
        raise ApiError(95018, f"state {found.state}")
    if found.state == kf_session.ENDED:
        raise ApiError(95013)
    if not kf_session.window_open(world, found):
        raise ApiError(95002)
    if found.sent >= world.settings.kf_messages_per_turn:
        raise ApiError(95001)


def send(world: World, open_kfid: str, customer: str, msgid: str, message: Json) -> str:
    """One message of the bot; returns its id. Sent again under the same id it is not delivered."""
    kf = kf_log.account(world, open_kfid)
    if customer not in world.store.customers:
        raise ApiError(40096, customer)
    found = kf_session.session(world, open_kfid, customer)
    msgid, repeated = use_msgid(world, kf, msgid)
    if repeated:
        return msgid
    check_sendable(world, found)
    found.sent += 1
    _remember(world, kf, msgid)
    _deliver(world, kf, found, msgid, message)
    return msgid


def _deliver(world: World, kf: KfAccount, found: KfSession, msgid: str, message: Json) -> None:
    if found.refuses:
        fail(world, kf, found.customer, msgid, CUSTOMER_REFUSES)
        return
    kind = message["msgtype"]
    raw = message | {"msgid": msgid, "open_kfid": kf.open_kfid}
    world.receive(found.customer, "kf", kf.open_kfid, kind, words(message), raw)


def fail(world: World, kf: KfAccount, customer: str, msgid: str, fail_type: int) -> list[str]:
    """Log a msg_send_fail event."""
    event = {
        "event_type": "msg_send_fail",
        "open_kfid": kf.open_kfid,
        "external_userid": customer,
        "fail_msgid": msgid,
        "fail_type": fail_type,
    }
    return log_event(world, kf, event)


def log_event(world: World, kf: KfAccount, event: Json) -> list[str]:
    """Append a system event (origin 4; the ids are inside `event`)."""
    entry = {
        "msgid": world.secret_id("kfe", 24),
        "send_time": world.now_s(),
        "origin": 4,
        "msgtype": "event",
        "event": event,
    }
    return kf_log.append(world, kf, entry)


def _claim(world: World, code: str) -> KfCode:
    found = world.store.kf_codes.get(code)
    if found is None:
        raise ApiError(41050, "unknown code")
    if found.used:
        raise ApiError(41051, "code already used")
    if world.now() > found.deadline:
        raise ApiError(41050, "code expired")
    return found


def send_on_event(world: World, code: str, msgid: str, message: Json) -> str:
    """The one message that a code allows; it does not count against the five."""
    claimed = _claim(world, code)
    kf = kf_log.account(world, claimed.open_kfid)
    found = kf_session.session(world, claimed.open_kfid, claimed.customer)
    if message["msgtype"] not in kf_session.CODES[claimed.kind][1]:
        raise ApiError(40008, f"{claimed.kind} allows {kf_session.CODES[claimed.kind][1]}")
    if claimed.state is not None and found.state != claimed.state:
        raise ApiError(95018, "the session has moved on")
    msgid, repeated = use_msgid(world, kf, msgid)
    if repeated:
        return msgid
    claimed.used = True
    if claimed.kind == "welcome":
        found.last_welcome = world.now()
    _remember(world, kf, msgid)
    _deliver(world, kf, found, msgid, message)
    return msgid
