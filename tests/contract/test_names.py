"""Which kf customers have no name yet, and what is kept of what the platform says."""

from __future__ import annotations

from bot.store import names
from tests.contract.conftest import NOW, Bench
from tests.contract.making import hear, said


def unasked(db: Bench) -> list[tuple[str, str]]:
    return [(each.peer, each.name) for each in db.read(names.unasked, 10)]


def test_each_conversation_is_asked_for_once_and_a_name_is_kept(db: Bench) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    assert unasked(db) == [("wm1", ""), ("wm2", "")]
    ids = [each.conversation for each in db.read(names.unasked, 10)]
    db.write(names.keep, ids, {"wm1": "小林"}, NOW)
    assert unasked(db) == []
    assert db.look("SELECT id, name FROM member") == [{"id": "wm1", "name": "小林"}]
    hear(db, said(3, peer="wm3"))
    assert unasked(db) == [("wm3", "")]


def test_no_more_than_one_call_can_carry(db: Bench) -> None:
    hear(db, *(said(n, peer=f"wm{n}") for n in range(3)))
    assert len(db.read(names.unasked, 2)) == 2
