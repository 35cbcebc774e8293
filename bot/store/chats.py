"""Who sits in which customer group. What changes becomes an event of its own, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.clock import MINUTE
from bot.core.contacts import Chat, Seat, is_external
from bot.core.model import Group, Inbound
from bot.store import absent, chronicle, happened, inbox, people
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle

# The platform's listing of a group lags behind its events (page 92122).
LAG = 10 * MINUTE
_AT_ONCE = Settle(0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """One member's place in a group. ``joined_at`` 0: not known; ``left_at`` None: he is there.

    ``told_join`` and ``told_leave``: when a listing told it ahead of the callback, 0 if none did.
    """

    joined_at: int = 0
    left_at: int | None = None
    told_join: int = 0
    told_leave: int = 0


def join(place: Sitting, at: int) -> Sitting:
    """Somebody joined at ``at``. Events come in any order; the latest one counts."""
    if place.left_at is not None and at < place.left_at:
        return replace(place, joined_at=max(place.joined_at, at))
    return replace(place, joined_at=max(place.joined_at, at), left_at=None)


def leave(place: Sitting, at: int) -> Sitting:
    """Somebody left at ``at``."""
    if at < place.joined_at:
        return place
    return replace(place, left_at=max(place.left_at or 0, at))


def joined(tx: Tx, chat: str, seat: Seat, now: int) -> bool:
    """A callback says that somebody joined; True when no listing had told it before.

    Every callback counts once, in whatever order, so that comings less goings are who is there.
    """
    row = tx.row("chat_seat", chat=chat, member=seat.member)
    place = _place(row)
    known = seat.joined_at <= place.told_join
    if not known:
        _enter(tx, chat, seat, seat.joined_at, now)
    place = join(place, seat.joined_at)
    _put(tx, chat, seat, row, replace(place, told_join=0) if known else place)
    return not known and _tell(tx, chat, seat.member, "joined", seat.joined_at, _about(seat), now)


def left(tx: Tx, chat: str, member: str, at: int, now: int, data: Mapping[str, Any]) -> bool:
    """A callback says that somebody left; True when no listing had told it before."""
    row = tx.row("chat_seat", chat=chat, member=member)
    place = leave(_place(row), at)
    known = at <= place.told_leave
    if not known:
        _exit(tx, chat, member, at, now)
    seat = Seat(member=member, joined_at=0, staff=not is_external(member))
    _put(tx, chat, seat, row, replace(place, told_leave=0) if known else place)
    return not known and _tell(tx, chat, member, "left", at, data, now)


def put_chat(tx: Tx, chat: Chat, now: int) -> int:
    """Brings a group in step with the platform's listing; how many changes were news.

    The first sight of a group is no news. A listing may be a while behind: somebody missing who
    has joined just now is let be, and so is somebody listed who has left since he joined.
    """
    known = tx.row("chat_get", id=chat.id)
    first = known is None or not (known["version"] or known["made_at"])
    people.put_group(tx, Group(chat_id=chat.id, owner=chat.owner, name=chat.name), now)
    tx.run("chat_facts", id=chat.id, notice=chat.notice, version=chat.version,
           made_at=chat.made_at)  # fmt: skip
    rows = {row["member"]: row for row in tx.rows("chat_seats", chat=chat.id)}
    news = sum(_listed(tx, chat.id, seat, rows.get(seat.member), now, first)
               for seat in _present(tx, chat.seats, rows))  # fmt: skip
    there = {seat.member for seat in chat.seats}
    gone = [row for row in rows.values() if row["member"] not in there
            and row["left_at"] is None and row["joined_at"] < now - LAG]  # fmt: skip
    return news + sum(_missing(tx, chat.id, row, now) for row in gone)


def _present(tx: Tx, seats: Sequence[Seat], rows: Mapping[str, Row]) -> list[Seat]:
    """Without those who were erased: a listing alone brings nobody back, nor as who invited."""
    gone = absent.among(tx, [seat.member for seat in seats if not seat.staff]) - rows.keys()
    hosts = absent.among(tx, sorted({seat.invitor for seat in seats if seat.invitor}))
    return [replace(seat, invitor="") if seat.invitor in hosts else seat
            for seat in seats if seat.member not in gone]  # fmt: skip


def set_owner(tx: Tx, chat: str, owner: str) -> None:
    """The group was given to somebody else."""
    tx.run("chat_owner", id=chat, owner=owner)


def _listed(tx: Tx, chat: str, seat: Seat, row: Row | None, now: int, first: bool) -> bool:
    before = _place(row)
    place = join(before, seat.joined_at)
    came = row is None or (before.left_at is not None and place.left_at is None)
    if came and not first:
        place = replace(place, told_join=now)
    _put(tx, chat, seat, row, place)
    if came:
        _enter(tx, chat, seat, seat.joined_at or now, now)
    elif row is not None and _tells_more(seat, row):
        _enter(tx, chat, seat, row["joined_at"], now, late=True)
    if not came or first:
        return False
    return _tell(tx, chat, seat.member, "joined", seat.joined_at, _about(seat), now)


def _missing(tx: Tx, chat: str, row: Row, now: int) -> bool:
    seat = Seat(member=row["member"], joined_at=0)
    _put(tx, chat, seat, row, replace(leave(_place(row), now), told_leave=now))
    _exit(tx, chat, row["member"], now, now)
    return _tell(tx, chat, row["member"], "left", now, {}, now)


def _tells_more(seat: Seat, row: Row) -> bool:
    """Callbacks do not say by which way he joined, nor who invited him."""
    return bool((seat.state and not row["join_state"]) or (seat.invitor and not row["invitor"]))


def _enter(tx: Tx, chat: str, seat: Seat, at: int, now: int, *, late: bool = False) -> None:
    if is_external(seat.member):
        chronicle.joined(tx, seat.member, chat, _owner(tx, chat), at, now, code=seat.state,
                         invitor=seat.invitor, late=late)  # fmt: skip


def _exit(tx: Tx, chat: str, member: str, at: int, now: int) -> None:
    if is_external(member):
        chronicle.left(tx, [member], chat, _owner(tx, chat), at, now)


def _owner(tx: Tx, chat: str) -> str:
    row = tx.row("chat_get", id=chat)
    return str(row["owner"]) if row is not None else ""


def _place(row: Row | None) -> Sitting:
    if row is None:
        return Sitting()
    return Sitting(**{name: row[name] for name in Sitting.__slots__})


def _put(tx: Tx, chat: str, seat: Seat, row: Row | None, place: Sitting) -> None:
    """What the platform does not tell this time is kept from last time. A listing shows everybody
    for the sake of one who came: what is as it was is not written again."""
    old = row or {"staff": 0, "name": "", "join_scene": 0, "join_state": "", "invitor": ""}
    told = {
        "staff": int(seat.staff or old["staff"]), "name": seat.name or old["name"],
        "join_scene": seat.scene or old["join_scene"],
        "join_state": seat.state or old["join_state"], "invitor": seat.invitor or old["invitor"],
        "joined_at": place.joined_at, "left_at": place.left_at, "told_join": place.told_join,
        "told_leave": place.told_leave,
    }  # fmt: skip
    if row is None or any(row[name] != value for name, value in told.items()):
        tx.run("chat_seat_put", chat=chat, member=seat.member, **told)


def _about(seat: Seat) -> dict[str, Any]:
    return {"JoinScene": seat.scene, "State": seat.state, "Invitor": seat.invitor}


def _tell(
    tx: Tx, chat: str, member: str, news: str, at: int, data: Mapping[str, Any], now: int
) -> bool:
    """An event between the customer and the group's owner, whose persona it concerns."""
    if not is_external(member):
        return False
    row = tx.row("chat_get", id=chat) or {"owner": "", "name": ""}
    if news == "joined":
        happened.tell(tx, "group_joined", f"{chat}/{member}/{at}", member, now,
                      account=row["owner"], which=row["name"])  # fmt: skip
    return inbox.accept(tx, Inbound(
        channel="contact", account=row["owner"], peer=member, kind="event",
        event=f"group.{news}", dedupe=f"group:{chat}:{member}:{news}:{at}",
        data={"ChatId": chat, **data}, sent_at=at, received_at=now,
    ), _AT_ONCE)  # fmt: skip
