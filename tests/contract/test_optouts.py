"""What a person says no to, in one place; and who looked at him."""

from __future__ import annotations

import pytest

from bot.core.clock import DAY
from bot.store import consent, lookups, optouts, people, retention
from bot.store.engine import Tx
from tests.contract.conftest import NOW, Bench

WHO = "wmWISH0001"


def known(db: Bench) -> None:
    db.write(people.ensure_member, WHO, NOW, "何小满")


def holds(db: Bench) -> dict[str, str]:
    return {one.scope: one.holds for one in db.read(optouts.of, WHO) or ()}


@pytest.mark.parametrize(("scope", "choice"), [
    ("promotion", "no"), ("promotion", "fewer"), ("promotion", "usual"), ("rating", "no"),
    ("rating", "yes"), ("profile", "yes"), ("personal", "no"), ("partners", "no"),
])  # fmt: skip
def test_each_scope_stands_alone(db: Bench, scope: str, choice: str) -> None:
    known(db)
    before = holds(db)
    assert before == {
        "promotion": "usual", "rating": "yes", "profile": "not asked", "personal": "not asked",
        "partners": "not asked", "archive": "not asked", "moments": "everybody",
        "group posts": "everybody",
    }  # fmt: skip
    db.write(optouts.put, WHO, scope, choice, "boss", NOW + 1)
    assert holds(db) == before | {scope: choice}


def test_he_may_change_his_mind(db: Bench) -> None:
    known(db)
    for at, choice in enumerate(("no", "fewer", "usual", "no")):
        db.write(optouts.put, WHO, "promotion", choice, "boss", NOW + at)
        db.write(optouts.put, WHO, "rating", "no" if choice == "no" else "yes", "boss", NOW + at)
        db.write(optouts.put, WHO, "profile", "no" if choice == "no" else "yes", "boss", NOW + at)
        found = holds(db)
        assert found["promotion"] == choice
        assert found["rating"] == found["profile"] == ("no" if choice == "no" else "yes")
    assert db.read(consent.of_member, WHO)[0] is False
    with pytest.raises(KeyError):
        db.write(optouts.put, WHO, "moments", "no", "boss", NOW)


def test_of_a_stranger_nothing_is_known(db: Bench) -> None:
    assert db.read(optouts.of, "wmNOBODY") is None


def test_who_looked_at_whom_is_noted_once_a_day_and_forgotten_in_time(db: Bench) -> None:
    def look(tx: Tx) -> None:
        for login, page, at in (("boss", "member", 0), ("boss", "member", 1), ("ann", "member", 2),
                                ("boss", "timeline", 3), ("boss", "member", 2 * DAY)):  # fmt: skip
            lookups.note(tx, login, WHO, page, NOW + at, "Asia/Shanghai")

    db.write(look)
    seen = [(one.login, one.page, one.times) for one in db.read(lookups.of_member, WHO)]
    assert seen == [("boss", "member", 1), ("boss", "timeline", 1), ("ann", "member", 1),
                    ("boss", "member", 2)]  # fmt: skip
    page = db.write(retention.sweep, "looked_up", 0, NOW + DAY, 500)
    assert (page.deleted, len(db.read(lookups.of_member, WHO))) == (3, 1)
