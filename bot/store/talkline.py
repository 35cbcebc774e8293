"""One line of the list of conversations, made of the rows of one, or of several shown as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.model import Binding
from bot.store.engine import Row

UNREAD_MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """One line of the list. ``last`` are the words that came last, ``last_by`` who wrote them
    (empty for the member, else the operator), ``fate`` what became of them (a status of the reply
    log).

    ``heard`` is what the member said last, and what kind of message it was; ``last_by`` is empty
    while nobody has answered that. ``complaint``: nobody has closed it since he complained.
    ``lead_for`` is why a lead should look at it, who has not yet.
    ``handed``: ``holder`` was given it by somebody else and has not answered. ``keys`` are all
    conversations of the person that are shown as one (``joins.py``), in the order of their ids,
    ``accounts`` theirs. ``silent`` and ``wait`` are ms since the member's last message and since he
    began to wait for a person, None for never. ``unread`` stops at UNREAD_MOST.
    """

    conversation: str
    persona: str
    channel: str
    account: str
    member: str | None
    name: str
    last: str
    last_kind: str
    last_by: str
    fate: str
    activity_at: int
    silent: int | None
    wait: int | None
    waiting_why: str
    waiting_for: str
    mode: str
    holder: str
    held_at: int | None
    snoozed_until: int | None
    unanswered: bool
    unread: int
    heard: str
    heard_kind: str
    complaint: bool
    handed: bool
    lead_for: str
    keys: tuple[str, ...]
    accounts: tuple[Binding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Last:
    """The words that came last, of whomever, and those of the member."""

    at: int = 0
    text: str = ""
    kind: str = ""
    operator: str = ""
    status: str = ""
    heard: str = ""
    heard_kind: str = ""
    heard_at: int = 0


def lasts(heard: Iterable[Row], said: Iterable[Row]) -> dict[str, Last]:
    """By conversation, from the last message of each member and the last line of the brand."""
    found = {row["conversation"]: Last(at=row["at"], text=row["text"], kind=row["kind"],
                                       heard=row["text"], heard_kind=row["kind"],
                                       heard_at=row["at"])
             for row in heard}  # fmt: skip
    for row in said:
        before = found.get(row["conversation"], Last())
        if row["at"] >= before.at:
            found[row["conversation"]] = replace(
                before, at=row["at"], text=row["text"], kind=row["kind"],
                operator=row["operator"], status=row["status"],
            )  # fmt: skip
    return found


def _urgency(talk: Talk) -> tuple[bool, int]:
    return not talk.complaint, -(talk.wait or 0)


def as_one(key: str, lines: Sequence[tuple[Talk, Last | None]]) -> Talk:
    """One line for several conversations; the account is that of ``key``."""
    talks = [talk for talk, _ in lines]
    front = next(talk for talk in talks if talk.conversation == key)
    if len(talks) == 1:
        return front
    newest = max(lines, key=lambda line: line[1].at if line[1] is not None else 0)[0]
    heard = max(lines, key=lambda line: line[1].heard_at if line[1] is not None else 0)[0]
    waits = sorted((talk for talk in talks if talk.wait is not None), key=_urgency)
    why = waits[0] if waits else front
    held = next((talk for talk in talks if talk.mode == "staff"), front)
    return replace(
        front, keys=tuple(talk.conversation for talk in talks),
        accounts=tuple(talk.accounts[0] for talk in talks),
        name=front.name or next((talk.name for talk in talks if talk.name), ""),
        last=newest.last, last_kind=newest.last_kind, last_by=newest.last_by, fate=newest.fate,
        activity_at=max(talk.activity_at for talk in talks),
        silent=min((talk.silent for talk in talks if talk.silent is not None), default=None),
        wait=max((talk.wait for talk in waits if talk.wait is not None), default=None),
        waiting_why=why.waiting_why, waiting_for=why.waiting_for, mode=held.mode,
        holder=held.holder, held_at=held.held_at, snoozed_until=held.snoozed_until,
        unanswered=any(talk.unanswered for talk in talks),
        heard=heard.heard, heard_kind=heard.heard_kind,
        complaint=any(talk.complaint for talk in talks), handed=any(talk.handed for talk in talks),
        lead_for=next((talk.lead_for for talk in talks if talk.lead_for), ""),
        unread=min(UNREAD_MOST, sum(talk.unread for talk in talks)),
    )  # fmt: skip


def talk(row: Row, last: Last | None, now: int) -> Talk:
    """A row of ``talks_rows`` with its last words."""
    last = last or Last()
    heard, waits = row["last_in_at"], row["waiting_since"]
    return Talk(
        conversation=row["id"], persona=row["persona"], channel=row["channel"],
        account=row["account"], member=row["member"], name=row["name"] or "",
        last=last.text, last_kind=last.kind, last_by=last.operator, fate=last.status,
        activity_at=row["activity_at"], silent=None if heard is None else now - heard,
        wait=None if waits is None else now - waits, waiting_why=row["waiting_why"],
        waiting_for=row["waiting_for"], mode=row["mode"], holder=row["held_by"],
        held_at=row["held_at"], snoozed_until=row["snoozed_until"],
        unanswered=heard is not None and heard > row["answered_at"], unread=row["unread"],
        heard=last.heard, heard_kind=last.heard_kind,
        complaint=row["complaint_at"] is not None, handed=row["handed_at"] is not None,
        lead_for=row["lead_for"],
        keys=(row["id"],), accounts=(Binding(channel=row["channel"], account=row["account"]),),
    )  # fmt: skip
