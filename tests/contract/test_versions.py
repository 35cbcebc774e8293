"""Which version serves, and who decided that: on both engines, with its trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from bot.store import retention, versions
from bot.store.engine import Row
from bot.store.versions import ROLLBACK, Serving
from tests.contract import publishing
from tests.contract.conftest import NOW, Bench

KIND, NAME = "persona", "lin"


def make(db: Bench, *texts: str) -> None:
    """Versions 1, 2, … each of which serves for a while."""
    for n, text in enumerate(texts):
        db.write(publishing.publish, KIND, NAME, {"a": text}, "disk", NOW + n)


def back(db: Bench, version: int) -> bool:
    return db.write(versions.serve, KIND, NAME, version, "li", NOW + 50, event=ROLLBACK,
                    reason="too loud")  # fmt: skip


def before(db: Bench) -> int | None:
    return versions.served_before(db.read(versions.history, KIND, NAME))


def test_every_change_of_what_serves_is_in_the_history(db: Bench) -> None:
    make(db, "1", "2")
    assert back(db, 1)
    assert db.write(versions.withdraw, KIND, NAME, "disk", NOW + 60, "gone")
    trail = db.read(versions.history, KIND, NAME)
    assert [(r["event"], r["before"], r["after"], r["actor"]) for r in trail] == [
        ("publish", "-", "v1", "disk"), ("publish", "v1", "v2", "disk"),
        ("rollback", "v2", "v1", "li"), ("withdraw", "v1", "-", "disk")]  # fmt: skip
    assert (trail[2]["reason"], trail[2]["at"]) == ("too loud", NOW + 50)


def test_who_serves_since_when_and_by_whom(db: Bench) -> None:
    make(db, "1", "2")
    assert db.read(versions.serving, KIND, NAME) == Serving(version=2, since=NOW + 1, actor="disk")
    back(db, 1)
    assert db.read(versions.serving, KIND, NAME) == Serving(version=1, since=NOW + 50, actor="li")
    assert db.read(versions.serving, KIND, "nobody") is None


def test_what_serves_already_changes_nothing_and_leaves_no_trail(db: Bench) -> None:
    make(db, "1")
    assert not back(db, 1)
    assert not db.write(versions.withdraw, KIND, "nobody", "li", NOW)
    assert len(db.read(versions.history, KIND, NAME)) == 1
    assert db.read(versions.history, KIND, "nobody") == []


def test_going_back_twice_goes_back_two_versions(db: Bench) -> None:
    make(db, "1", "2", "3")
    assert before(db) == 2
    back(db, 2)
    assert before(db) == 1
    back(db, 1)
    assert before(db) is None


def test_after_a_step_back_a_new_version_leads_back_to_what_served(db: Bench) -> None:
    make(db, "1", "2", "3")
    back(db, 1)
    make(db, "4")
    assert before(db) == 1


def test_a_withdrawal_is_no_version_to_go_back_to(db: Bench) -> None:
    make(db, "1", "2")
    db.write(versions.withdraw, KIND, NAME, "disk", NOW)
    assert before(db) == 1
    db.write(versions.serve, KIND, NAME, 2, "li", NOW)
    assert before(db) == 1


def row(event: str, before: str, after: str) -> Row:
    return {"event": event, "before": before, "after": after}


@pytest.mark.parametrize(
    ("trail", "found"),
    [
        ([], None),
        ([row("publish", "v4", "v5")], 4),  # from before there was a history
        ([row("publish", "-", "v1"), row("rollback", "v1", "v9")], 1),
        ([row("publish", "-", "v1"), row("publish", "v1", "v2"), row("publish", "v2", "v1"),
          row("rollback", "v1", "v2")], 1),
    ],
)  # fmt: skip
def test_the_version_that_served_before(trail: list[Row], found: int | None) -> None:
    assert versions.served_before(trail) == found


def test_a_decision_ends_the_waiting_of_a_draft(db: Bench) -> None:
    make(db, "1", "2")
    db.write(versions.saw, KIND, NAME, "d", NOW, waiting=True)
    assert db.read(versions.folders)[KIND, NAME].waiting
    back(db, 1)
    assert not db.read(versions.folders)[KIND, NAME].waiting
    db.write(versions.gone, KIND, NAME)
    assert db.read(versions.folders) == {}


def test_versions_are_found_by_number_and_the_newest_by_name(db: Bench) -> None:
    make(db, "1", "2")
    first, newest = db.read(versions.get, KIND, NAME, 1), db.read(versions.newest, KIND, NAME)
    assert first is not None and newest is not None
    assert (first.files, newest.version) == ({"a": "1"}, 2)
    assert db.read(versions.get, KIND, NAME, 3) is None
    assert db.read(versions.newest, KIND, "nobody") is None
    assert db.read(versions.names, KIND) == {NAME: 2}
    rows = db.read(versions.numbers, KIND, NAME)
    assert [(r["version"], r["author"]) for r in rows] == [(1, "disk"), (2, "disk")]


def test_many_who_decide_at_once_leave_one_unbroken_trail(db: Bench) -> None:
    make(db, *"12345")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: back(db, n), [1, 2, 3, 4, 5] * 3))
    trail = db.read(versions.history, KIND, NAME)
    assert all(a["after"] == b["before"] for a, b in pairwise(trail))
    last = db.read(versions.serving, KIND, NAME)
    assert last is not None and trail[-1]["after"] == f"v{last.version}"


def test_the_history_outlives_the_other_trails(db: Bench) -> None:
    make(db, *"123")
    page = db.write(retention.sweep, "audit", 0, NOW + 1_000_000, 100)
    assert page.last and not page.deleted
    assert len(db.read(versions.history, KIND, NAME)) == 3
