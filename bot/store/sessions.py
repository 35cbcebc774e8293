"""Who is signed in to the console, how anybody gets in, and how often one may try.

A session is known by the SHA-256 of its cookie. It ends when nobody used it for ``idle`` ms, at
``ends_at`` at the latest, and at once when its account is disabled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.core.clock import MINUTE
from bot.core.pace import Rate
from bot.store import audit, pace, staff
from bot.store.engine import Row, Tx
from bot.store.staff import Account, StaffRefused

TOUCH = 1 * MINUTE
AGENT_MAX = 200
# Tries, right or wrong. A whole office may share one address.
PER_LOGIN, PER_ADDRESS = Rate(10, 15 * MINUTE), Rate(60, 15 * MINUTE)


@dataclass(frozen=True, slots=True)
class Span:
    """How long a session lasts, in ms: unused, and at most."""

    idle: int
    most: int


@dataclass(frozen=True, slots=True)
class Door:
    """From where somebody came in, and how: ``way`` is password or wecom."""

    way: str
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, as of now."""

    id: int
    who: Account
    seen_at: int
    way: str = "password"

    @property
    def must_change(self) -> bool:
        """True when he came in with a password that somebody else made. Whom the platform vouches
        for never typed it, and has none of his own to give up."""
        return self.who.must_change and self.way == "password"


def digest(token: str) -> str:
    """What is kept of a token or a code."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(tx: Tx, who: Account, token: str, door: Door, span: Span, now: int) -> None:
    """Signs him in; sessions that are over go."""
    tx.run("session_sweep", now=now, seen_after=now - span.idle)
    tx.run("session_add", digest=digest(token), staff=who.id, way=door.way, address=door.address,
           agent=door.agent[:AGENT_MAX], now=now, ends_at=now + span.most)  # fmt: skip
    _trail(tx, who.login, "sign_in", now, after=door.way, reason=door.address)


def find(tx: Tx, token: str, idle: int, now: int) -> Session | None:
    """Whose session it is, if it is not over."""
    row = tx.row("session_find", digest=digest(token), now=now, seen_after=now - idle)
    if row is None:
        return None
    return Session(row["session"], staff.account(row), row["session_seen"], row["session_way"])


def touch(tx: Tx, session: Session, now: int) -> None:
    """It was used just now."""
    tx.run("session_touch", id=session.id, now=now)


def of(tx: Tx, who: int, idle: int, now: int) -> list[Row]:
    """His sessions that are not over, the one used last first."""
    return tx.rows("session_of", staff=who, now=now, seen_after=now - idle)


def end(tx: Tx, who: Account, session: int, now: int) -> bool:
    """Ends one of his sessions; False when it is none of his (any more)."""
    if not tx.run("session_end", id=session, staff=who.id):
        return False
    _trail(tx, who.login, "sign_out", now)
    return True


def end_all(tx: Tx, who: Account, now: int, but: int = 0) -> int:
    """Ends his sessions everywhere, but one; how many."""
    ended = tx.run("session_end_all", staff=who.id, but=but)
    _trail(tx, who.login, "sign_out_all", now)
    return ended


def try_in(tx: Tx, login: str, address: str, now: int) -> int:
    """Counts one try before anything is looked up: 0, or the ms to wait. What was typed as a login
    may be a password, so only its digest is kept."""
    wait = pace.take(tx, f"sign-in/address:{address}", PER_ADDRESS, now)
    return wait or pace.take(tx, _tries(login), PER_LOGIN, now)


def forgive(tx: Tx, login: str) -> None:
    """He was right in the end: his account's tries count no more."""
    tx.run("pace_clear", key=_tries(login))


def _tries(login: str) -> str:
    return f"sign-in/login:{digest(staff.normal(login))}"


def open_setup(tx: Tx, code: str, now: int) -> bool:
    """A code with which the first owner can be made; False when there is an account already."""
    return bool(tx.run("setup_add", digest=digest(code), now=now))


def set_up(tx: Tx, code: str, login: str, password: str, now: int) -> Account:
    """Makes the first owner. Raises StaffRefused: a wrong code, a bad login, or too late."""
    known = {row["digest"] for row in tx.rows("setup_hold")}
    if staff.anybody(tx):
        raise StaffRefused("settled")
    if digest(code) not in known:
        raise StaffRefused("code")
    name = staff.normal(login)
    number = staff.add(tx, name, staff.OWNER, password, now, actor=name, made=False)
    return staff.get(tx, number)


def _trail(
    tx: Tx, login: str, event: str, now: int, *, after: str = "", reason: str = ""
) -> None:  # fmt: skip
    row = audit.note("staff", login, event, at=now, actor=login, reason=reason)
    audit.record(tx, [row | {"after": after}])
