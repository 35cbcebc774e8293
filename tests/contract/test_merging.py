"""Two ids that are one person, on both engines: what goes over, what counts for both, and that
parting gives back just what was there."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.event import Happened
from bot.members.row import MemberRow
from bot.store import (
    consent,
    doubles,
    foretold,
    history,
    imported,
    membersfile,
    merging,
    people,
    persons,
    projections,
    turns,
    whois,
)
from bot.store.doubles import Double
from bot.store.engine import Tx
from bot.store.merging import MergeRefused
from bot.store.outbox import KfWindow
from tests.contract.conftest import NOW, Bench, PostgresBench, SqliteBench
from tests.contract.making import hear, said

TABLES = ("conversation", "replies", "memory", "happening", "member", "friend", "member_tag",
          "rating_refused")  # fmt: skip
WINDOW = KfWindow(5, 48)
COLUMNS = {
    SqliteBench: "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
                 " WHERE m.type = 'table' AND c.name = 'member'",
    PostgresBench: "SELECT table_name AS name FROM information_schema.columns"
                   " WHERE column_name = 'member' AND table_schema = current_schema()",
}  # fmt: skip


def snapshot(db: Bench) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(db.look(f"SELECT * FROM {name}"), key=repr) for name in TABLES}


def world(db: Bench) -> None:
    """wm1 talks by customer service, oa:o1 follows, m:7 stands in a file."""
    hear(db, said())

    def make(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW, "小周")
        people.ensure_member(tx, "oa:o1", NOW)
        membersfile.put(tx, [
            MemberRow("m:7", {"name": "周女士", "tags": ["旧客"], "acquisition_cost": 3000}),
            MemberRow("wm1", {"tags": ["新客"], "acquisition_cost": 6000}),
        ], NOW, "lin", "m.csv")  # fmt: skip
        people.befriend(tx, "wm1", "lin.xi", NOW)
        for member, scope in (("wm1", "persona"), ("oa:o1", "persona"), ("oa:o1", "account:gh1")):
            tx.run("memory_put", persona="xiaozhan", member=member, scope=scope, data="{}", now=NOW)
        tx.run("happening_add", event="order", key="1", member="m:7", account="", which="", at=NOW)

    db.write(make)


def merge(db: Bench, away: str, stays: str, at: int = NOW + 1) -> None:
    db.write(lambda tx: merging.merge(tx, away, stays, "staff", at, "lin", "by phone"))


def part(db: Bench, one: str, other: str, at: int = NOW) -> None:
    db.write(lambda tx: merging.part(tx, one, other, at, "lin"))


def test_every_table_with_a_column_of_members_goes_over_or_says_why_not(db: Bench) -> None:
    """A room's tables follow by being derived anew."""
    sentence = next(text for kind, text in COLUMNS.items() if isinstance(db, kind))
    tables = {row["name"] for row in db.look(sentence)}
    derived = {table for room in projections.ROOMS for table in room.TABLES}
    known = {*merging.MOVES, *merging.STAYS, *derived}
    assert tables - known == set()
    assert set(merging.MOVES).isdisjoint(merging.STAYS) and all(merging.STAYS.values())


def test_parting_gives_back_exactly_what_was_there(db: Bench) -> None:
    world(db)
    before = snapshot(db)
    merge(db, "m:7", "wm1")
    merge(db, "oa:o1", "wm1", NOW + 2)
    assert db.read(imported.tags_of, "oa:o1") == ["新客", "旧客"]
    assert snapshot(db) != before
    part(db, "wm1", "oa:o1", NOW + 3)
    part(db, "m:7", "wm1", NOW + 4)
    assert snapshot(db) == before


def test_a_person_of_three_ids_parts_where_it_was_joined(db: Bench) -> None:
    world(db)
    before = snapshot(db)
    merge(db, "m:7", "oa:o1")
    merge(db, "oa:o1", "wm1", NOW + 2)
    assert db.read(persons.ids_of, "m:7") == ["wm1", "m:7", "oa:o1"]
    part(db, "oa:o1", "wm1", NOW + 2)
    assert db.read(persons.ids_of, "m:7") == ["oa:o1", "m:7"]
    part(db, "m:7", "oa:o1", NOW + 3)
    assert snapshot(db) == before


def test_what_is_known_of_the_one_is_known_by_any_id(db: Bench) -> None:
    world(db)
    merge(db, "m:7", "wm1")
    found = db.read(whois.of, "m:7", NOW, WINDOW)
    assert found is not None and (found["id"], found["ids"]) == ("wm1", ["wm1", "m:7"])
    assert (found["ltv"], found["tags"]) == ("-90.00", ["新客", "旧客"])
    assert [way["channel"] for way in found["reachable"]] == ["contact", "kf"]
    told = db.read(history.of, ["m:7"], [Happened.MERGED])
    assert [(one.other, one.data["evidence"]) for one in told] == [("wm1", "staff")]


def test_a_refusal_by_any_id_counts_for_the_person_and_goes_with_him(db: Bench) -> None:
    world(db)
    db.write(consent.opt_out, "oa:o1", NOW)
    merge(db, "oa:o1", "wm1", NOW + 2)
    assert db.read(consent.of_member, "wm1")[0] is False
    part(db, "oa:o1", "wm1", NOW + 2)
    assert [db.read(consent.of_member, id)[0] for id in ("wm1", "oa:o1")] == [True, False]
    merge(db, "m:7", "wm1", NOW + 3)
    db.write(consent.opt_out, "m:7", NOW + 4)
    assert db.read(consent.of_member, "wm1")[0] is False
    part(db, "m:7", "wm1", NOW + 5)
    assert db.read(consent.of_member, "wm1")[0] is False


