"""Every change of state has its audit row, written together with it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.core.errors import IllegalTransition, OneVoiceError
from bot.core.lifecycle import MACHINES
from bot.core.model import Later, NeedsHuman, Never, Sent, TapStatus, Unsure
from bot.core.policy import judge
from bot.store import audit, conversations, outbox, taps, turns
from bot.store.outbox import STATUS
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    LEASE,
    answer,
    claim,
    claim_turns,
    hear,
    nothing_said,
    queue,
    said,
    task,
)

STRIDES = 180
WATCHED = {"inbox": "state", "outbox": "state", "conversation": "mode"}
FIRST = {"inbox": "new", "outbox": "ready", "conversation": "auto"}
OUTCOMES = [Sent("m"), Later(500, "busy"), Never("1", "no"), Unsure("?"), NeedsHuman("t"),
            Unsure("!", final=True)]  # fmt: skip


@dataclass
class Walk:
    """A random but repeatable walk through every operation that may change a state."""

    db: Bench
    chance: random.Random
    now: int = NOW
    number: int = 0
    turns: list[turns.Claimed] = field(default_factory=list)
    rows: list[outbox.Outbound] = field(default_factory=list)

    def fresh(self) -> int:
        self.number += 1
        return self.number

    def hear(self) -> None:
        peer = f"wm{self.chance.randrange(3)}"
        hear(self.db, *(said(self.fresh(), at=self.now, peer=peer) for _ in range(2)))

    def claim_turns(self) -> None:
        self.turns += claim_turns(self.db, self.now, f"t{self.fresh()}", tries=2)

    def finish_turn(self) -> None:
        if self.turns:
            held = self.turns.pop(self.chance.randrange(len(self.turns)))
            out = answer(self.fresh(), peer=held.conversation.peer, at=self.now)
            self.db.write(turns.finish, held, nothing_said(outbounds=[out]), self.now)

    def retry_turn(self) -> None:
        if self.turns:
            self.db.write(turns.retry, self.turns.pop(), self.now)

    def queue_task(self) -> None:
        queue(self.db, task(self.fresh(), at=self.now, expires_at=self.now + 4 * LEASE))

    def claim_rows(self) -> None:
        pool = self.chance.choice(["reply", "bulk"])
        self.rows += claim(self.db, self.now, lease=f"o{self.fresh()}", pool=pool)

    def finish_row(self) -> None:
        if self.rows:
            row = self.rows.pop(self.chance.randrange(len(self.rows)))
            verdict = judge(row, self.chance.choice(OUTCOMES), self.now)
            self.db.write(outbox.finish, row, verdict, self.now)

    def put_back(self) -> None:
        if self.rows:
            self.db.write(outbox.put_back, self.rows.pop(), self.now + 100, self.now)

    def change_mode(self) -> None:
        event = self.chance.choice(["take", "release", "transfer", "end", "mute", "unmute"])
        key = f"kf:wk1:wm{self.chance.randrange(3)}"
        self.db.write(conversations.change_mode, key, event, self.now, actor="li", reason="r")

    def move(self) -> None:
        rows = self.db.look("SELECT * FROM outbox ORDER BY id")
        if rows:
            event = self.chance.choice(["sent", "never", "cancel", "expire", "failed"])
            self.db.write(outbox.move, self.chance.choice(rows), event, self.now, actor="li")

    def report(self) -> None:
        for row in self.db.write(taps.due, self.now, 100, 3):
            note = self.chance.choice(["", "refused"])
            status = TapStatus(done=self.chance.random() < 0.5, note=note)
            self.db.write(taps.report, row, status, self.now)

    def recover(self) -> None:
        self.db.write(outbox.recover, self.now)

    def restart(self) -> None:
        self.db.write(turns.release_all, self.now)
        self.db.write(lambda tx: outbox.recover(tx, self.now, alone=True))

    def wait(self) -> None:
        self.now += self.chance.choice([100, 1_000, LEASE])


STEPS: tuple[Callable[[Walk], None], ...] = (
    Walk.hear, Walk.claim_turns, Walk.claim_turns, Walk.finish_turn, Walk.finish_turn,
    Walk.retry_turn, Walk.queue_task, Walk.claim_rows, Walk.claim_rows, Walk.finish_row,
    Walk.finish_row, Walk.put_back, Walk.change_mode, Walk.move, Walk.report, Walk.recover,
    Walk.restart, Walk.wait, Walk.wait,
)  # fmt: skip


def current(db: Bench) -> dict[str, str]:
    """State by subject of every watched row."""
    return {f"{table}:{key}": state for table, column in WATCHED.items()
            for key, state in db.states(table, column).items()}  # fmt: skip


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 6))]
)
def test_over_any_walk_the_trail_explains_every_state(db: Bench, seed: int) -> None:
    walk, seen, told = Walk(db, random.Random(seed)), {}, 0
    for _ in range(STRIDES):
        step = walk.chance.choice(STEPS)
        try:
            step(walk)
        except OneVoiceError:
            assert current(db) == seen, f"{step.__name__} was refused and yet changed something"
        rows = db.look("SELECT * FROM audit WHERE id > ? ORDER BY id", told)
        told = max([told, *(r["id"] for r in rows)])
        for row in rows:
            machine = row["subject"].partition(":")[0]
            before = seen.get(row["subject"], FIRST[machine])
            assert (row["before"], row["at"]) == (before, walk.now), step.__name__
            assert MACHINES[machine][(row["before"], row["event"])] == row["after"]
            assert row["actor"]
            seen[row["subject"]] = row["after"]
        now = current(db)
        fresh = {key: FIRST[key.partition(":")[0]] for key in now.keys() - seen.keys()}
        assert now == seen | fresh, f"{step.__name__} changed a state without a word"
        seen = now
    assert told > 50


@pytest.mark.parametrize("seed", range(6, 9))
def test_over_any_walk_the_reply_log_agrees_with_the_outbox(db: Bench, seed: int) -> None:
    walk = Walk(db, random.Random(seed))
    for _ in range(STRIDES):
        try:
            walk.chance.choice(STEPS)(walk)
        except OneVoiceError:
            continue
    rows = db.look("SELECT o.state, r.status FROM outbox o JOIN replies r ON r.outbox = o.id")
    assert len(rows) > 5
    assert [r for r in rows if STATUS[r["state"]] != r["status"]] == []


def test_a_trail_reads_from_first_to_last(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(), NOW + 1)
    found = db.read(audit.history, "inbox", held.ids[0])
    assert [(r["event"], r["at"]) for r in found] == [("claim", NOW), ("finish", NOW + 1)]
    assert db.read(audit.history, "inbox", 999) == []


def test_an_entry_for_an_unlisted_event_cannot_be_made() -> None:
    with pytest.raises(IllegalTransition):
        audit.entry("outbox", 1, "sent", "claim", at=NOW, actor="x")


@pytest.mark.parametrize(
    "state", sorted({s for s, _ in MACHINES["outbox"]} | set(MACHINES["outbox"].values()))
)
def test_every_state_has_a_name_in_the_reply_log(state: str) -> None:
    assert STATUS[state] in {
        "queued",
        "waiting_tap",
        "sent",
        "failed",
        "unsure",
        "cancelled",
        "expired",
    }
