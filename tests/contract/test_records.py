"""People, conversations, taps, versions and the reply log."""

from __future__ import annotations

import pytest

from bot.core.errors import IllegalTransition
from bot.core.model import Group, Outbound, TapResult, TapStatus
from bot.core.policy import Verdict
from bot.store import audit, conversations, outbox, people, replies, taps, versions
from bot.store.engine import Row, Tx
from tests.contract import publishing
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, answer, claim, hear, listen, queue, said, task


def friends(db: Bench, member: str = "wm1") -> list[str]:
    return db.read(people.accounts_of, member)


def test_friendships_begin_end_and_begin_again(db: Bench) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW, "poster-a")
    db.write(people.befriend, "wm1", "chen.mo", NOW + 5)
    assert friends(db) == ["lin.xi", "chen.mo"]
    assert db.read(people.is_friend, "wm1", "lin.xi")
    db.write(people.unfriend, "wm1", "lin.xi", NOW + 9, "member")
    assert friends(db) == ["chen.mo"]
    assert not db.read(people.is_friend, "wm1", "lin.xi")
    db.write(people.befriend, "wm1", "lin.xi", NOW + 20, "poster-b")
    assert friends(db) == ["chen.mo", "lin.xi"]


def test_being_added_twice_keeps_the_first_time(db: Bench) -> None:
    """A half-added friend is added a second time, in either order."""
    db.write(people.befriend, "wm1", "lin.xi", NOW, "poster-a")
    db.write(people.befriend, "wm1", "lin.xi", NOW + 3, "poster-a")
    assert db.look("SELECT since FROM friend") == [{"since": NOW}]


def test_an_end_that_was_noted_is_not_overwritten(db: Bench) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    db.write(people.unfriend, "wm1", "lin.xi", NOW + 1, "member")
    db.write(people.unfriend, "wm1", "lin.xi", NOW + 2, "staff")
    assert db.look("SELECT until, ended_by FROM friend") == [
        {"until": NOW + 1, "ended_by": "member"}]  # fmt: skip


def test_an_end_that_comes_before_its_beginning_wins(db: Bench) -> None:
    """Callbacks are repeated, so they overtake one another; their times are whole seconds."""
    for began in (NOW - 3_000, NOW):
        db.write(people.unfriend, f"wm{began}", "lin.xi", NOW, "staff")
        db.write(people.befriend, f"wm{began}", "lin.xi", began)
        assert friends(db, f"wm{began}") == []
        db.write(people.befriend, f"wm{began}", "lin.xi", NOW + 1_000)
        assert friends(db, f"wm{began}") == ["lin.xi"]


def test_of_an_end_and_a_new_beginning_in_one_second_the_beginning_is_later(db: Bench) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW - 9_000)
    db.write(people.unfriend, "wm1", "lin.xi", NOW, "member")
    db.write(people.befriend, "wm1", "lin.xi", NOW, "poster-b")
    assert friends(db) == ["lin.xi"]


def test_a_late_repeat_of_an_end_does_not_end_what_began_after_it(db: Bench) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    db.write(people.unfriend, "wm1", "lin.xi", NOW - 1_000, "member")
    assert friends(db) == ["lin.xi"]


def test_a_known_name_is_kept_up_to_date_and_not_emptied(db: Bench) -> None:
    for name in ("", "小周", "", "老周"):
        db.write(people.ensure_member, "wm1", NOW, name)
        [row] = db.look("SELECT name FROM member")
        assert row["name"] == (name or row["name"])
    assert row["name"] == "老周"


def windows(db: Bench, since: int = NOW - 1, quota: int = 5) -> list[str]:
    return [row["id"] for row in db.read(people.open_windows, "wm1", since, quota)]


def test_open_windows_are_those_with_time_and_room_left_latest_first(db: Bench) -> None:
    hear(db, said(1, at=NOW), said(2, at=NOW + 5, account="wk2"))
    hear(db, said(3, at=NOW, channel="app"), said(4, peer="wm2"))
    assert windows(db) == ["kf:wk2:wm1", "kf:wk1:wm1"]
    assert windows(db, since=NOW) == ["kf:wk2:wm1"]
    assert windows(db, quota=0) == []
    db.write(conversations.change_mode, "kf:wk2:wm1", "take", NOW, actor="li", reason="")
    assert windows(db) == ["kf:wk1:wm1"]


