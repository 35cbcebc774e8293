"""What events mean for our records, whatever the persona says to them: a table of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.body import Text
from bot.core.contacts import Seat, is_external
from bot.core.model import Inbound, Outbound
from bot.store import (
    cards,
    chats,
    chronicle,
    contacts,
    conversations,
    happened,
    inbox,
    late,
    outbox,
    people,
    sources,
)
from bot.store.chronicle import TRANSFER
from bot.store.engine import Tx
from bot.wecom.sending import kf_msgid


@dataclass(frozen=True, slots=True)
class Speaker:
    """The persona of an account, and its version."""

    persona: str = ""
    version: int = 0


Note = Callable[[Tx, Inbound, int], None]
NoteOf = Callable[[Tx, Inbound, int, Speaker], None]
MOVED = "DELETE_BY_TRANSFER"  # why an account has a customer no more (page 92130)


def _added(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    mutual = event.event == "contact.added"
    new = not people.is_friend(tx, event.peer, event.account)
    people.ensure_member(tx, event.peer, now)
    people.befriend(tx, event.peer, event.account, event.sent_at, event.data.get("state", ""),
                    persona=speaker.persona, now=now)  # fmt: skip
    if mutual or new:
        contacts.set_mutual(tx, event.peer, event.account, mutual)
    _customer_changed(tx, event, now)


def _customer_changed(tx: Tx, event: Inbound, now: int) -> None:
    sources.want(tx, f"contact:{event.peer}")


def _tags_changed(tx: Tx, event: Inbound, now: int) -> None:
    sources.want(tx, "tags:corp")


def _link_changed(tx: Tx, event: Inbound, now: int) -> None:
    if event.data.get("ChangeType") == "delete_link":
        contacts.item_gone(tx, "acquisition_link", str(event.data.get("LinkId", "")), now)


def _removed(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    by = "staff" if event.event.endswith("by_staff") else "member"
    if event.data.get("Source") == MOVED:
        by = TRANSFER
    people.unfriend(tx, event.peer, event.account, event.sent_at, by, persona=speaker.persona,
                    now=now)  # fmt: skip
    _customer_changed(tx, event, now)


def _entered(tx: Tx, event: Inbound, now: int) -> None:
    people.ensure_member(tx, event.peer, now)


def _send_failed(tx: Tx, event: Inbound, now: int) -> None:
    """The report may overtake the answer of the call, or stand in for one that never comes."""
    msgid, why = event.data["msgid"], event.data["why"]
    # first what is under way, held until the end: an answer that is being written at this moment
    # is either stopped here, or found as sent below
    for row in late.undecided(tx, event.conversation):
        if kf_msgid(row["dedupe"]) == msgid:
            late.never_arrived(tx, row, why, now)
            return
    late.failed_later(tx, event.conversation, msgid, why, now)


def _recalled(tx: Tx, event: Inbound, now: int) -> None:
    inbox.recall(tx, f"kf:{event.account}:{event.data['msgid']}")


def _session_changed(tx: Tx, event: Inbound, now: int) -> None:
    """Somebody took, passed on or ended the session in the WeCom client."""
    key, who = event.conversation, event.data["who"] or "platform"
    if not event.data["ended"]:
        conversations.to_client(
            tx, key, now, actor=who, reason="the session is held in the client", holder=who
        )
        return
    row = conversations.get(tx, key)
    if row is not None and row["mode"] == "client":
        conversations.change_mode(tx, key, "end", now, actor=who,
                                  reason="the session was ended in the client")  # fmt: skip
        happened.complaint_closed(tx, row, now)
        conversations.calm(tx, key)


def _servicer_spoke(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    """Words of a person in the client belong into the reply log, under his own name."""
    outbox.note_said(tx, Outbound(
        lane=event.conversation, pool="reply", channel="kf", account=event.account,
        peer=event.peer, kind="staff", body=Text(str(event.data.get("content", ""))),
        origin=f"staff:{event.data.get('servicer_userid', '')}:client", persona=speaker.persona,
        persona_version=speaker.version, operator=str(event.data.get("servicer_userid", "")),
        conversation=event.conversation, member=event.peer, dedupe=event.dedupe,
        send_at=event.sent_at, state="sent",
    ), event.sent_at)  # fmt: skip


def _group_changed(tx: Tx, event: Inbound, now: int) -> None:
    """Events carry neither name nor owner. The version tells whether the listing lags behind."""
    sources.want(tx, f"chat:{event.peer}", str(event.data.get("CurMemVer", "")), now)


def _group_joined(tx: Tx, event: Inbound, now: int) -> None:
    for member in _moved(event):
        scene = int(event.data.get("JoinScene") or 0)
        seat = Seat(member=member, joined_at=event.sent_at, staff=not is_external(member),
                    scene=scene)  # fmt: skip
        chats.joined(tx, event.peer, seat, now)
    _group_changed(tx, event, now)


def _group_left(tx: Tx, event: Inbound, now: int) -> None:
    about = {"QuitScene": str(event.data.get("QuitScene", ""))}
    for member in _moved(event):
        chats.left(tx, event.peer, member, event.sent_at, now, about)
    _group_changed(tx, event, now)


def _moved(event: Inbound) -> list[str]:
    """Members named by a group event; older platforms name none."""
    listed = event.data.get("MemChangeList")
    items = listed.get("Item", ()) if isinstance(listed, Mapping) else ()
    return [str(m) for m in ([items] if isinstance(items, str) else items) if m]


def _reacted(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    chronicle.reacted(tx, event, now, speaker.persona)


def _followed(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    code = str(event.data.get("scene", ""))
    chronicle.added(tx, inbox.member_of(event) or "", event.account, event.sent_at, code, now,
                    persona=speaker.persona, channel=event.channel)  # fmt: skip


def _unfollowed(tx: Tx, event: Inbound, now: int, speaker: Speaker) -> None:
    chronicle.parted(tx, inbox.member_of(event) or "", event.account, event.sent_at, "member",
                     now, persona=speaker.persona, channel=event.channel)  # fmt: skip


def _group_gone(tx: Tx, event: Inbound, now: int) -> None:
    people.group_gone(tx, event.peer, now)


def _card_clicked(tx: Tx, event: Inbound, now: int) -> None:
    """Every click brings a code with which the card may be changed (page 90240)."""
    code, task = event.data.get("ResponseCode"), event.data.get("TaskId")
    if isinstance(code, str) and code:
        cards.keep(tx, event.account, str(task or ""), code, event.sent_at)


NOTES: Mapping[str, Note] = {
    "app.card": _card_clicked,
    "contact.edited": _customer_changed,
    "contact.transfer_failed": _customer_changed,
    "wecom.change_external_tag": _tags_changed,
    "wecom.customer_acquisition": _link_changed,
    "kf.enter_session": _entered,
    "kf.msg_send_fail": _send_failed,
    "kf.user_recall_msg": _recalled,
    "kf.session_status_change": _session_changed,
    "group.create": _group_changed,
    "group.change_owner": _group_changed,
    "group.change_name": _group_changed,
    "group.change_notice": _group_changed,
    "group.add_member": _group_joined,
    "group.del_member": _group_left,
    "group.dismiss": _group_gone,
}

# Where it matters whose account it is.
NOTES_OF: Mapping[str, NoteOf] = {
    "contact.added": _added,
    "contact.half_added": _added,
    "contact.removed": _removed,
    "contact.removed_by_staff": _removed,
    "kf.servicer_message": _servicer_spoke,
    "moment.commented": _reacted,
    "moment.liked": _reacted,
    "oa.subscribe": _followed,
    "oa.unsubscribe": _unfollowed,
}


def keep(tx: Tx, message: Inbound, now: int, speaker: Speaker, *, met: bool = False) -> None:
    """Brings our records in step with one event or message. ``met``: he said something before it
    in the same burst."""
    if message.kind != "event" and message.channel == "kf" and not met:
        people.ensure_member(tx, message.peer, now)
    if message.event in NOTES_OF:
        NOTES_OF[message.event](tx, message, now, speaker)
    note = NOTES.get(message.event.partition(":")[0])
    if note is not None:
        note(tx, message, now)
