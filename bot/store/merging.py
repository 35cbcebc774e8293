"""Two member ids that are found to be one person: merged because of evidence, and parted again.

Merging names the id that stays. What is known or derived of the person goes over to it and is
written down, so that parting gives back just that. What is an address of the platform stays under
its own id: a friendship, a seat in a group, a message on its way (``STAYS``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from bot.core.contacts import is_external
from bot.core.errors import OneVoiceError
from bot.core.event import Event, Happened
from bot.store import audit, codec, consent, events, persons, projections
from bot.store.engine import Row, Tx

Evidence = Literal["union_id", "phone", "staff"]
# Tables whose rows go over, each with the queries take_… and give_… .
MOVES = ("conversation", "replies", "rating", "unmatched", "block", "happening", "memory",
         "rating_refused")  # fmt: skip
# Tables with a column of members whose rows stay where they are, and why.
STAYS: Mapping[str, str] = MappingProxyType({
    "friend": "a friendship is with the id that the platform knows, and sync keeps it",
    "friend_tag": "as the friendship that it hangs on",
    "friend_wish": "as the friendship that it is about",
    "chat_member": "a seat in a group, as the platform lists it",
    "own_bulk": "what the platform counts of that id",
    "archive_consent": "given to the platform by that id",
    "outbox": "on its way to that id",
    "pooled": "on its way to that id",
    "recipient": "the ledger of a run, by whom it wrote to",
    "flow_run": "a flow writes to the id that it began with",
    "event": "never changed; read by all ids of a person",
    "member_no": "the number of an id",
    "out_link": "the id that a link was made for; a click is an event of that id",
    "wall_answer": "hangs on the question that it answers, and is read by that",
    "reward_grant": "`own` is the id that earned it; deriving anew says whose it is now",
    "seed_line": "whom the list of a day named; it is read by the person he is now",
    "moderation": "what that id said, in the place where it did",
    "moderation_burst": "how fast that id wrote in a place, for some minutes",
    "photo": "hangs on the entry that it was handed in with",
    "looked_up": "whose page was opened, by the id that it went by then",
})  # fmt: skip
OA = "oa:"


class MergeRefused(OneVoiceError):
    """The two cannot be made one, or made two again; the message says why."""


def merge(
    tx: Tx, away: str, stays: str, evidence: Evidence, now: int, actor: str, note: str = ""
) -> int:  # fmt: skip
    """From now on ``away`` is the person of ``stays``; the number of the merging.

    A refusal of promotion by any of their ids counts for the person. Raises MergeRefused.
    """
    gone, person = _two(tx, away, stays)
    made = tx.row("merging_add", away=gone, stays=person, evidence=evidence, note=note,
                  actor=actor, now=now)  # fmt: skip
    number = int(made["id"]) if made else 0
    moved = _move(tx, gone, person, now)
    tx.run("merging_moved", id=number, moved=codec.to_json(moved))
    audit.record(tx, [audit.note("member", gone, "merge", at=now, actor=actor, before=gone,
                                 after=person, reason=f"{evidence} {note}".strip())])  # fmt: skip
    _tell(tx, Happened.MERGED, number, gone, person, now, {"evidence": evidence, "note": note})
    projections.again(tx, persons.ids_of(tx, person))
    return number


def _two(tx: Tx, away: str, stays: str) -> tuple[str, str]:
    """The persons of both, who are two as yet."""
    found = persons.person_of(tx, [away, stays])
    pair = found[away], found[stays]
    # whoever holds them now has seen what others merged while he waited for them
    known = {row["id"]: row["person"] for row in tx.rows("merge_hold", ids=sorted(set(pair)))}
    for said, id in ((away, pair[0]), (stays, pair[1])):
        if id not in known:
            raise MergeRefused(f"no member {said!r}")
        if known[id] is not None:
            raise MergeRefused(f"{said} became somebody else just now")
    if pair[0] == pair[1]:
        raise MergeRefused(f"{away} and {stays} are one person already")
    return pair


def _move(tx: Tx, away: str, stays: str, now: int) -> dict[str, Any]:
    ids = [away, *(row["id"] for row in tx.rows("merge_persons", person=away))]
    moved: dict[str, Any] = {table: tx.rows(f"take_{table}", away=away, stays=stays)
                             for table in MOVES}  # fmt: skip
    moved |= {"filled": _fill(tx, away, stays), "persons": ids[1:]}
    tx.run("person_set", ids=ids, person=stays)
    return moved | {"promo": consent.agree(tx, persons.ids_of(tx, stays), now)}


def _fill(tx: Tx, away: str, stays: str) -> dict[str, str]:
    """What only the one that goes had; the one that stays has it from now on."""
    rows = {row["id"]: row for row in tx.rows("members_get", ids=[away, stays])}
    filled = {column: "" if rows[stays][column] else str(rows[away][column])
              for column in ("name", "zone")}  # fmt: skip
    tx.run("merge_fill", id=stays, **filled)
    return filled


def part(tx: Tx, one: str, other: str, now: int, actor: str, reason: str = "") -> tuple[str, str]:
    """The two are two persons again, as they were before; whatever came under an id since goes with
    it. (the one that goes, the one that stays). Raises MergeRefused."""
    row = _between(tx, one, other)
    away, was = row["away"], row["stays"]
    whole = persons.ids_of(tx, away)
    tx.rows("merge_hold", ids=sorted(whole))
    moved = codec.from_json(row["moved"])
    if not tx.run("merging_end", id=row["id"], now=now, actor=actor):
        raise MergeRefused(f"{one} and {other} were parted just now")
    tx.run("merge_back", ids=[away], person=None, was=whole[0])
    tx.run("merge_back", ids=moved["persons"], person=away, was=whole[0])
    tx.run("merge_unfill", id=whole[0], **moved["filled"])
    _give(tx, moved, persons.ids_of(tx, away), whole[0])
    consent.as_before(tx, moved["promo"], row["at"], now)
    audit.record(tx, [audit.note("member", away, "part", at=now, actor=actor, before=whole[0],
                                 after=away, reason=reason)])  # fmt: skip
    _tell(tx, Happened.UNMERGED, row["id"], away, was, now, {})
    projections.again(tx, whole)
    return away, whole[0]


def _between(tx: Tx, one: str, other: str) -> Row:
    """The merging that made them one person."""
    ids = persons.ids_of(tx, one)
    if one == other or other not in ids:
        raise MergeRefused(f"{one} and {other} are two persons already")
    for away in (one, other):
        row = tx.row("merging_open", away=away)
        if row is not None and away != ids[0]:
            return row
    raise MergeRefused(f"nobody has merged {one} and {other}")


def _give(tx: Tx, moved: Mapping[str, Any], ids: Sequence[str], stays: str) -> None:
    away = ids[0]
    for table in MOVES:
        tx.many(f"give_{table}", [row | {"away": away, "stays": stays} for row in moved[table]])
    for id in ids:
        peer = id.removeprefix(OA)
        for row in tx.rows("give_conversations_later", away=away, stays=stays, peer=peer):
            tx.run("give_replies_later", away=away, stays=stays, conversation=row["id"])


def _tell(
    tx: Tx, kind: Happened, number: int, away: str, stays: str, now: int, data: Mapping[str, str]
) -> None:  # fmt: skip
    events.record(tx, [Event(kind=kind, at=now, dedupe=f"{kind.value}/{number}", member=away,
                             other=stays, data=data)], now)  # fmt: skip


def history(tx: Tx, member: str) -> list[Row]:
    """Every merging that concerns a person, those that were undone too, oldest first."""
    ids = persons.ids_of(tx, member)
    return tx.rows("merging_of", away=ids, stays=ids)


def by_union(tx: Tx, members: Sequence[str], now: int) -> int:
    """Merges members whom the platform knows by the same union id, unless staff parted them; how
    many. The id by which the platform reaches him stays, or the older one."""
    found = tx.rows("doubles_of_union", ids=list(members)) if members else []
    return sum(_join(tx, row, now) for row in found)


def _join(tx: Tx, row: Row, now: int) -> bool:
    pair = persons.person_of(tx, [row["one"], row["other"]])
    one, other = pair[row["one"]], pair[row["other"]]
    if one == other or tx.row("merging_ever", away=one, stays=other, one=min(one, other),
                              other=max(one, other)) is not None:  # fmt: skip
        return False
    stays = older(tx, one, other)
    merge(tx, other if stays == one else one, stays, "union_id", now, "platform", row["value"])
    return True


def older(tx: Tx, one: str, other: str) -> str:
    """Which of two stays by rights: the id by which the platform reaches him, or the older one."""
    rows = {row["id"]: row for row in tx.rows("members_get", ids=[one, other])}
    return min((one, other), key=lambda id: (not is_external(id), rows[id]["created_at"], id))
