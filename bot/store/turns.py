"""Claiming a burst of messages as one turn, and finishing it behind a fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.errors import StaleLease
from bot.core.event import MEMBER_CHANNELS
from bot.core.model import Conversation, Inbound, Member, Outbound
from bot.store import (
    audit,
    chronicle,
    codec,
    consent,
    events,
    facts,
    figures_event,
    listening,
    naming,
    notes,
    noticed,
    outbox,
    purchases,
    ratings,
    unmatched,
)
from bot.store.engine import Row, Tx
from bot.store.noticed import Noticed, Where
from bot.store.ratings import Asked, Given
from bot.store.unmatched import Missed

ACTOR = "converse"
ARCHIVED = "archive"  # the channel of what was said elsewhere
Memories = dict[str, dict[str, Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A turn that one worker holds until its lease ends. ``memories``: persona, scope, data.

    Messages up to inbox row ``answered_in`` were a person's to answer. ``rating`` is the question
    how it was, as long as it is open.
    """

    lease: str
    conversation: Conversation
    messages: tuple[Inbound, ...]
    ids: tuple[int, ...]
    member: Member
    memories: Mapping[str, Mapping[str, Mapping[str, Any]]]
    answered_in: int = 0
    rating: Asked | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    """What a worker writes when its decision is made. ``notes`` are for staff to read, ``given`` is
    what the member said about how it was, ``missed`` what the script had no good answer to,
    ``lead_for`` why a lead should look at it, ``upset`` that he is not content, ``noticed`` what
    else his words tell, ``moods`` those of messages by inbox row, as they are kept, ``listen``
    rows that a machine is to listen to. ``version`` is that of the persona."""

    memory: Mapping[str, Any]
    misses: int
    waiting_since: int | None
    waiting_for: str = ""
    waiting_why: str = ""
    lead_for: str = ""
    persona: str = ""
    version: int = 0
    shared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outbounds: Sequence[Outbound] = ()
    promo_ok: bool | None = None
    promo_less: bool = False
    notes: Sequence[str] = ()
    given: Given | None = None
    missed: Sequence[Missed] = ()
    upset: bool = False
    noticed: Sequence[Noticed] = ()
    moods: Mapping[int, str] = field(default_factory=dict)
    listen: Sequence[int] = ()


def claim(tx: Tx, now: int, lease: str, until: int, n: int, tries: int) -> list[Claimed]:
    """Takes up to ``n`` due turns. Turns that failed too often are set aside as dead."""
    rows = tx.rows("conversation_claim", now=now, lease=lease, until=until, n=n)
    if not rows:
        return []
    _give_up(tx, [row for row in rows if row["tries"] > tries], now)
    keys = [row["id"] for row in rows]
    bursts = _take(tx, keys, [row["id"] for row in rows if row["tries"] > 1], now)
    people, memories = _people(tx, rows)
    asked = ratings.open_in(tx, keys, now)
    for row in rows:
        if not bursts[row["id"]]:
            tx.run("conversation_drop_turn", id=row["id"], lease=lease)
    return [replace(_claimed(row, bursts[row["id"]], lease, people, memories),
                    rating=asked.get(row["id"]))
            for row in rows if bursts[row["id"]]]  # fmt: skip


def _take(
    tx: Tx, conversations: list[str], again: list[str], now: int
) -> dict[str, list[Row]]:  # fmt: skip
    """The messages of each conversation, oldest first: what a dead worker held, of those that were
    taken before, and what is new."""
    lost = tx.rows("inbox_lose", conversations=again) if again else []
    taken = tx.rows("inbox_take", conversations=conversations)
    trail = [audit.entry("inbox", r["id"], "working", "lost", at=now, actor=ACTOR,
                         reason="the worker did not finish it") for r in lost]  # fmt: skip
    trail += [audit.entry("inbox", r["id"], "new", "claim", at=now, actor=ACTOR) for r in taken]
    audit.record(tx, trail)
    bursts: dict[str, list[Row]] = {key: [] for key in conversations}
    for row in sorted(taken, key=lambda r: (r["sent_at"], r["received_at"], r["id"])):
        bursts[row["conversation"]].append(row)
    return bursts