def test_a_talk_that_begins_under_the_old_id_is_the_persons_and_parts_with_it(db: Bench) -> None:
    world(db)
    db.write(people.ensure_member, "wm2", NOW)
    merge(db, "wm2", "wm1")
    hear(db, said(peer="wm2"))
    claimed = db.write(turns.claim, NOW + 60_000, "l", NOW + 90_000, 10, 3)
    assert {one.member.id for one in claimed} == {"wm1"}
    assert {one.member.name for one in claimed} == {"小周"}
    part(db, "wm2", "wm1", NOW + 2)
    rows = db.look("SELECT member FROM conversation WHERE peer = ?", "wm2")
    assert rows == [{"member": "wm2"}]


@pytest.mark.parametrize(
    ("pair", "said"),
    [(("wm1", "nobody"), "no member 'nobody'"), (("wm1", "wm1"), "one person already"),
     (("m:7", "wm1"), "one person already")],
)  # fmt: skip
def test_what_cannot_be_merged_is_said(db: Bench, pair: tuple[str, str], said: str) -> None:
    world(db)
    merge(db, "m:7", "wm1")
    with pytest.raises(MergeRefused, match=said):
        merge(db, *pair)
    with pytest.raises(MergeRefused, match="two persons already"):
        part(db, "wm1", "oa:o1")


def test_the_same_union_id_is_one_person_unless_somebody_parted_them(db: Bench) -> None:
    world(db)
    db.write(lambda tx: [tx.run("member_profile", id=id, name="", union_id="oU1", kind=1, gender=0,
                                company="") for id in ("wm1", "oa:o1")])  # fmt: skip
    assert db.write(merging.by_union, ["oa:o1"], NOW) == 1
    assert db.read(persons.ids_of, "oa:o1") == ["wm1", "oa:o1"]
    part(db, "oa:o1", "wm1", NOW + 1)
    assert db.write(merging.by_union, ["oa:o1", "wm1"], NOW + 2) == 0
    pair = Double("oa:o1", "wm1", "union_id", "oU1")
    assert db.read(doubles.listed) == [pair] and db.read(doubles.listed, ("oa:o1", "wm1")) == []
    assert db.read(doubles.of, "oa:o1") == [pair]
    db.write(people.ensure_member, "wm9", NOW, "小周")
    assert [(one.other, one.reason) for one in db.read(doubles.of, "wm1")] == [
        ("oa:o1", "union_id"), ("wm9", "name")]  # fmt: skip
    assert [row["evidence"] for row in db.read(merging.history, "wm1")] == ["union_id"]


def test_the_same_telephone_or_name_and_birthday_are_hints_for_staff(db: Bench) -> None:
    rows = [MemberRow("m:1", {"name": "周", "phone": "13800138000", "birthday": "1990-05-01"}),
            MemberRow("m:2", {"name": "阿明", "phone": "138 0013 8000"}),
            MemberRow("m:3", {"name": "周", "birthday": "1990-05-01"}),
            MemberRow("m:4", {"name": "吴", "birthday": "1990-05-01"})]  # fmt: skip
    db.write(membersfile.put, rows, NOW, "lin", "m.csv")
    assert [(one.other, one.reason) for one in db.read(doubles.of, "m:1")] == [
        ("m:2", "phone"), ("m:3", "birthday")]  # fmt: skip
    pairs, more = db.read(doubles.sharing_phone, n=1)
    assert pairs == [Double("m:1", "m:2", "phone", "13800138000")] and more is not None
    assert db.read(doubles.sharing_phone, more) == ([], None)
    assert db.write(doubles.settle, "m:3", "m:1", "lin", NOW)
    assert not db.write(doubles.settle, "m:1", "m:3", "lin", NOW)
    assert [one.other for one in db.read(doubles.of, "m:1")] == ["m:2"]
    merge(db, "m:2", "m:1")
    assert db.read(doubles.of, "m:2") == db.read(doubles.sharing_phone)[0] == []


def test_two_whom_a_colleague_told_apart_are_not_merged_by_their_union_id(db: Bench) -> None:
    world(db)
    db.write(lambda tx: [tx.run("member_profile", id=id, name="", union_id="oU1", kind=1, gender=0,
                                company="") for id in ("wm1", "oa:o1")])  # fmt: skip
    assert db.write(doubles.settle, "wm1", "oa:o1", "lin", NOW)
    assert db.write(merging.by_union, ["oa:o1", "wm1"], NOW) == 0
    assert db.read(doubles.listed) == db.read(doubles.of, "wm1") == []


def test_what_a_merging_moves_and_parting_gives_back_is_foretold(db: Bench) -> None:
    world(db)
    foreseen = db.read(foretold.merge, "wm1")
    assert {name: foreseen[name] for name in ("talks", "memories", "friends", "orders")} == {
        "talks": 1, "memories": 1, "friends": 1, "orders": 0}  # fmt: skip
    merge(db, "wm1", "m:7")
    (row,) = db.read(merging.history, "m:7")
    parting = db.read(foretold.part, row["id"])
    assert parting is not None and parting.persons == ()
    assert parting.rows == {"conversation": 1, "memory": 1}
    part(db, "wm1", "m:7")
    assert db.read(foretold.part, row["id"]) is None


def test_everything_derived_is_the_same_when_it_is_derived_anew(db: Bench) -> None:
    world(db)
    merge(db, "m:7", "wm1")
    before = snapshot(db)
    db.write(lambda tx: (projections.clear(tx),
                         projections.again(tx, ["wm1", "m:7", "oa:o1"])))  # fmt: skip
    assert snapshot(db) == before
