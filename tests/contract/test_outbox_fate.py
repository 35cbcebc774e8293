"""What becomes of a message: fences, later ends, lost workers, and the log that follows it."""

from __future__ import annotations

import itertools

import pytest

from bot.core.errors import IllegalTransition
from bot.core.model import Outbound
from bot.core.policy import MAX_ATTEMPTS, UNKNOWN, Verdict
from bot.store import audit, late, outbox, receivers
from bot.store.engine import Row, Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import LEASE, answer, claim, listen, queue, task


@pytest.fixture(autouse=True)
def open_window(db: Bench) -> None:
    listen(db)


def held(
    db: Bench, out: Outbound | None = None, *, pool: str = "reply", lease: str = "L"
) -> Outbound:
    """One queued and claimed row."""
    queue(db, out or answer(1))
    [row] = claim(db, lease=lease, pool=pool)
    return row


def stored(db: Bench, row: Outbound) -> Row:
    [found] = db.look("SELECT * FROM outbox WHERE id = ?", row.id)
    return found


def logged(db: Bench, row: Outbound) -> list[tuple[str, str, str | None]]:
    return [(r["status"], r["note"], r["provider_id"]) for r in
            db.look("SELECT * FROM replies WHERE outbox = ? ORDER BY id", row.id)]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "state", "status"),
    [
        (Verdict("sent", provider_id="m1"), "sent", ("sent", "", "m1")),
        (Verdict("later", retry_at=NOW + 5, note="busy"), "ready", ("queued", "busy", None)),
        (Verdict("repeat", retry_at=NOW + 5, note="x"), "ready", ("queued", "x", None)),
        (Verdict("never", note="48002: no"), "dead", ("failed", "48002: no", None)),
        (Verdict("unsure", note="no answer"), "unsure", ("unsure", "no answer", None)),
        (Verdict("human", retry_at=NOW, provider_id="t1"), "waiting", ("waiting_tap", "", "t1")),
        (Verdict("cancel", note="staff"), "cancelled", ("cancelled", "staff", None)),
        (Verdict("expire", note="too late"), "expired", ("expired", "too late", None)),
    ],
)
def test_a_fate_is_written_to_the_row_the_trail_and_the_log(
    db: Bench, verdict: Verdict, state: str, status: tuple[str, str, str | None]
) -> None:
    row = held(db)
    assert db.write(outbox.finish, row, verdict, NOW + 1, "somebody") is True
    found = stored(db, row)
    assert (found["state"], found["lease"], found["note"]) == (state, None, verdict.note)
    assert logged(db, row) == [status]
    last = db.read(audit.history, "outbox", row.id)[-1]
    assert (last["before"], last["after"], last["actor"], last["at"], last["reason"]) == (
        "sending", state, "somebody", NOW + 1, verdict.note)  # fmt: skip


def test_only_the_holder_of_a_lease_may_finish(db: Bench) -> None:
    late = held(db)
    db.write(outbox.recover, NOW + LEASE)
    [holder] = claim(db, NOW + LEASE, lease="M")
    before = stored(db, late), db.look("SELECT * FROM audit")
    assert db.write(outbox.finish, late, Verdict("sent", provider_id="late"), NOW + LEASE) is False
    assert (stored(db, late), db.look("SELECT * FROM audit")) == before
    assert db.write(outbox.finish, holder, Verdict("sent", provider_id="m"), NOW + LEASE) is True
    assert db.write(outbox.finish, holder, Verdict("sent", provider_id="m"), NOW + LEASE) is False


def test_an_event_that_a_claimed_row_cannot_have_is_refused_and_writes_nothing(db: Bench) -> None:
    row = held(db)
    with pytest.raises(IllegalTransition, match="'approve' is not legal in state 'sending'"):
        db.write(outbox.finish, row, Verdict("approve"), NOW)
    assert stored(db, row)["state"] == "sending"


def test_attempts_are_counted_and_a_lane_keeps_its_order_over_retries(db: Bench) -> None:
    row = held(db)
    for attempt in (1, 2, 3):
        assert row.attempts == attempt
        db.write(outbox.finish, row, Verdict("later", retry_at=NOW + attempt, note="busy"), NOW)
        [row] = claim(db, NOW + attempt, lease=f"L{attempt}")
    assert row.send_at == NOW


def test_a_row_that_was_put_back_for_its_rate_was_not_tried(db: Bench) -> None:
    row = held(db)
    assert db.write(outbox.put_back, row, NOW + 500, NOW) is True
    assert claim(db, NOW + 499) == []
    [again] = claim(db, NOW + 500, lease="M")
    assert again.attempts == 1
    assert db.write(outbox.put_back, row, NOW, NOW) is False