def _give_up(tx: Tx, rows: list[Row], now: int) -> None:
    """Sets aside what failed too often; what came after the last try gets tries of its own."""
    if not rows:
        return
    note = f"given up after {rows[0]['tries'] - 1} tries"
    dead = tx.rows("inbox_give_up", conversations=[row["id"] for row in rows], note=note)
    for row in rows:
        if row["channel"] in MEMBER_CHANNELS:
            mine = [each["id"] for each in dead if each["conversation"] == row["id"]]
            chronicle.said(tx, mine, row["member"] or "", now)
    tx.run("conversation_tries", ids=[row["id"] for row in rows])
    audit.record(tx, [audit.entry("inbox", r["id"], "working", "give_up", at=now, actor=ACTOR,
                                  reason=note) for r in dead])  # fmt: skip


def hold(tx: Tx, claimed: Claimed) -> None:
    """A message that comes at this moment is either seen by what follows, or plans a turn after
    it. Whoever writes about people before the turn is finished holds the conversation first."""
    if not tx.alone:
        tx.row("conversation_hold", id=claimed.conversation.id)


def finish(tx: Tx, claimed: Claimed, result: Finish, now: int) -> list[int]:
    """Writes a turn's whole effect; ids of the outbox rows. Raises StaleLease."""
    hold(tx, claimed)
    if result.waiting_why:
        figures_event.called(tx, claimed.conversation.id, result.waiting_why, now,
                             result.persona)  # fmt: skip
    held = tx.run(
        "conversation_finish", id=claimed.conversation.id, lease=claimed.lease,
        memory=codec.to_json(result.memory), misses=result.misses,
        waiting_since=result.waiting_since, waiting_for=result.waiting_for,
        waiting_why=result.waiting_why, lead_for=result.lead_for, persona=result.persona, now=now,
        upset=int(result.upset),
    )  # fmt: skip
    if not held:
        raise StaleLease(f"turn of {claimed.conversation.id}")
    tx.run("inbox_finish", ids=claimed.ids)
    for row, mood in result.moods.items():
        tx.run("inbox_mood", id=row, mood=mood)
    listening.want(tx, result.listen, now)
    audit.record(tx, [audit.entry("inbox", i, "working", "finish", at=now, actor=ACTOR)
                      for i in claimed.ids])  # fmt: skip
    _said(tx, claimed, result, now)
    for scope, data in result.shared.items():
        tx.run("memory_put", persona=result.persona, member=claimed.member.id, now=now,
               scope=scope, data=codec.to_json(data))  # fmt: skip
    _told(tx, claimed, result, now)
    _consent(tx, claimed, result, now)
    if result.given is not None:
        ratings.keep(tx, result.given, now)
    unmatched.add(tx, result.persona, claimed.conversation.id, claimed.member.id, result.missed,
                  now)  # fmt: skip
    for text in result.notes:
        notes.add(tx, claimed.conversation.id, "", text, now)
    added = (outbox.enqueue(tx, out, now) for out in result.outbounds)
    return [i for i in added if i is not None]


def _told(tx: Tx, claimed: Claimed, result: Finish, now: int) -> None:
    """What the log learns of the member by this turn; usually nothing."""
    shared = result.shared.get("persona")
    if not claimed.member.id or (shared is None and not result.noticed):
        return
    where = Where(talk=claimed.conversation, member=claimed.member, persona=result.persona,
                  version=result.version)  # fmt: skip
    told = [event for one in result.noticed for event in noticed.seen(where, one)]
    told += noticed.learned(where, shared or {}, now)
    if told:
        events.record(tx, told, now)


def _said(tx: Tx, claimed: Claimed, result: Finish, now: int) -> None:
    """What was said comes into the log of events; what colleagues write to the brand does not."""
    channel = claimed.conversation.channel
    if channel == ARCHIVED:
        chronicle.overheard(tx, list(zip(claimed.ids, claimed.messages, strict=True)), now)
    elif channel in MEMBER_CHANNELS and any(m.kind != "event" for m in claimed.messages):
        chronicle.said(tx, claimed.ids, claimed.member.id, now, persona=result.persona,
                       version=result.version)  # fmt: skip
        naming.heard(tx, claimed.messages, claimed.member.id, now, result.persona)


