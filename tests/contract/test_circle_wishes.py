"""What a wish to be in a circle, said in a chat, comes to on both engines."""

from __future__ import annotations

from bot.core.door import FULL, INSIDE, WAITING, Knock
from bot.pipeline import knocking
from bot.store import audit, circles, circling, merging, people, schedule, stays
from tests.contract.conftest import NOW, Bench

ANSWERS = {"最近泡坏了哪一泡？": "泡苦了", "能留出周五晚上吗？": "没有"}


def knock(db: Bench, *knocks: Knock, member: str = "wm1", at: int = NOW) -> None:
    db.write(knocking.done, member, knocks, "xiaozhan", at)


def test_a_wish_to_be_in_comes_into_the_log_and_is_told_to_flows(db: Bench) -> None:
    knock(db, Knock(circle="tea", do="enter"))
    assert db.read(stays.inside, "circle", "tea", "wm1")
    trail = db.read(audit.history, "circle", "tea")
    assert [(row["event"], row["actor"], row["reason"]) for row in trail] == [
        ("admit", "member", "open")]  # fmt: skip
    (due,) = [row["data"] for row in db.write(schedule.take_due, NOW) if row["kind"] == "happened"]
    assert (due["event"], due["which"], due["member"], due["persona"]) == (
        "circle_entered", "tea", "wm1", "xiaozhan")  # fmt: skip


def test_an_application_lands_in_the_queue_with_its_answers(db: Bench) -> None:
    knock(db, Knock(circle="tea", do="apply", answers=ANSWERS))
    (row,) = db.read(circles.queue, "tea")
    assert (row["member"], row["at"], row["answers"]) == ("wm1", NOW, ANSWERS)
    assert db.read(circles.standing, "wm1", {"tea": 0, "cup": 0}) == {"tea": WAITING}
    knock(db, Knock(circle="tea", do="leave"), at=NOW + 1)
    assert db.read(circles.queue, "tea") == []
    assert db.read(circles.standing, "wm1", {"tea": 0}) == {}


def test_a_colleague_who_was_faster_is_not_undone(db: Bench) -> None:
    db.write(lambda tx: circling.admit(tx, "tea", "wm1", NOW, rule="staff", actor="lin"))
    knock(db, Knock(circle="tea", do="apply", answers=ANSWERS),
          Knock(circle="cup", do="enter"), at=NOW + 1)  # fmt: skip
    assert db.read(circles.queue, "tea") == []
    assert db.read(circles.standing, "wm1", {"tea": 0, "cup": 0}) == {"tea": INSIDE, "cup": INSIDE}
    assert db.read(circles.standing, "wm2", {"tea": 2, "cup": 1}) == {"cup": FULL}


def test_one_person_of_two_ids_stands_in_one_place(db: Bench) -> None:
    knock(db, Knock(circle="tea", do="enter"))
    db.write(people.ensure_member, "oa:o1", NOW)
    db.write(lambda tx: merging.merge(tx, "oa:o1", "wm1", "staff", NOW, "lin", ""))
    assert db.read(circles.standing, "oa:o1", {"tea": 1}) == {"tea": INSIDE}
    knock(db, Knock(circle="tea", do="leave"), member="oa:o1", at=NOW + 1)
    assert db.read(circles.standing, "wm1", {"tea": 0}) == {}
