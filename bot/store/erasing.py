"""Erasing a person: his rows go, his words go, and what others count by stays under an id that
nobody can trace back to him.

One transaction takes him out of everything that names him and notes what is left: his ids may stand
inside other people's rows, which are looked through page by page (``sweep``). So a process that is
killed in between has either erased nothing yet, or is gone on with by the next. Somebody who was
erased and writes again is a new member.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.store import (
    absent,
    audit,
    codec,
    halting,
    index,
    leaving,
    people,
    persons,
    projections,
    redact,
    touched,
    traces,
)
from bot.store.engine import Row, Tx
from bot.store.traces import Person

# Events that are nothing but what is known of him.
PRIVATE = ("fact", "unfact", "need", "unnoted", "feedback", "consented", "refused", "applied",
           "commented", "named")  # fmt: skip
# Where somebody stands of whom nothing else is known.
MET = ("chat_member", "event", "friend", "replies")
# What the ledgers go by of the data of an event; the rest is his.
KEPT = frozenset({"said", "status", "source", "code", "until", "acquisition_cost", "less", "circle",
                  "day", "list", "round", "ends", "take", "due", "version"})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasure:
    """One erasure as its journal has it. ``counts``: rows by table and fate. ``todo``: what is left
    to look for; empty once ``swept``. ``proof``: where the platform still had him, and once it is
    ``done`` the rest of the certificate."""

    id: int
    gone: str
    actor: str
    begun_at: int
    counts: Mapping[str, Mapping[str, int]]
    todo: Mapping[str, Any]
    swept_at: int | None
    done_at: int | None
    proof: Mapping[str, Any]

    @property
    def known(self) -> Known:
        """Where the platform had him when it began."""
        return Known(friends=tuple(self.proof.get("friends", ())),
                     chats=tuple(self.proof.get("chats", ())))  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Where the platform still knows him: accounts whose friend he is, and groups."""

    friends: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()


def find(tx: Tx, member: str) -> Person | None:
    """Everything that names the person behind an id; None when nothing is held of him."""
    ids = persons.ids_of(tx, member)
    peers = [one.removeprefix("oa:").removeprefix("staff:") for one in ids]
    talks = tx.rows("erased_conversations", ids=ids, peers=peers)
    numbers = [row["no"] for row in tx.rows("erased_numbers", ids=ids)]
    gone = f"gone:{secrets.token_hex(8)}"
    person = Person(
        ids=tuple(ids), peers=tuple(peers), talks=tuple(row["id"] for row in talks),
        numbers=tuple(numbers),
        aliases={one: f"{gone}-{i}" if i else gone for i, one in enumerate(ids)},
    )  # fmt: skip
    held = talks or numbers or people.known(tx, ids[0])
    return person if held or any(traces.rows(tx, table, person) for table in MET) else None


def known(tx: Tx, person: Person) -> Known:
    """Where the platform knows him now."""
    ids = list(person.ids)
    return Known(
        friends=tuple(dict.fromkeys(r["account"] for r in tx.rows("erased_friends", ids=ids))),
        chats=tuple(dict.fromkeys(r["chat"] for r in tx.rows("erased_chats", ids=ids))),
    )


def begin(tx: Tx, member: str, actor: str, now: int, why: str = "") -> Erasure | None:
    """Takes the person behind an id out of everything that names him; None when nothing is held of
    him. ``why`` is a word of ours, which says nothing of him."""
    person = find(tx, member)
    if person is None:
        return None
    seen = known(tx, person)
    touched.touch(tx, person.ids, now)
    halting.stop(tx, person, actor, now)
    leaving.leave(tx, person, now)
    spoken = said(tx, person)
    his = redact.words(tx, person, (text for row in spoken for text in (row["text"], row["heard"])))
    alone = redact.unmistakable(tx, person, redact.names(tx, person))
    counts: dict[str, Counter[str]] = {"inbox": Counter(_forget(tx, spoken))}
    counts["intake"] = Counter(
        deleted=sum(_unsorted(tx, one) for one in {*person.ids, *_openids(person)})
    )
    counts["replies"] = Counter({"words taken out": redact.replies(tx, person, his)})
    notes = tx.rows("erased_notes", talks=list(person.talks))
    index.forget(tx, index.NOTES, {row["id"]: row["text"] for row in notes})
    # that something was decided about him stays; what was said on it does not
    tx.run("erased_trail", subjects=subjects(person))
    counts["event"] = Counter(_events(tx, person))
    for table in traces.tables():
        counts.setdefault(table, Counter()).update(traces.clear(tx, table, person))
    projections.again(tx, list(person.aliases.values()))
    absent.note(tx, person.ids, now)
    audit.record(tx, [audit.note("member", person.gone, "erase", at=now, actor=actor, reason=why)])
    return _journal(tx, person, alone, counts, seen, actor, now)


def said(tx: Tx, person: Person) -> list[Row]:
    """What he wrote, in conversations of his own and in groups."""
    found = {row["id"]: row for row in tx.rows("erased_inbox", talks=list(person.talks),
                                               peers=list(person.peers))}  # fmt: skip
    for member in person.ids:
        found |= {row["id"]: row for row in _archived(tx, member)
                  if codec.from_json(row["data"]).get("from") == member
                  and row["id"] not in found}  # fmt: skip
    return list(found.values())


