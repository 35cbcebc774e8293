"""Messages that were given up on: what somebody may do about them, and that it is done once."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.body import Text
from bot.core.clock import DAY, HOUR
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.store import audit, campaigns, givenup, intake, outbox, people, turns
from bot.store.engine import Store, Tx
from bot.store.givenup import GivenUpRefused, Within
from bot.store.outbox import Receiver
from tests.contract.conftest import NOW, Bench, PostgresBench, run
from tests.contract.making import (
    AT_ONCE,
    TALK,
    WINDOW,
    answer,
    claim,
    claim_turns,
    hear,
    listen,
    nothing_said,
    queue,
    said,
    task,
)
from tests.contract.test_ledger_plans import plan
from tests.template import migrated

ALL = Within()


def dead(db: Bench, out: Outbound | None = None, note: str = "95013: over") -> int:
    """One message that was given up on."""
    queue(db, out or answer(1))
    [row] = claim(db, pool=(out or answer(1)).pool)
    db.write(outbox.finish, row, Verdict("never", note=note), NOW)
    return row.id


def again(db: Bench, id: int, staff: str = "lin", now: int = NOW) -> int:
    return db.write(givenup.again, id, staff, now, WINDOW)


def listed(db: Bench, state: givenup.State = "dead", within: Within = ALL) -> list[int]:
    return [row["id"] for row in db.read(givenup.latest, state, within)]


def why_not(db: Bench, id: int, now: int = NOW) -> str:
    with pytest.raises(GivenUpRefused) as refused:
        again(db, id, now=now)
    return refused.value.code


def test_sent_anew_it_is_a_message_like_any_other_with_as_much_time_as_it_had(db: Bench) -> None:
    listen(db)
    first = dead(db, answer(1, expires_at=NOW + HOUR))
    assert listed(db) == [first] and db.read(givenup.counts).all == 1
    made = again(db, first, now=NOW + 2 * HOUR)
    [row] = claim(db, now=NOW + 2 * HOUR)
    assert row.id == made and row.body == Text("a1") and row.operator == "bot"
    assert row.expires_at == NOW + 3 * HOUR and row.dedupe == f"resend/{first}"
    assert listed(db) == [] and db.read(givenup.counts).all == 0
    assert db.read(outbox.counts_by_state).get("dead") is None
    log = db.look("SELECT status FROM replies WHERE outbox IN (?, ?) ORDER BY id", first, made)
    assert [one["status"] for one in log] == ["failed", "queued"]
    trail = db.read(audit.history, "outbox", first)[-1]
    assert (trail["event"], trail["actor"], trail["reason"]) == ("resend", "lin", f"outbox:{made}")


def test_of_two_who_press_at_the_same_time_one_comes_second(
    pg: PostgresBench, other: Store
) -> None:
    """In two processes: the row decides, not who looked first."""
    listen(pg)
    first = dead(pg)

    async def press(store: Store, staff: str) -> str:
        try:
            return str(await store.write(givenup.again, first, staff, NOW, WINDOW))
        except GivenUpRefused as refused:
            return refused.code

    async def both() -> list[str]:
        return list(await asyncio.gather(press(pg.store, "lin"), press(other, "chen")))

    found = sorted(run(both()))
    assert found[0].isdigit() and found[1] == "dealt"
    assert len(pg.look("SELECT id FROM outbox WHERE state = 'ready'")) == 1
    events = [row["event"] for row in pg.read(audit.history, "outbox", first)]
    assert events.count("resend") == 1
    with pytest.raises(GivenUpRefused, match="dealt"):
        pg.write(givenup.dismiss, first, "chen", "too late", NOW)


def test_it_is_not_offered_where_it_would_only_fail_again_or_belongs_elsewhere(db: Bench) -> None:
    listen(db)
    over = dead(db, answer(1, kind="care", expires_at=NOW + HOUR))
    assert why_not(db, over, NOW + HOUR) == "over"
    assert why_not(db, over, NOW + 3 * DAY) == "over"
    notice = dead(db, answer(2, kind="notice"))
    assert why_not(db, notice) == "notice"
    closed = dead(db, answer(3))
    with pytest.raises(GivenUpRefused, match="closed: the 48 h"):
        again(db, closed, now=NOW + 3 * DAY)
    assert listed(db) == [closed, notice, over]  # nothing was changed


def test_a_colleagues_words_are_his_who_sends_them_and_the_personas_wait_for_nobody(
    db: Bench,
) -> None:
    listen(db)
    bots, hers = dead(db), dead(db, answer(2, kind="staff", operator="chen"))
    db.write(_taken, "chen")
    assert why_not(db, bots) == "held"
    made = again(db, hers)
    [row] = [r for r in db.look("SELECT id, operator FROM outbox WHERE state = 'ready'")]
    assert (row["id"], row["operator"]) == (made, "lin")


def _taken(tx: Tx, who: str) -> None:
    tx.run("conversation_mode", id=TALK, before="auto", holder="", mode="staff", held_by=who,
           held_at=NOW)  # fmt: skip


def test_a_task_goes_to_whom_it_certainly_missed_and_a_campaigns_list_is_its_own(
    db: Bench,
) -> None:
    row = task(1)
    db.write(outbox.enqueue, row, NOW, [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")])
    [held] = claim(db, pool="bulk")
    db.write(outbox.finish, held, Verdict("never", note="41048: nobody"), NOW)
    db.write(lambda tx: tx.run("reply_receiver", outbox=held.id, peer="wm1", status="sent", note="",
                               operator="lin.xi", at=NOW))  # fmt: skip
    made = again(db, held.id)
    left = db.look("SELECT peer FROM replies WHERE outbox = ?", made)
    assert [one["peer"] for one in left] == ["wm2"]
    [found] = db.read(givenup.whole, [held.id])
    assert (found["people"], found["ended_at"]) == (2, NOW)


def test_what_a_campaign_has_on_its_list_is_resent_there(db: Bench) -> None:
    spring = {"name": "spring", "step": "0", "version": 1, "persona": "tester"}
    db.write(campaigns.add, **spring, at=NOW, until=NOW + DAY, now=NOW)
    first = dead(db, task(1, origin="campaign:spring:0", peer="wm1", pool="reply"))
    assert why_not(db, first) == "campaign"
    assert db.read(givenup.campaigns, ["campaign:spring:0", "campaign:weekly", "flow:x:y"]) == {
        "campaign:spring:0": "spring"}  # fmt: skip


def test_what_may_have_arrived_is_looked_at_first(db: Bench) -> None:
    listen(db)
    ids = []
    for number in (1, 2, 3):
        queue(db, answer(number))
        [row] = claim(db)
        db.write(outbox.finish, row, Verdict("unsure", note="no answer"), NOW)
        ids.append(row.id)
    there, missing, whatever = ids
    assert why_not(db, there) == "unsure" and sorted(listed(db, "unsure")) == ids
    db.write(givenup.settle, there, "lin", True, NOW)
    db.write(givenup.settle, missing, "lin", False, NOW)
    db.write(givenup.dismiss, whatever, "lin", "told him by telephone", NOW)
    assert listed(db, "unsure") == [] and listed(db) == [missing]
    with pytest.raises(GivenUpRefused, match="dealt"):
        db.write(givenup.settle, whatever, "chen", False, NOW)
    states = db.look("SELECT state FROM outbox ORDER BY id")
    assert [row["state"] for row in states] == ["sent", "dead", "unsure"]
    assert again(db, missing) > whatever


def test_a_turn_that_was_given_up_is_worked_on_once_more_or_let_go(db: Bench) -> None:
    for number in (1, 2):
        hear(db, said(number, at=NOW + number))
        assert len(claim_turns(db, NOW + number, f"a{number}", tries=1)) == 1
        assert claim_turns(db, NOW + DAY, f"b{number}", tries=1) == []
    turned, let_go = sorted(row["id"] for row in db.read(givenup.stuck)[0])
    db.write(givenup.turn_again, turned, "lin", NOW + DAY)
    db.write(givenup.turn_dismiss, let_go, "lin", "an old one", NOW)
    for deed in (givenup.turn_again, lambda *a: givenup.turn_dismiss(*a[:3], "x", a[3])):
        for id in (turned, let_go):
            with pytest.raises(GivenUpRefused, match="dealt"):
                db.write(deed, id, "chen", NOW)
    [held] = claim_turns(db, NOW + DAY, "again")
    assert held.ids == (turned,)
    db.write(turns.finish, held, nothing_said(), NOW)
    assert db.read(givenup.stuck) == ([], []) and db.read(givenup.counts).all == 0
    trail = [row["event"] for row in db.read(audit.history, "inbox", let_go)]
    assert trail[-1] == "dismiss"


def test_what_could_not_be_sorted_waits_again_or_is_thrown_away(db: Bench) -> None:
    db.write(intake.leave, [said(1), said(2)])
    first, second = (row["id"] for row in db.look("SELECT id FROM intake ORDER BY id"))
    for id in (first, second):
        db.write(intake.set_aside, id, "KeyError: 'x'")
    assert db.read(givenup.counts).stuck == 2
    db.write(givenup.sort_again, first, "lin", NOW)
    db.write(givenup.sort_dismiss, second, "lin", "spam", NOW)
    with pytest.raises(GivenUpRefused, match="dealt"):
        db.write(givenup.sort_again, first, "chen", NOW)
    assert db.write(intake.sort, AT_ONCE, 10) == 1 and db.read(givenup.stuck) == ([], [])


def test_lists_are_narrowed_by_account_and_days(db: Bench) -> None:
    listen(db)
    mine = dead(db)
    db.write(people.ensure_members, {"wm1": "阿青"}, NOW)
    assert listed(db, within=Within(account="kf:wk1")) == [mine]
    assert listed(db, within=Within(account="kf:wk2")) == []
    assert listed(db, within=Within(since=NOW + 1)) == []
    assert listed(db, within=Within(until=NOW)) == []
    [row] = db.read(givenup.whole, [mine])
    assert (row["name"], row["mode"]) == ("阿青", "auto")


@pytest.mark.parametrize("name", ["given_up_out", "given_up_out_of", "given_up_counts",
                                  "given_up_inbox", "given_up_intake"])  # fmt: skip
def test_no_list_walks_what_was_delivered(name: str) -> None:
    steps = plan(migrated(), name)
    assert "outbox_given_up" in steps or "inbox_dead" in steps or "intake_aside" in steps, steps