def test_groups_are_listed_by_owner_until_they_are_gone(db: Bench) -> None:
    for chat, owner, kind in (("wr1", "a", "customer"), ("wr2", "b", "customer"),
                              ("wr3", "a", "internal"), ("wr4", "c", "customer")):  # fmt: skip
        db.write(people.put_group, Group(chat_id=chat, owner=owner, kind=kind, name=chat), NOW)

    def found(*owners: str) -> list[str]:
        return [row["id"] for row in db.read(people.groups_of, owners)]

    assert found("a", "b") == ["wr1", "wr2"]
    assert found() == []
    db.write(people.group_gone, "wr1", NOW)
    assert found("a", "b") == ["wr2"]
    db.write(people.put_group, Group(chat_id="wr2", owner="c", name="new"), NOW + 1)
    assert found("c") == ["wr2", "wr4"]


def change(db: Bench, event: str) -> bool:
    return db.write(conversations.change_mode, TALK, event, NOW, actor="li.na", reason="asked")


def test_a_change_of_mode_has_its_actor_and_reason(db: Bench) -> None:
    hear(db, said(1))
    assert change(db, "take")
    [row] = db.read(audit.history, "conversation", TALK)
    assert (row["before"], row["after"], row["actor"], row["reason"]) == (
        "auto", "staff", "li.na", "asked")  # fmt: skip
    with pytest.raises(IllegalTransition, match="'take' is not legal in state 'staff'"):
        change(db, "take")
    assert change(db, "release")


def test_an_unknown_conversation_cannot_change(db: Bench) -> None:
    assert change(db, "take") is False
    assert db.read(conversations.get, TALK) is None
    assert db.look("SELECT * FROM audit") == []


def tapped(db: Bench, *peers: str) -> Outbound:
    """A task that waits for its owner's tap."""
    receivers = [outbox.Receiver(p, p) for p in peers]
    db.write(outbox.enqueue, task(1), NOW, receivers)
    [row] = claim(db, pool="bulk")
    db.write(outbox.finish, row, Verdict("human", retry_at=NOW, provider_id="job:1"), NOW)
    [waiting] = db.write(taps.due, NOW, 1_000)
    return waiting


def log_of(db: Bench, row: Outbound) -> dict[str, tuple[str, str, str]]:
    found = db.look("SELECT * FROM replies WHERE outbox = ?", row.id)
    return {r["peer"]: (r["status"], r["note"], r["operator"]) for r in found}


def test_a_task_is_looked_at_again_after_a_while(db: Bench) -> None:
    assert db.read(taps.next_look) is None
    row = tapped(db, "wm1")
    assert row.provider_id == "job:1"
    assert db.write(taps.due, NOW + 999, 1_000) == []
    assert db.read(taps.next_look) == NOW + 1_000
    assert [r.id for r in db.write(taps.due, NOW + 1_000, 1_000)] == [row.id]


def test_a_task_nobody_tapped_yet_stays_and_may_get_its_real_name(db: Bench) -> None:
    row = tapped(db, "wm1")
    db.write(taps.report, row, TapStatus(done=False, task="M1"), NOW)
    [again] = db.write(taps.due, NOW + 1_000, 1_000)
    assert (again.state, again.provider_id) == ("waiting", "M1")
    assert log_of(db, row)["wm1"][0] == "waiting_tap"


def test_each_receiver_gets_what_the_platform_says_of_him(db: Bench) -> None:
    row = tapped(db, "wm1", "wm2", "wm3")
    results = (TapResult(peer="wm1", ok=True), TapResult(peer="wm2", ok=False, note="no friend"))
    db.write(taps.report, row, TapStatus(done=False, results=results), NOW)
    assert log_of(db, row) == {
        "wm1": ("sent", "", "lin.xi"),
        "wm2": ("failed", "no friend", "lin.xi"),
        "wm3": ("waiting_tap", "", "lin.xi"),
    }
    db.write(taps.report, row, TapStatus(done=True, results=results), NOW + 5)
    assert {peer: said[0] for peer, said in log_of(db, row).items()} == {
        "wm1": "sent", "wm2": "failed", "wm3": "sent"}  # fmt: skip
    last = db.read(audit.history, "outbox", row.id)[-1]
    assert (last["event"], last["actor"]) == ("sent", "lin.xi")