def test_what_a_dead_worker_sent_is_repeated_where_the_platform_knows_it_again(db: Bench) -> None:
    row = held(db)
    assert db.write(outbox.recover, NOW + LEASE - 1) == 0
    assert db.write(outbox.recover, NOW + LEASE) == 1
    found = stored(db, row)
    assert (found["state"], found["retry_at"]) == ("ready", NOW + LEASE)
    assert found["note"].startswith(UNKNOWN)
    [again] = claim(db, NOW + LEASE, lease="M")
    assert (again.attempts, again.note) == (2, found["note"])


@pytest.mark.parametrize(
    "change",
    [{"channel": "webhook", "kind": "group_post"}, {"channel": "contact", "kind": "care"},
     {"channel": "group", "kind": "group_post"}, {"channel": "moment", "kind": "moment"}],
)  # fmt: skip
def test_what_cannot_be_known_again_is_listed_as_unsure(db: Bench, change: dict[str, str]) -> None:
    row = held(db, task(1, **change), pool="bulk")
    assert db.write(outbox.recover, NOW + LEASE) == 1
    assert stored(db, row)["state"] == "unsure"
    assert logged(db, row)[0][0] == "unsure"
    assert claim(db, NOW + 10 * LEASE, pool="bulk") == []
    assert db.write(outbox.recover, NOW + 10 * LEASE) == 0


@pytest.mark.parametrize(
    ("more", "attempts"), [({"expires_at": NOW + LEASE}, 1), ({}, MAX_ATTEMPTS)]
)
def test_a_repeatable_message_without_time_or_attempts_left_is_unsure(
    db: Bench, more: dict[str, int], attempts: int
) -> None:
    row = held(db, answer(1, **more))
    now = NOW
    for n in range(1, attempts):
        db.write(outbox.finish, row, Verdict("later", retry_at=now, note="busy"), now)
        [row] = claim(db, now, lease=f"L{n}")
    db.write(outbox.recover, NOW + LEASE)
    assert stored(db, row)["state"] == "unsure"


def test_at_the_start_of_the_only_process_no_lease_is_alive(db: Bench) -> None:
    row = held(db)
    assert db.write(lambda tx: outbox.recover(tx, NOW + 1, alone=True)) == 1
    assert stored(db, row)["state"] == "ready"


def test_recovery_takes_bounded_pages(db: Bench) -> None:
    queue(db, *(task(n, lane=f"l{n}") for n in range(5)))
    claim(db, pool="bulk")
    assert [db.write(outbox.recover, NOW + LEASE, n=2) for _ in range(4)] == [2, 2, 1, 0]


def move(db: Bench, row: Outbound, event: str, before: Row | None = None) -> bool:
    found = before or stored(db, row)
    return db.write(outbox.move, found, event, NOW + 9, actor="li.na", reason="because")


@pytest.mark.parametrize(
    ("first", "event", "state", "status"),
    [("human", "sent", "sent", "sent"), ("human", "never", "dead", "failed"),
     ("human", "cancel", "cancelled", "cancelled"), ("human", "expire", "expired", "expired"),
     ("unsure", "sent", "sent", "sent"), ("unsure", "never", "dead", "failed")],
)  # fmt: skip
def test_a_later_end_moves_row_trail_and_log_together(
    db: Bench, first: str, event: str, state: str, status: str
) -> None:
    row = held(db)
    db.write(outbox.finish, row, Verdict(first), NOW)
    assert move(db, row, event) is True
    assert stored(db, row)["state"] == state
    assert logged(db, row)[0][:2] == (status, "because")
    last = db.read(audit.history, "outbox", row.id)[-1]
    assert (last["event"], last["actor"], last["reason"]) == (event, "li.na", "because")


def test_who_moves_a_row_that_somebody_else_moved_changes_nothing(db: Bench) -> None:
    row = held(db)
    db.write(outbox.finish, row, Verdict("human"), NOW)
    seen = stored(db, row)
    assert move(db, row, "sent") is True
    trail = db.look("SELECT * FROM audit")
    assert move(db, row, "expire", seen) is False
    assert stored(db, row)["state"] == "sent"
    assert db.look("SELECT * FROM audit") == trail


@pytest.mark.parametrize("event", ["sent", "approve", "again"])
def test_an_unlisted_move_is_refused_by_name(db: Bench, event: str) -> None:
    row = held(db)
    db.write(outbox.finish, row, Verdict("never"), NOW)
    with pytest.raises(IllegalTransition, match=f"{event!r} is not legal in state 'dead'"):
        move(db, row, event)


def failed(db: Bench, **changes: str) -> bool:
    where = {"conversation": "kf:wk1:wm1", "provider_id": "m1"} | changes

    def report(tx: Tx) -> bool:
        return late.failed_later(tx, **where, why="over 48 h", now=NOW + 5)

    return db.write(report)


