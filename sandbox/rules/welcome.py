"""Welcome codes (page 92137): 20 s, once, dead as soon as either side writes.

unused -> used (41051 afterwards) | dead (41051) | over the deadline (41050).
Judged when the request arrives, whatever happens to the answer.
"""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.model import WelcomeCode
from sandbox.world.world import World

REMEMBER_MS = 3_600_000
KEEP_CODES = 20_000


def make(world: World, userid: str, customer: str) -> str | None:
    """A fresh code, or None when the console greets for this member."""
    if world.store.staff[userid].console_welcome:
        return None
    code = world.secret_id("CALLBACKCODE_", 24)
    deadline = world.now() + world.settings.welcome_seconds * 1000
    made = WelcomeCode(code=code, userid=userid, customer=customer, deadline=deadline)
    _forget_old(world)
    world.store.welcome_codes[code] = made
    world.store.shelf.setdefault("welcome_of", {})[f"{userid}|{customer}"] = code
    return code


def _forget_old(world: World) -> None:
    codes = world.store.welcome_codes
    if len(codes) < KEEP_CODES:
        return
    limit = world.now() - REMEMBER_MS
    for old in [each for each in codes.values() if each.deadline < limit]:
        del codes[old.code]
        world.store.shelf.get("welcome_of", {}).pop(f"{old.userid}|{old.customer}", None)


def _of(world: World, userid: str, customer: str) -> WelcomeCode | None:
    code = world.store.shelf.get("welcome_of", {}).get(f"{userid}|{customer}", "")
    return world.store.welcome_codes.get(code)


def kill(world: World, userid: str, customer: str) -> None:
    """A message was written: the pair's code is worth nothing from now on."""
    found = _of(world, userid, customer)
    if found is not None:
        found.dead = True


def was_sent(world: World, userid: str, customer: str) -> bool:
    """The pair's last code was used."""
    found = _of(world, userid, customer)
    return found is not None and found.used


def claim(world: World, code: str) -> WelcomeCode:
    """Use a code: the caller delivers and later clears `sending`. ApiError 41050, 41051, 41096."""
    found = world.store.welcome_codes.get(code)
    if found is None:
        raise ApiError(41050)
    if found.sending:
        raise ApiError(41096)
    if found.used or found.dead:
        raise ApiError(41051)
    if world.now() > found.deadline:
        raise ApiError(41050, "older than 20 seconds")
    found.used = found.sending = True
    world.mark()
    return found
