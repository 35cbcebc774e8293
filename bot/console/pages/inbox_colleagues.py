"""To whom a conversation can be handed over: who is on duty there, and who is in the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.console.rights import Right, may
from bot.console.visit import Visit
from bot.core.clock import MINUTE
from bot.store import shifts, staff
from bot.store.engine import Row, Tx

# An open page looks once a minute, and a look is written down once a minute.
HERE = 3 * MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleague:
    """One who may reply. ``here``: a page of his was open a moment ago."""

    login: str
    on_duty: bool = False
    here: bool = False


def colleagues(tx: Tx, login: str) -> list[str]:
    """Who else may reply."""
    return [one.login for one in _others(tx, login)]


def _others(tx: Tx, login: str) -> Sequence[staff.Account]:
    return [one for one in staff.everybody(tx)
            if one.disabled_at is None and one.login != login
            and may(one.role, Right.INBOX_REPLY)]  # fmt: skip


def leads(tx: Tx) -> list[str]:
    """Who may let words pass, and looks at what the colleagues shall not settle alone."""
    return [one.login for one in staff.everybody(tx)
            if one.disabled_at is None and may(one.role, Right.INBOX_ASSIGN)]  # fmt: skip


def around(visit: Visit, tx: Tx, talk: Row, persona: str) -> list[Colleague]:
    """The same with where they are: first who is on duty for this account and in the console."""
    duty = shifts.on_duty(tx, visit.now, visit.console.config.timezone, persona,
                          f"{talk['channel']}:{talk['account']}")  # fmt: skip
    found = [Colleague(login=one.login, on_duty=one.login in duty,
                       here=one.seen_at is not None and visit.now - one.seen_at < HERE)
             for one in _others(tx, visit.who.login)]  # fmt: skip
    return sorted(found, key=lambda one: (not one.on_duty, not one.here, one.login))