def test_a_message_that_failed_after_all_is_failed_in_the_log(db: Bench) -> None:
    row = held(db)
    db.write(outbox.finish, row, Verdict("sent", provider_id="m1"), NOW)
    assert failed(db) is True
    assert stored(db, row)["state"] == "dead"
    assert logged(db, row) == [("failed", "over 48 h", "m1")]
    assert db.read(audit.history, "outbox", row.id)[-1]["actor"] == "platform"
    assert failed(db) is False


@pytest.mark.parametrize("change", [{"provider_id": "m2"}, {"conversation": "kf:wk2:wm1"},
                                    {"conversation": ""}, {"provider_id": ""}])  # fmt: skip
def test_a_failure_of_something_else_changes_nothing(db: Bench, change: dict[str, str]) -> None:
    row = held(db)
    db.write(outbox.finish, row, Verdict("sent", provider_id="m1"), NOW)
    assert failed(db, **change) is False
    assert logged(db, row) == [("sent", "", "m1")]


def test_receivers_whom_the_platform_refuses_are_failed_and_stay_so(db: Bench) -> None:
    people = [outbox.Receiver("wm1", "wm1"), outbox.Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1), NOW, people)
    [row] = claim(db, pool="bulk")
    db.write(outbox.finish, row, Verdict("human", provider_id="t"), NOW)
    db.write(receivers.refuse, row.id, ["wm2", "nobody"], "cannot be reached")
    assert [s[:2] for s in logged(db, row)] == [
        ("waiting_tap", ""),
        ("failed", "cannot be reached"),
    ]
    move(db, row, "sent")
    assert [s[0] for s in logged(db, row)] == ["sent", "failed"]


def test_what_is_held_back_at_the_door_uses_no_message_of_the_window(db: Bench) -> None:
    row = held(db)
    [talk] = db.look("SELECT sent_since FROM conversation")
    assert talk == {"sent_since": 1}
    assert db.write(outbox.stop, row, Verdict("never", note="guard: price"), NOW + 1) is True
    assert db.look("SELECT sent_since FROM conversation") == [{"sent_since": 0}]
    assert stored(db, row)["state"] == "dead"
    assert db.write(outbox.stop, row, Verdict("never", note="again"), NOW + 2) is False
    assert db.look("SELECT sent_since FROM conversation") == [{"sent_since": 0}]


def test_what_is_not_due_yet_says_when(db: Bench) -> None:
    assert db.read(outbox.next_due, "reply", NOW) is None
    row = held(db)
    assert db.read(outbox.next_due, "reply", NOW) is None
    db.write(outbox.finish, row, Verdict("later", retry_at=NOW + 7, note="busy"), NOW)
    assert db.read(outbox.next_due, "reply", NOW) == NOW + 7
    assert db.read(outbox.next_due, "bulk", NOW) is None


def test_counts_show_what_is_open_or_went_wrong(db: Bench) -> None:
    verdicts = ["sent", "never", "unsure", "human", "expire", "cancel", "later"]
    queue(db, *(task(n, lane=f"l{n}") for n in range(len(verdicts) + 1)))
    rows = sorted(claim(db, pool="bulk"), key=lambda r: r.id)
    for row, event in zip(rows, verdicts, strict=False):
        db.write(outbox.finish, row, Verdict(event), NOW)
    assert db.read(outbox.counts_by_state) == {
        "dead": 1, "unsure": 1, "waiting": 1, "ready": 1, "sending": 1}  # fmt: skip


@pytest.mark.parametrize("event", [None, "repeat", "unsure"])
def test_a_failure_may_be_reported_before_the_answer_of_the_call(
    db: Bench, event: str | None
) -> None:
    """Whatever the row waits for then: it is dead, and the late answer changes nothing."""
    row = held(db)
    if event is not None:
        db.write(outbox.finish, row, Verdict(event, retry_at=NOW + 5, note="no answer"), NOW)

    def report(tx: Tx) -> int:
        found = late.undecided(tx, row.conversation)
        for each in found:
            late.never_arrived(tx, each, "refused", NOW + 1)
        return len(found)

    assert db.write(report) == 1
    assert db.write(outbox.finish, row, Verdict("sent", provider_id="m1"), NOW + 2) is False
    assert (stored(db, row)["state"], logged(db, row)) == ("dead", [("failed", "refused", None)])
    assert db.write(report) == 0
    trail = db.look("SELECT before, after FROM audit WHERE subject = ? ORDER BY id",
                    f"outbox:{row.id}")  # fmt: skip
    assert all(a["after"] == b["before"] for a, b in itertools.pairwise(trail))
