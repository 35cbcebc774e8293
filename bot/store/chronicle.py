"""What comes into the event log from the platform's own records: friendships, seats in groups,
tags, wishes.

A callback and a listing tell the same thing twice; the platform's whole seconds name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.contacts import is_external
from bot.core.event import MEMBER_CHANNELS, Event, Happened
from bot.core.model import Inbound, Outbound
from bot.store import events, touched
from bot.store.engine import Tx
from bot.store.history import IN, OUT

Mark = tuple[str, str, str]  # member, account, tag
SECOND = 1_000
# How a friendship may end beside "member" and "staff".
SYNC, TRANSFER = "sync", "transfer"
REACTIONS = {"moment.liked": Happened.LIKED, "moment.commented": Happened.COMMENTED}
DISMISSED = "dismissed"
PROMO = "promo"


def added(
    tx: Tx, member: str, account: str, at: int, code: str, now: int, *, persona: str = "",
    channel: str = "contact", late: bool = False,
) -> None:  # fmt: skip
    """He became a friend (or follower) of an account at ``at``; ``now``: when we learned of it.
    ``late``: by what code, which only the listing says; that he came was told."""
    _record(tx, now, Event(
        kind=Happened.ADDED, at=at, dedupe=_once("add", member, account, at, late),
        member=member, channel=channel, account=account, persona=persona, which=code,
    ))  # fmt: skip


def parted(
    tx: Tx, member: str, account: str, at: int, by: str, now: int, *, persona: str = "",
    channel: str = "contact",
) -> None:  # fmt: skip
    """He is none any more. ``by``: member, staff, transfer, or sync (the platform does not list
    him)."""
    _record(tx, now, Event(
        kind=Happened.PARTED, at=at, dedupe=_once("part", member, account, at),
        member=member, channel=channel, account=account, persona=persona, which=by,
    ))  # fmt: skip


def handed(tx: Tx, member: str, giver: str, taker: str, at: int, now: int) -> None:
    """His friendship went over from one account to another."""
    _record(tx, now, Event(
        kind=Happened.HANDED, at=at, dedupe=_once("hand", member, taker, at),
        member=member, channel="contact", account=taker, other=giver,
    ))  # fmt: skip


def joined(
    tx: Tx, member: str, chat: str, owner: str, at: int, now: int, *, code: str = "",
    invitor: str = "", late: bool = False,
) -> None:  # fmt: skip
    """He sits in a group from then on. ``invitor``: a member or a colleague. ``late``: as above."""
    _record(tx, now, Event(
        kind=Happened.JOINED, at=at, dedupe=_once("join", chat, member, at, late), member=member,
        channel="group", account=owner, place=chat, which=code, other=invitor,
    ))  # fmt: skip


def left(
    tx: Tx, members: Iterable[str], chat: str, owner: str, at: int, now: int, *, why: str = ""
) -> None:
    """They sit there no more."""
    _record(tx, now, *(Event(
        kind=Happened.LEFT, at=at, dedupe=_once("left", chat, member, at), member=member,
        channel="group", account=owner, place=chat, which=why,
    ) for member in members))  # fmt: skip


def withdrew(tx: Tx, member: str, circle: str, why: str, now: int) -> None:
    """He is in the circle no more."""
    _record(tx, now, Event(
        kind=Happened.WITHDREW, at=now, dedupe=f"withdrew/{circle}/{member}/{now}", member=member,
        place=circle, which=why,
    ))  # fmt: skip


def unroled(tx: Tx, member: str, role: str, circle: str, now: int) -> None:
    """He holds the role no more."""
    _record(tx, now, Event(
        kind=Happened.UNROLE, at=now, dedupe=f"unrole/{circle}/{role}/{member}/{now}",
        member=member, place=circle, which=role,
    ))  # fmt: skip


def tagged(tx: Tx, marks: Sequence[Mark], now: int) -> None:
    """Friendships wear these corporate tags from now on."""
    _record(tx, now, *(_mark(Happened.TAGGED, mark, now) for mark in marks))


def untagged(tx: Tx, marks: Sequence[Mark], now: int) -> None:
    """They do not any more."""
    _record(tx, now, *(_mark(Happened.UNTAGGED, mark, now) for mark in marks))


def _mark(kind: Happened, mark: Mark, now: int) -> Event:
    member, account, tag = mark
    return Event(kind=kind, at=now, dedupe=f"{kind}/{member}/{account}/{tag}/{now}",
                 member=member, channel="contact", account=account, which=tag)  # fmt: skip


def wished(
    tx: Tx, member: str, welcome: bool, less: bool, now: int, by: str = ""
) -> None:  # fmt: skip
    """What he wants of promotion from now on: none, less (``data["less"]``), or as usual. ``by``:
    the colleague who noted it, if it was one."""
    kind = Happened.CONSENTED if welcome else Happened.REFUSED
    _record(tx, now, Event(
        kind=kind, at=now, dedupe=f"{kind}/{member}/{PROMO}/{now}", member=member, which=PROMO,
        data=({"less": True} if less else {}) | ({"from": f"staff:{by}"} if by else {}),
    ))  # fmt: skip


def reacted(tx: Tx, event: Inbound, now: int, persona: str = "") -> None:
    """He liked a moment, or commented on it."""
    if is_external(event.peer):
        _record(tx, now, Event(
            kind=REACTIONS[event.event], at=event.sent_at, dedupe=event.dedupe, member=event.peer,
            channel="moment", account=event.account, persona=persona,
            place=str(event.data.get("moment_id", "")),
        ))  # fmt: skip


def said(
    tx: Tx, ids: Sequence[int], member: str, now: int, *, persona: str = "", version: int = 0
) -> None:  # fmt: skip
    """A member wrote these rows of the inbox; those that are no words are passed over."""
    events.copy(tx, "event_said", Happened.INBOUND, now, ids=list(ids), member=member,
                persona=persona, version=version)  # fmt: skip


def overheard(tx: Tx, rows: Sequence[tuple[int, Inbound]], now: int) -> None:
    """Rows of the inbox that the archive told: what members said in groups, or to a colleague."""
    told = [(id, message, str(message.data.get("from", ""))) for id, message in rows]
    _record(tx, now, *(Event(
        kind=Happened.INBOUND, at=message.sent_at, dedupe=f"{IN}{id}", member=who,
        channel=message.channel, account=message.account, which=message.kind,
        place=message.peer if message.peer != who else "",
    ) for id, message, who in told if is_external(who)))  # fmt: skip


def reached(tx: Tx, outboxes: Sequence[int], now: int) -> None:
    """Whoever of their receivers has the status "sent" has got it."""
    if outboxes:
        events.copy(tx, "event_reached", Happened.OUTBOUND, now, outboxes=list(outboxes))


def spoken(tx: Tx, reply: int, out: Outbound, at: int) -> None:
    """A colleague told a member something by himself; we noted it as this row of the reply log."""
    if out.member and out.channel in MEMBER_CHANNELS:
        _record(tx, at, Event(
            kind=Happened.OUTBOUND, at=at, dedupe=f"{OUT}{reply}", member=out.member,
            channel=out.channel, account=out.account, persona=out.persona,
            version=out.persona_version, place=out.content, which=out.kind,
        ))  # fmt: skip


def _once(what: str, first: str, second: str, at: int, late: bool = False) -> str:
    return f"{what}/{first}/{second}/{at // SECOND}{'/source' if late else ''}"


def _record(tx: Tx, now: int, *told: Event) -> None:
    """What was told before, and may yet have changed something (the code of a friendship), is no
    new event; its members are marked."""
    new = events.record(tx, told, now)
    if len(new) < len(told):
        known = {event.dedupe for event in told} - {event.dedupe for event in new}
        touched.touch(tx, [event.member for event in told if event.dedupe in known], now)