def test_a_task_that_failed_as_a_whole_fails_for_everybody(db: Bench) -> None:
    row = tapped(db, "wm1", "wm2")
    db.write(taps.report, row, TapStatus(done=True, note="40058: refused"), NOW)
    assert {s[:2] for s in log_of(db, row).values()} == {("failed", "40058: refused")}
    assert db.states("outbox") == {row.id: "dead"}


def test_a_report_after_the_end_changes_no_state(db: Bench) -> None:
    row = tapped(db, "wm1")
    db.write(taps.report, row, TapStatus(done=True), NOW)
    trail = db.look("SELECT * FROM audit")
    db.write(taps.report, row, TapStatus(done=True, note="late"), NOW + 1)
    db.write(taps.give_up, row.id, NOW + 2, "no result")
    assert (db.states("outbox"), db.look("SELECT * FROM audit")) == ({row.id: "sent"}, trail)


def test_whoever_has_no_result_after_the_tap_has_expired(db: Bench) -> None:
    row = tapped(db, "wm1")
    db.write(taps.give_up, row.id, NOW, "no result")
    assert db.states("outbox") == {row.id: "expired"}
    assert log_of(db, row)["wm1"][0] == "expired"
    assert db.read(taps.next_look) is None


A, B = {"a.toml": "x = 1\n"}, {"a.toml": "x = 2\n"}


def publish(db: Bench, files: dict[str, str], name: str = "tester") -> tuple[int, bool]:
    return db.write(publishing.publish, "persona", name, files, "disk", NOW)


def test_versions_count_up_and_equal_files_make_none(db: Bench) -> None:
    assert [publish(db, files) for files in (A, A, B, A)] == [
        (1, True), (1, False), (2, True), (3, True)]  # fmt: skip
    assert publish(db, A, "other") == (1, True)
    found = {(e.name, e.version): e.files for e in db.read(versions.published)}
    assert found == {("tester", 3): A, ("other", 1): A}
    assert len(db.look("SELECT * FROM version")) == 4


def test_a_draft_is_a_version_that_does_not_serve(db: Bench) -> None:
    publish(db, A)
    assert db.write(versions.draft, "persona", "tester", B, "li", NOW) == (2, True)
    assert [e.version for e in db.read(versions.published)] == [1]
    assert publish(db, B) == (2, False)
    assert [e.version for e in db.read(versions.published)] == [2]


def test_what_is_withdrawn_serves_no_more_and_is_not_lost(db: Bench) -> None:
    publish(db, A)
    db.write(versions.withdraw, "persona", "tester", "li", NOW)
    assert db.read(versions.published) == []
    assert publish(db, A) == (1, False)
    assert [e.version for e in db.read(versions.published)] == [1]


def test_the_order_of_files_does_not_make_a_version() -> None:
    assert versions.digest({"a": "1", "b": "2"}) == versions.digest({"b": "2", "a": "1"})
    assert versions.digest({"a": "1"}) != versions.digest({"a": "1", "b": ""})


def test_the_reply_log_is_searched_by_time_persona_member_and_words(db: Bench) -> None:
    listen(db)
    queue(db, answer(1), now=NOW)
    queue(db, answer(2, peer="wm2", persona="second"), now=NOW + 5)
    queue(db, answer(3), now=NOW + 9)

    def found(**wanted: object) -> list[str]:
        def texts(tx: Tx) -> list[Row]:
            return list(replies.search(tx, **wanted))  # type: ignore[arg-type]

        return [row["text"] for row in db.read(texts)]

    assert found() == ["a1", "a2", "a3"]
    assert found(since=NOW + 5) == ["a2", "a3"]
    assert found(persona="second") == ["a2"]
    assert found(member="wm1", since=NOW + 1) == ["a3"]
    assert found(text="3") == ["a3"]
    assert found(text="A3") == ["a3"]
    assert found(text="_") == found(text="%") == found(text="\\") == []


def test_a_long_reply_log_is_read_whole(db: Bench) -> None:
    queue(db, *(answer(n) for n in range(replies.PAGE + 7)))
    assert len(db.read(lambda tx: list(replies.search(tx)))) == replies.PAGE + 7