def _consent(tx: Tx, claimed: Claimed, result: Finish, now: int) -> None:
    member = claimed.member.id
    if not member:
        return
    if result.promo_ok is False and consent.of_member(tx, member)[0]:
        figures_event.opted_out(tx, claimed.conversation.id, now, result.persona)
    if result.promo_ok is not None:
        (consent.opt_in if result.promo_ok else consent.opt_out)(tx, member, now)
    elif result.promo_less:
        consent.fewer(tx, member, now)


def kick(tx: Tx, key: str, now: int, *, actor: str, reason: str) -> bool:
    """Whoever decides this conversation's turn at the moment may not finish it; it is decided anew,
    at once. False when nobody does."""
    if not tx.run("conversation_kick", id=key, now=now):
        return False
    lost = tx.rows("inbox_lose", conversations=[key])
    audit.record(tx, [audit.entry("inbox", r["id"], "working", "lost", at=now, actor=actor,
                                  reason=reason) for r in lost])  # fmt: skip
    return True


def retry(tx: Tx, claimed: Claimed, at: int) -> None:
    """The worker failed: the turn comes back at ``at`` instead of at the end of the lease."""
    tx.run("conversation_retry", id=claimed.conversation.id, lease=claimed.lease, at=at)


def next_due(tx: Tx) -> int | None:
    """When the next turn is due, or None."""
    row = tx.row("conversation_next")
    return row["at"] if row else None


def release_all(tx: Tx, now: int) -> int:
    """At the start of the only process: turns of its dead predecessor are due at once."""
    return tx.run("conversation_release_all", now=now)


def release_of(tx: Tx, process: str, now: int) -> int:
    """A process is gone: its turns are due at once. Never waits for anybody."""
    return tx.run("conversation_release_of", process=process, now=now)


def _claimed(
    row: Row,
    burst: list[Row],
    lease: str,
    people: Mapping[str, Member],
    memories: Mapping[str, Memories],
) -> Claimed:
    who = row["member"] or ""
    return Claimed(
        lease=lease,
        conversation=codec.conversation(row),
        messages=tuple(codec.inbound(m) for m in burst),
        ids=tuple(m["id"] for m in burst),
        member=people.get(who, Member(id=who)),
        memories=memories.get(who, {}),
        answered_in=row["answered_in"],
    )


def _people(tx: Tx, rows: list[Row]) -> tuple[dict[str, Member], dict[str, Memories]]:
    ids = sorted({row["member"] for row in rows if row["member"]})
    found = tx.rows("members_get", ids=ids)
    if merged := {r["id"]: r["person"] for r in found if r["person"]}:
        _as_persons(tx, rows, merged)
        return _people(tx, rows)
    known = facts.known(tx, ids)
    nothing, bought = facts.Known(), purchases.latest(tx, ids)
    people = {
        r["id"]: Member(
            id=r["id"],
            name=r["name"],
            facts=known.get(r["id"], nothing).facts,
            corrected=known.get(r["id"], nothing).corrected,
            orders=bought.get(r["id"], ()),
            promo_ok=bool(r["promo_ok"]),
            promo_less=bool(r["promo_less"]),
        )
        for r in found
    }
    memories: dict[str, Memories] = {}
    for r in tx.rows("memory_get", members=ids):
        of_persona = memories.setdefault(r["member"], {}).setdefault(r["persona"], {})
        of_persona[r["scope"]] = codec.from_json(r["data"])
    return people, memories


def _as_persons(tx: Tx, rows: list[Row], merged: Mapping[str, str]) -> None:
    """A conversation that began under an id which had been merged away is with the person."""
    for row in rows:
        if row["member"] in merged:
            row["member"] = merged[row["member"]]
            tx.run("conversation_person", id=row["id"], member=row["member"])
