"""Session states of customer service (page 94669) and the codes of event replies (page 95122).

0 not handled, 1 assistant, 2 waiting pool, 3 human, 4 ended or not started. A session lasts 48 h
from the customer's last message.
"""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.rules.kf_log import HOUR_MS, account
from sandbox.world.model import KfAccount, KfCode, KfSession
from sandbox.world.world import World

NEW, ASSISTANT, POOL, HUMAN, ENDED = 0, 1, 2, 3, 4

LEGAL: dict[int, tuple[int, ...]] = {
    NEW: (ASSISTANT, POOL, HUMAN, ENDED),
    ASSISTANT: (POOL, HUMAN, ENDED),
    POOL: (HUMAN, ENDED),
    HUMAN: (HUMAN, ENDED),
    ENDED: (),
}

# kind -> seconds of life and message types; queue and taken also allow text only
CODES: dict[str, tuple[int, tuple[str, ...]]] = {
    "welcome": (20, ("text", "msgmenu")),
    "queue": (48 * 3600, ("text",)),
    "taken": (48 * 3600, ("text",)),
    "end": (20, ("text", "msgmenu")),
}


def session(world: World, open_kfid: str, customer: str) -> KfSession:
    """The pair's session, made on first use."""
    key = f"{open_kfid}|{customer}"
    found = world.store.kf_sessions.get(key)
    if found is None:
        found = world.store.kf_sessions[key] = KfSession(open_kfid=open_kfid, customer=customer)
    return found


def window_open(world: World, found: KfSession) -> bool:
    """The customer wrote within the last 48 hours."""
    if found.last_message is None:
        return False
    return world.now() - found.last_message <= world.settings.kf_window_hours * HOUR_MS


def state(world: World, found: KfSession) -> int:
    """The state as the API tells it: after 48 silent hours a session has ended."""
    return found.state if window_open(world, found) or found.state == HUMAN else ENDED


def make_code(world: World, kind: str, found: KfSession) -> str:
    """A code for `send_msg_on_event`; all but the welcome are bound to the present state."""
    code = world.secret_id("KFC", 40)
    deadline = world.now() + CODES[kind][0] * 1000
    made = KfCode(
        code=code,
        kind=kind,
        open_kfid=found.open_kfid,
        customer=found.customer,
        deadline=deadline,
        state=None if kind == "welcome" else found.state,
    )
    world.store.kf_codes[code] = made
    if len(world.store.kf_codes) > 50_000:
        for old in list(world.store.kf_codes)[:10_000]:
            del world.store.kf_codes[old]
    return code


def check_servicer(kf: KfAccount, userid: str) -> None:
    """95014 when the member does not serve this account, 95019 when he has stopped."""
    status = kf.servicers.get(userid)
    if status is None:
        raise ApiError(95014, userid)
    if status != 0:
        raise ApiError(95019, userid)


def trans(world: World, open_kfid: str, customer: str, target: int, servicer: str) -> str | None:
    """Move a session by API; the reply code when this change gives one. No callback comes of it."""
    kf = account(world, open_kfid)
    found = session(world, open_kfid, customer)
    now_in = state(world, found)
    ending = target == ENDED and now_in in (NEW, ASSISTANT, POOL)
    if target not in LEGAL[now_in] or (ending and not world.settings.kf_end_from_any_state):
        raise ApiError(95016, f"{now_in} -> {target}")
    if target == HUMAN:
        check_servicer(kf, servicer)
    found.state = target
    found.servicer = servicer if target == HUMAN else ""
    world.mark()
    return _trans_code(world, found, target)


def _trans_code(world: World, found: KfSession, target: int) -> str | None:
    if target == ENDED:
        found.coded = False
        return make_code(world, "end", found)
    if target in (POOL, HUMAN) and not found.coded:
        found.coded = True
        return make_code(world, "queue" if target == POOL else "taken", found)
    return None
