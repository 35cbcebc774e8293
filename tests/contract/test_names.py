"""Who was not asked for yet, and what is kept of what the platform says: names, and union ids by
which two ids turn out to be one person."""

from __future__ import annotations

from bot.core.contacts import Profile
from bot.store import erasing, merging, names, persons
from tests.contract.conftest import NOW, Bench
from tests.contract.making import hear, said


def unasked(db: Bench) -> list[tuple[str, str]]:
    return [(each.peer, each.name) for each in db.read(names.unasked, 10)]


def test_each_conversation_is_asked_for_once_and_a_name_is_kept(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    assert unasked(db) == [("wm1", ""), ("wm2", "")]
    db.write(names.keep, db.read(names.unasked, 10), {"wm1": Profile("小林")}, NOW)
    assert unasked(db) == []
    assert db.look("SELECT id, name FROM member") == [{"id": "wm1", "name": "小林"}]
    hear(db, said(3, peer="wm3"))
    assert unasked(db) == [("wm3", "")]


def test_no_more_than_one_call_can_carry(db: Bench) -> None:
    hear(db, *(said(n, peer=f"wm{n}") for n in range(3)))
    assert len(db.read(names.unasked, 2)) == 2


def test_a_follower_with_the_union_id_of_a_customer_is_one_person_with_him(db: Bench) -> None:
    hear(db, said(1), said(2, peer="oA", channel="oa", account="shop"),
         said(3, peer="oB", channel="oa", account="other"))  # fmt: skip
    asked = db.read(names.followers, 10)
    assert [(one.account, one.peer, one.member) for one in asked] == [("other", "oB", "oa:oB")]
    assert db.write(names.keep, asked, {"oB": Profile(union_id="uB")}, NOW) == 0
    asked = db.read(names.followers, 10)
    assert [one.peer for one in asked] == ["oA"]
    assert db.write(names.keep, asked, {"oA": Profile(union_id="u1")}, NOW) == 0
    kf = db.read(names.unasked, 10)
    assert db.write(names.keep, kf, {"wm1": Profile("小林", "u1")}, NOW) == 1
    assert db.read(persons.ids_of, "oa:oA") == ["wm1", "oa:oA"]
    (row,) = db.read(merging.history, "wm1")
    assert (row["evidence"], row["note"], row["actor"]) == ("union_id", "u1", "platform")
    assert db.read(names.followers, 10) == [] and db.read(names.unasked, 10) == []
    # what nobody tells leaves what is known as it is
    db.write(names.keep, kf, {"wm1": Profile()}, NOW)
    assert db.look("SELECT name, union_id FROM member WHERE id = 'wm1'") == [
        {"name": "小林", "union_id": "u1"}]  # fmt: skip


def test_who_was_erased_while_the_platform_was_asked_is_not_brought_back(db: Bench) -> None:
    hear(db, said(1))
    asked = db.read(names.unasked, 10)
    assert db.write(erasing.begin, "wm1", "lead", NOW) is not None
    db.write(names.keep, asked, {"wm1": Profile("小林", "u1")}, NOW)
    assert db.look("SELECT * FROM member WHERE id = 'wm1'") == []
