"""Accounts of the console. A password comes here as its hash only; nobody is ever deleted, for the
audit names him."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.core.errors import OneVoiceError
from bot.store import audit
from bot.store.engine import Row, Tx

OWNER = "owner"
_LOGIN = re.compile(r"[\w.@-]{2,64}")
REFUSALS = {
    "login": "a login has 2 to 64 letters, digits or . @ _ -",
    "reserved": "this name belongs to a part of the product; choose another",
    "taken": "somebody has this login already; choose another, or reset it",
    "userid": "this WeCom userid belongs to another account",
    "last_owner": "this is the last owner; make somebody else owner first",
    "unknown": "there is no such account",
    "settled": "there is an owner already; sign in",
    "code": "the set-up code is wrong; the newest one is what 'onevoice run' printed last",
}


class StaffRefused(OneVoiceError):
    """An account cannot be changed like this; ``code`` says why, nothing was changed."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(REFUSALS[code])


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may sign in."""

    id: int
    login: str
    role: str
    userid: str | None
    lang: str
    must_change: bool
    created_at: int
    disabled_at: int | None
    seen_at: int | None = None


def account(row: Row) -> Account:
    """An account from its row; the password stays behind."""
    return Account(
        id=row["id"], login=row["login"], role=row["role"], userid=row["userid"], lang=row["lang"],
        must_change=bool(row["must_change"]), created_at=row["created_at"],
        disabled_at=row["disabled_at"], seen_at=row.get("seen_at"),
    )  # fmt: skip


def normal(login: str) -> str:
    """A login as it is kept: two that look alike are one."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def anybody(tx: Tx) -> bool:
    """True once there is an account."""
    return tx.row("staff_any") is not None


def everybody(tx: Tx) -> list[Account]:
    """All accounts with when each was last seen; the disabled ones last."""
    return [account(row) for row in tx.rows("staff_everybody")]


def get(tx: Tx, number: int) -> Account:
    """One account. Raises StaffRefused."""
    return account(_known(tx.row("staff_of_id", id=number)))


def by_login(tx: Tx, login: str) -> tuple[Account, str] | None:
    """An account and the hash of its password, which is empty where there is none."""
    row = tx.row("staff_of_login", login=normal(login))
    return None if row is None else (account(row), row["password"])


def by_userid(tx: Tx, userid: str) -> Account | None:
    """Whose WeCom account this is."""
    row = tx.row("staff_of_userid", userid=userid)
    return None if row is None else account(row)


def add(
    tx: Tx, login: str, role: str, password: str, now: int, *, actor: str, made: bool,
    userid: str = "",
) -> int:  # fmt: skip
    """A new account; its id. ``made``: the password is not his own choice. Raises StaffRefused."""
    name = normal(login)
    if not _LOGIN.fullmatch(name):
        raise StaffRefused("login")
    if name in audit.PARTS:
        raise StaffRefused("reserved")
    if tx.row("staff_of_login", login=name) is not None:
        raise StaffRefused("taken")
    _free_userid(tx, userid)
    (row,) = tx.rows("staff_add", login=name, role=role, password=password, now=now,
                     must_change=int(made), userid=userid or None)  # fmt: skip
    tx.run("setup_forget")
    _trail(tx, name, "added", now, actor, after=role)
    return int(row["id"])


def change_role(tx: Tx, number: int, role: str, now: int, *, actor: str) -> None:
    """Another role, from his next click on. Raises StaffRefused."""
    row = _held(tx, number, leaves_owner=role != OWNER)
    if row["role"] != role:
        _write(tx, row, role=role)
        _trail(tx, row["login"], "role", now, actor, before=row["role"], after=role)


def set_password(tx: Tx, number: int, password: str, now: int, *, actor: str, made: bool,
                 keep: int = 0) -> None:  # fmt: skip
    """A new password (its hash); every session but ``keep`` ends. ``made`` by somebody else: he
    chooses his own next. Raises StaffRefused."""
    row = _held(tx, number)
    _write(tx, row, password=password, must_change=int(made))
    tx.run("session_end_all", staff=number, but=keep)
    _trail(tx, row["login"], "reset" if made else "password", now, actor)


def rehash(tx: Tx, number: int, before: str, password: str) -> None:
    """The same password under stronger parameters: no change that anybody made."""
    row = _held(tx, number)
    if row["password"] == before:
        _write(tx, row, password=password)


def disable(tx: Tx, number: int, now: int, *, actor: str) -> None:
    """He is out at once, everywhere. Raises StaffRefused."""
    row = _held(tx, number, leaves_owner=True)
    if row["disabled_at"] is None:
        _write(tx, row, disabled_at=now)
        tx.run("session_end_all", staff=number, but=0)
        _trail(tx, row["login"], "disabled", now, actor)


def enable(tx: Tx, number: int, now: int, *, actor: str) -> None:
    """He may sign in again. Raises StaffRefused."""
    row = _held(tx, number)
    if row["disabled_at"] is not None:
        _write(tx, row, disabled_at=None)
        _trail(tx, row["login"], "enabled", now, actor)


def set_userid(tx: Tx, number: int, userid: str, now: int, *, actor: str) -> None:
    """Who he is in WeCom; empty: nobody. Raises StaffRefused."""
    row = _held(tx, number)
    if (row["userid"] or "") != userid:
        _free_userid(tx, userid)
        _write(tx, row, userid=userid or None)
        _trail(tx, row["login"], "wecom", now, actor, before=row["userid"] or "", after=userid)


def set_lang(tx: Tx, number: int, lang: str) -> None:
    """The language in which he reads the console: his own taste, no matter of the audit."""
    _write(tx, _held(tx, number), lang=lang)


def _known(row: Row | None) -> Row:
    if row is None:
        raise StaffRefused("unknown")
    return row


def _held(tx: Tx, number: int, leaves_owner: bool = False) -> Row:
    owners = [r["id"] for r in tx.rows("staff_owners_hold")] if leaves_owner else []
    row = _known(tx.row("staff_hold", id=number))
    if owners == [number]:
        raise StaffRefused("last_owner")
    return row


def _free_userid(tx: Tx, userid: str) -> None:
    if userid and tx.row("staff_of_userid", userid=userid) is not None:
        raise StaffRefused("userid")


_OWN = ("role", "password", "must_change", "userid", "lang", "disabled_at")


def _write(tx: Tx, row: Row, **changes: Any) -> None:
    tx.run("staff_write", id=row["id"], **({name: row[name] for name in _OWN} | changes))


def _trail(
    tx: Tx, login: str, event: str, now: int, actor: str, *, before: str = "", after: str = ""
) -> None:  # fmt: skip
    audit.record(tx, [audit.note("staff", login, event, at=now, actor=actor, before=before,
                                 after=after)])  # fmt: skip
