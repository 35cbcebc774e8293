"""Members, whom they are friends with, and chat groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.contacts import is_external
from bot.core.model import Group
from bot.store import chronicle
from bot.store.engine import Row, Tx


def ensure_member(tx: Tx, member: str, now: int, name: str = "") -> None:
    """A record for the person; a known name is kept up to date."""
    if tx.run("member_ensure", id=member, name=name, now=now):
        tx.run("member_number", id=member)
    elif name:
        tx.run("member_name", id=member, name=name)


def ensure_members(tx: Tx, names: Mapping[str, str], now: int) -> set[str]:
    """Records for these, by id with a name if it is known; whoever has one keeps his name. The ids
    that are new."""
    rows = [{"id": id, "name": name, "now": now} for id, name in names.items()]
    made = tx.each("member_ensure", rows)
    new = [id for id, n in zip(names, made, strict=True) if n]
    tx.many("member_number", [{"id": id} for id in new])
    return set(new)


def known(tx: Tx, member: str) -> Row | None:
    """The record of a member, or None."""
    return next(iter(tx.rows("members_get", ids=[member])), None)


def names_of(tx: Tx, members: Sequence[str]) -> dict[str, str]:
    """Names by member, of those who have a record."""
    rows = tx.rows("members_get", ids=list(members)) if members else []
    return {row["id"]: row["name"] for row in rows}


def befriend(
    tx: Tx, member: str, account: str, at: int, state: str = "", *, persona: str = "", now: int = 0
) -> None:
    """The member added the account (``state``: the code of the contact way). ``now``: when we
    learned of it; 0: at once."""
    tx.run("friend_add", member=member, account=account, since=at, state=state)
    chronicle.added(tx, member, account, at, state, now or at, persona=persona)


def unfriend(
    tx: Tx, member: str, account: str, at: int, by: str, *, persona: str = "", now: int = 0
) -> None:
    """One side deleted the other; ``by`` is ``member``, ``staff`` or ``transfer``."""
    tx.run("friend_end", member=member, account=account, at=at, ended_by=by)
    chronicle.parted(tx, member, account, at, by, now or at, persona=persona)


def is_friend(tx: Tx, member: str, account: str) -> bool:
    """True while the account may reach the member."""
    return tx.row("friend_is", member=member, account=account) is not None


def accounts_of(tx: Tx, member: str) -> list[str]:
    """Accounts the member is a friend of, oldest friendship first."""
    return [row["account"] for row in tx.rows("friends_of", member=member)]


def open_windows(tx: Tx, member: str, since: int, quota: int) -> list[Row]:
    """kf conversations through which the member may be written to now, latest first."""
    return tx.rows("conversation_open_windows", member=member, since=since, quota=quota)


def put_group(tx: Tx, group: Group, now: int) -> None:
    """What the platform says about a group."""
    tx.run("chat_put", id=group.chat_id, kind=group.kind, owner=group.owner, name=group.name,
           now=now)  # fmt: skip


def group_gone(tx: Tx, chat_id: str, now: int) -> None:
    """The group was dismissed: nobody sits in it any more."""
    if not tx.run("chat_gone", id=chat_id, now=now):
        return
    row = tx.row("chat_get", id=chat_id) or {"owner": ""}
    seats = [seat["member"] for seat in tx.rows("chat_seats_now", chat=chat_id)]
    chronicle.left(tx, filter(is_external, seats), chat_id, row["owner"], now, now,
                   why=chronicle.DISMISSED)  # fmt: skip


def groups_of(tx: Tx, owners: Sequence[str], kind: str = "customer") -> list[Row]:
    """Living groups of these owners, by owner and id."""
    return tx.rows("chats_of", owners=list(owners), kind=kind)