def _archived(tx: Tx, member: str) -> Iterator[Row]:
    """Rows of the inbox in whose data an id stands."""
    if not tx.sealed:
        yield from tx.rows("erased_archive", id=member)
        return
    after = 0
    while rows := tx.rows("erased_archive_page", after=after, n=traces.PAGE):
        yield from (row for row in rows if member in row["data"])
        after = rows[-1]["id"]


def _unsorted(tx: Tx, member: str) -> int:
    """Forgets callbacks that are not sorted yet and name him; how many."""
    if not tx.sealed:
        return tx.run("erased_intake", id=member)
    ids = [row["id"] for row in traces.mentioning(tx, "intake", [member]) if member in row["body"]]
    return tx.run("erased_intake_ids", ids=ids) if ids else 0


def _forget(tx: Tx, said: list[Row]) -> dict[str, int]:
    ids = [row["id"] for row in said]
    index.forget(tx, index.INBOX, {row["id"]: index.words(row) for row in said})
    deleted = tx.run("erased_inbox_open", ids=ids) if ids else 0
    if ids:
        tx.run("erased_inbox_words", ids=ids)
    # what stood under a conversation of his own is counted with its table
    return {"deleted": deleted, "emptied": sum(row["shared"] for row in said)}


def subjects(person: Person) -> list[str]:
    """How the trail calls him and his conversations."""
    return [*(f"member:{one}" for one in person.ids),
            *(f"conversation:{one}" for one in person.talks)]  # fmt: skip


def _events(tx: Tx, person: Person) -> dict[str, int]:
    ids = list(person.ids)
    deleted = tx.run("erased_event_kinds", ids=ids, kinds=list(PRIVATE))
    bare = [{"id": row["id"], "data": _bare(row)} for row in tx.rows("erased_events", ids=ids)]
    tx.many("erased_event_data", bare)
    return {"deleted": deleted}


def _bare(row: Row) -> str:
    data = {} if row["kind"] in PRIVATE else codec.from_json(row["data"])
    return codec.to_json({name: value for name, value in data.items() if name in KEPT})


def _openids(person: Person) -> dict[str, str]:
    """As the platform calls a follower; a colleague's login is too short to be looked for."""
    return {one.removeprefix("oa:"): gone for one, gone in person.aliases.items()
            if one.startswith("oa:")}  # fmt: skip


def _journal(
    tx: Tx, person: Person, alone: list[str], counts: Mapping[str, Mapping[str, int]], seen: Known,
    actor: str, now: int,
) -> Erasure:  # fmt: skip
    lasts = {table: traces.last(tx, table) for table, numbered in traces.tables().items()
             if numbered}  # fmt: skip
    needles = {**person.aliases, **_openids(person)}
    todo = {"needles": needles, "names": alone, "lasts": lasts}
    row = tx.row("erasure_begin", gone=person.gone, actor=actor, now=now, todo=codec.to_json(todo))
    assert row is not None
    tell(tx, row["id"], counts)
    tx.run("erasure_proof", id=row["id"], proof=codec.to_json(asdict(seen)))
    return get(tx, row["id"])


def tell(tx: Tx, id: int, counts: Mapping[str, Mapping[str, int]]) -> None:
    """What was removed so far."""
    kept = {table: {fate: n for fate, n in one.items() if n} for table, one in counts.items()}
    tx.run("erasure_counts", id=id, counts=codec.to_json({t: c for t, c in kept.items() if c}))


def get(tx: Tx, id: int) -> Erasure:
    """The journal's row of an erasure."""
    row = tx.row("erasure_get", id=id)
    assert row is not None
    return _erasure(row)


def unfinished(tx: Tx) -> list[Erasure]:
    """Erasures that were begun and whose bytes are not cleared yet, oldest first."""
    return [_erasure(row) for row in tx.rows("erasure_open")]


def _erasure(row: Row) -> Erasure:
    plain = {name: row[name] for name in ("id", "gone", "actor", "begun_at", "swept_at", "done_at")}
    return Erasure(
        counts=codec.from_json(row["counts"]), todo=codec.from_json(row["todo"]),
        proof=codec.from_json(row["proof"]), **plain
    )  # fmt: skip


def latest(tx: Tx, before: int = 1 << 62, n: int = 50) -> list[Erasure]:
    """A page of the journal, the latest first, before a number."""
    return [_erasure(row) for row in tx.rows("erasures", before=before, n=n)]


def swept(tx: Tx, id: int, counts: Mapping[str, Mapping[str, int]], now: int) -> None:
    """Nothing is left to look for; the journal itself forgets whom it was about."""
    row = tx.row("erasure_get", id=id)
    if row is None or row["swept_at"] is not None:
        return  # another process was faster, and has counted
    tell(tx, id, counts)
    row = tx.row("erasure_get", id=id)
    tx.run("erasure_swept", id=id, now=now, counts=row["counts"] if row else "{}")


def done(tx: Tx, id: int, proof: Mapping[str, Any], now: int) -> None:
    """The bytes are cleared, too; ``proof``: what was found then."""
    row = tx.row("erasure_get", id=id)
    if row is not None and tx.run("erasure_done", id=id, now=now):
        whole = {**codec.from_json(row["proof"]), **proof}
        tx.run("erasure_proof", id=id, proof=codec.to_json(whole))
