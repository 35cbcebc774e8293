"""What comes in: kept once, and its turn planned when the burst has settled."""

from __future__ import annotations

import pytest

from bot.store import inbox, turns
from bot.store.inbox import Settle
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    SETTLE,
    TALK,
    claim_turns,
    happened,
    hear,
    listen,
    nothing_said,
    said,
)


def due(db: Bench) -> int | None:
    return db.read(turns.next_due)


def test_a_message_is_kept_and_planned(db: Bench) -> None:
    assert db.write(inbox.accept, said(1, data={"menu_id": "1"}), SETTLE) is True
    [row] = db.look("SELECT * FROM inbox")
    assert (row["conversation"], row["text"], row["state"]) == (TALK, "t1", "new")
    assert due(db) == NOW + SETTLE.wait
    [held] = claim_turns(db, NOW + SETTLE.wait)
    assert held.messages == (said(1, data={"menu_id": "1"}),)


def test_a_repeat_changes_nothing(db: Bench) -> None:
    hear(db, said(1), settle=SETTLE)
    before = db.look("SELECT * FROM conversation"), db.look("SELECT * FROM inbox")
    assert db.write(inbox.accept, said(1, at=NOW + 3_000), SETTLE) is False
    assert (db.look("SELECT * FROM conversation"), db.look("SELECT * FROM inbox")) == before


def test_a_repeat_after_the_turn_is_done_wakes_nobody(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(), NOW)
    assert hear(db, said(1, at=NOW + 5_000)) == 0
    assert due(db) is None


def test_of_a_page_only_what_is_new_counts(db: Bench) -> None:
    hear(db, said(1))
    assert hear(db, said(1), said(2), said(3), said(2)) == 2


@pytest.mark.parametrize(
    ("arrivals", "due_after"),
    [
        ([0], 1_200),
        ([0, 500], 1_700),
        ([0, 500, 1_000], 2_200),
        # never later than 6 s after the first
        ([0, 1_000, 2_000, 3_000, 4_000, 5_000], 6_000),
        ([0, 5_900], 6_000),
    ],
)
def test_every_fragment_pushes_the_turn_back_up_to_a_limit(
    db: Bench, arrivals: list[int], due_after: int
) -> None:
    for i, after in enumerate(arrivals):
        hear(db, said(i, at=NOW + after), settle=SETTLE)
    assert due(db) == NOW + due_after
    assert claim_turns(db, NOW + due_after - 1) == []
    [held] = claim_turns(db, NOW + due_after)
    assert len(held.messages) == len(arrivals)


def test_the_limit_holds_for_the_first_fragment_too(db: Bench) -> None:
    hear(db, said(1), settle=Settle(wait=9_000, most=6_000))
    assert due(db) == NOW + 6_000


def test_an_event_does_not_wait(db: Bench) -> None:
    hear(db, happened(1), settle=SETTLE)
    assert due(db) == NOW


def test_a_second_burst_is_measured_from_its_own_first_fragment(db: Bench) -> None:
    hear(db, said(1), settle=SETTLE)
    [held] = claim_turns(db, NOW + 1_200)
    db.write(turns.finish, held, nothing_said(), NOW + 1_300)
    hear(db, said(2, at=NOW + 60_000), settle=SETTLE)
    assert due(db) == NOW + 61_200


def test_the_window_remembers_the_latest_words_whatever_their_order(db: Bench) -> None:
    hear(db, said(1, at=NOW + 5_000))
    hear(db, said(2, at=NOW))
    hear(db, happened(3, at=NOW + 9_000))
    [row] = db.look("SELECT last_in_at FROM conversation")
    assert row["last_in_at"] == NOW + 5_000


def test_an_event_alone_opens_no_window(db: Bench) -> None:
    hear(db, happened(1))
    assert db.look("SELECT last_in_at FROM conversation") == [{"last_in_at": None}]


@pytest.mark.parametrize(
    ("channel", "peer", "member"),
    [("kf", "wm1", "wm1"), ("contact", "wm1", "wm1"), ("oa", "o1", "oa:o1"),
     ("app", "li.na", "staff:li.na"), ("robot", "li.na", "staff:li.na"), ("group", "wr1", None)],
)  # fmt: skip
def test_who_is_behind_a_peer(channel: str, peer: str, member: str | None) -> None:
    assert inbox.member_of(said(1, channel=channel, peer=peer)) == member


def test_two_peers_and_two_accounts_are_different_conversations(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"), said(3, account="wk2"))
    assert {r["id"] for r in db.look("SELECT id FROM conversation")} == {
        "kf:wk1:wm1", "kf:wk1:wm2", "kf:wk2:wm1"}  # fmt: skip


def test_counts_leave_out_what_is_done(db: Bench) -> None:
    listen(db)
    hear(db, said(1), said(2, peer="wm2"))
    assert db.read(inbox.counts) == {"new": 2}
    claim_turns(db, n=1)
    assert db.read(inbox.counts) == {"new": 1, "working": 1}


def test_a_recalled_message_loses_its_words_and_stays_known(db: Bench) -> None:
    hear(db, said(1, data={"x": "secret"}))
    db.write(inbox.recall, said(1).dedupe)
    [row] = db.look("SELECT text, data, note FROM inbox")
    assert (row["text"], row["data"]) == ("", "{}")
    assert "recalled" in row["note"]
    assert hear(db, said(1)) == 0


def test_a_failing_message_takes_back_its_whole_page(db: Bench) -> None:
    with pytest.raises(AttributeError):
        db.write(inbox.accept_all, [said(1), None], SETTLE)  # type: ignore[list-item]
    assert db.look("SELECT * FROM inbox") == []
    assert db.look("SELECT * FROM conversation") == []
