"""Rows of members files on both engines."""

from __future__ import annotations

from bot.core.event import Happened
from bot.members.row import MemberRow
from bot.store import history, imported, membersfile, people
from bot.store.membersfile import Counts
from tests.contract.conftest import NOW, Bench

ROWS = [MemberRow("wm1", {"name": "小周", "tags": ["a", "b"], "acquisition_cost": 6000}),
        MemberRow("wm2", {"city": "杭州"}), MemberRow("wm3", {})]  # fmt: skip


def put(db: Bench, rows: list[MemberRow], at: int) -> Counts:
    return db.write(membersfile.put, rows, at, "lin", "m.csv")


def test_the_same_file_twice_is_nothing_new_and_an_older_one_is(db: Bench) -> None:
    assert put(db, ROWS, NOW) == Counts(added=3)
    assert put(db, ROWS, NOW + 1) == Counts(unchanged=3)
    other = [MemberRow("wm1", {"tags": ["c"]})]
    assert put(db, other, NOW + 2) == Counts(changed=1)
    assert db.read(imported.tags_of, "wm1") == ["c"]
    assert put(db, ROWS, NOW + 3) == Counts(changed=1, unchanged=2)
    assert db.read(imported.tags_of, "wm1") == ["a", "b"]
    told = db.read(history.of, ["wm1", "wm2", "wm3"], [Happened.IMPORTED])
    assert [(one.member, one.at - NOW) for one in told if one.member == "wm1"] == [
        ("wm1", 0), ("wm1", 2), ("wm1", 3)]  # fmt: skip
    subjects = db.look("SELECT reason FROM audit WHERE subject = 'members:m.csv' ORDER BY id")
    assert [row["reason"] for row in subjects] == [
        "3 added, 0 changed", "0 added, 1 changed", "0 added, 1 changed"]  # fmt: skip


def test_all_are_told_as_a_file_may_say_them(db: Bench) -> None:
    put(db, ROWS, NOW)
    db.write(people.ensure_member, "wm4", NOW, "阿明")
    assert db.read(membersfile.total) == 4
    assert db.read(lambda tx: list(membersfile.everybody(tx))) == [
        ("wm1", {"name": "小周", "tags": ["a", "b"], "acquisition_cost": 6000}),
        ("wm2", {"name": "", "tags": [], "city": "杭州"}), ("wm3", {"name": "", "tags": []}),
        ("wm4", {"name": "阿明", "tags": []})]  # fmt: skip


def test_every_member_gets_one_number_however_he_comes(db: Bench) -> None:
    put(db, ROWS, NOW)
    db.write(people.ensure_member, "wm4", NOW)
    db.write(people.ensure_member, "wm4", NOW)
    put(db, [*ROWS, MemberRow("wm4", {"name": "x"})], NOW + 1)
    rows = db.look("SELECT no, member FROM member_no ORDER BY member")
    assert [row["member"] for row in rows] == ["wm1", "wm2", "wm3", "wm4"]
    assert len({row["no"] for row in rows}) == 4
