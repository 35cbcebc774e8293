"""How far a version has come, who decided it, and which file is to follow: on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.content import ContentRefused
from bot.core.findings import ERROR, WARNING, Finding
from bot.store import retention, review, versions, wanted
from bot.store.engine import Tx
from bot.store.sql import Composed, migrations, statements
from bot.store.versions import ROLLBACK
from tests.contract import publishing
from tests.contract.conftest import NOW, Bench

KIND, NAME = "template", "care/day1"


def write(db: Bench, *texts: str, author: str = "wu") -> None:
    for n, text in enumerate(texts):
        db.write(versions.draft, KIND, NAME, {"day1.j2": text}, author, NOW + n)


def move(db: Bench, version: int, event: str, actor: str = "li", note: str = "") -> str:
    return db.write(review.move, KIND, NAME, version, event, actor, NOW + 50, note)


def state(db: Bench, version: int) -> str:
    found = db.read(review.get, KIND, NAME, version)
    assert found is not None
    return found.state


def test_a_version_goes_from_draft_to_retired_and_each_step_has_its_trail(db: Bench) -> None:
    write(db, "1")
    steps = [("submit", "review"), ("reject", "draft"), ("submit", "review"),
             ("approve", "approved"), ("retire", "retired"), ("reinstate", "approved")]  # fmt: skip
    assert [move(db, 1, event, note=event) for event, _ in steps] == [to for _, to in steps]
    rows = db.read(review.trail, KIND, NAME)
    assert [(r["event"], r["after"], r["reason"]) for r in rows] == [
        (event, to, event) for event, to in steps]  # fmt: skip
    found = db.read(review.get, KIND, NAME, 1)
    assert found is not None
    assert (found.author, found.actor, found.note, found.base) == ("wu", "li", "reinstate", 0)


@pytest.mark.parametrize("event", ["approve", "reject", "retire", "reinstate"])
def test_what_a_draft_cannot_become_changes_nothing(db: Bench, event: str) -> None:
    write(db, "1")
    with pytest.raises(ContentRefused) as refused:
        move(db, 1, event)
    assert (refused.value.code, refused.value.facts["state"]) == ("state", "draft")
    assert (state(db, 1), db.read(review.trail, KIND, NAME)) == ("draft", [])
    with pytest.raises(ContentRefused, match="no version 7"):
        move(db, 7, "submit")


def test_whatever_serves_is_approved_by_whoever_put_it_there(db: Bench) -> None:
    write(db, "1", "2", "3")
    move(db, 2, "submit")
    for version in (1, 2):
        db.write(versions.serve, KIND, NAME, version, "disk", NOW + 9)
    assert [state(db, n) for n in (1, 2, 3)] == ["approved", "approved", "draft"]
    move(db, 1, "retire")
    db.write(versions.serve, KIND, NAME, 1, "li", NOW + 9, event=ROLLBACK, reason="better")
    found = db.read(review.get, KIND, NAME, 1)
    assert found is not None and (found.state, found.note) == ("approved", "better")
    trail = [
        (r["subject"].partition(":")[0], r["event"]) for r in db.read(review.trail, KIND, NAME)
    ]
    assert trail == [("content", "submit"), ("content", "publish"), ("published", "publish"),
                     ("content", "approve"), ("published", "publish"), ("content", "retire"),
                     ("content", "reinstate"), ("published", "rollback")]  # fmt: skip


def test_of_many_who_decide_at_once_one_does(db: Bench) -> None:
    write(db, "1")
    move(db, 1, "submit")

    def decide(n: int) -> str:
        try:
            return move(db, 1, ("approve", "reject")[n % 2], f"li{n}")
        except ContentRefused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(decide, range(6)))
    assert sum(word != "state" for word in said) == 1
    assert len(db.read(review.trail, KIND, NAME)) == 2


def test_who_waits_longest_is_first_and_the_list_names_what_serves(db: Bench) -> None:
    write(db, "1", "2")
    db.write(publishing.publish, "flow", "welcome", {"welcome.toml": "x"}, "disk", NOW)
    move(db, 1, "submit")
    db.write(versions.serve, KIND, NAME, 1, "li", NOW + 60)
    move(db, 2, "submit")
    assert [(w.name, w.version) for w in db.read(review.waiting)] == [(NAME, 2)]
    assert db.read(review.waiting, "draft") == []
    listed = {one.newest.name: (one.newest.version, one.newest.state, one.serving, one.served_by)
              for one in db.read(review.newest)}  # fmt: skip
    assert listed == {"welcome": (1, "approved", 1, "disk"), NAME: (2, "review", 1, "li")}
    assert [(one.version, one.state) for one in db.read(review.of, KIND, NAME)] == [
        (1, "approved"), (2, "review")]  # fmt: skip


def test_versions_of_an_older_release_get_their_state_at_the_next_look(db: Bench) -> None:
    write(db, "1", "2")
    db.write(versions.serve, KIND, NAME, 1, "disk", NOW)
    assert db.write(review.mend, NOW) == 0
    db.write(run, "DELETE FROM review")
    assert db.write(review.mend, NOW) == 2
    assert [state(db, n) for n in (1, 2)] == ["approved", "draft"]


def run(tx: Tx, sql: str) -> None:
    tx.run(Composed(sql))


def test_the_migration_knows_what_was_ever_put_into_service(db: Bench) -> None:
    write(db, "1", "2", "3")
    for version in (1, 2):
        db.write(versions.serve, KIND, NAME, version, "disk", NOW)
    db.write(run, "DELETE FROM review")
    sql = next(sql for number, _, sql in migrations() if number == 24)
    db.write(run, next(s for s in statements(sql) if s.startswith("INSERT INTO review")))
    assert [(s.state, s.base, s.actor) for s in db.read(review.of, KIND, NAME)] == [
        ("approved", 0, "wu"), ("approved", 1, "wu"), ("draft", 2, "wu")]  # fmt: skip


def test_a_file_is_wanted_until_it_is_there_or_something_else_serves(db: Bench) -> None:
    write(db, "1", "2")
    db.write(versions.serve, KIND, NAME, 1, "li", NOW)
    db.write(wanted.want, KIND, NAME, 1, "li", NOW)
    (first,) = db.read(wanted.standing)
    assert db.write(wanted.failed, first, "no room") and not db.write(
        wanted.failed, first, "no room"
    )
    assert db.read(wanted.standing)[0].note == "no room"
    db.write(wanted.want, KIND, NAME, 2, "li", NOW)
    assert not db.write(wanted.done, first), "another version is wanted by now"
    (second,) = db.read(wanted.standing)
    assert (second.version, second.note) == (2, "")
    assert db.write(wanted.done, second) and db.read(wanted.standing) == []
    db.write(wanted.want, KIND, NAME, 2, "li", NOW)
    db.write(versions.serve, KIND, NAME, 1, "wang", NOW)
    assert db.read(wanted.standing) == [], "somebody decided otherwise"


def finding(line: int, severity: str = ERROR) -> Finding:
    return Finding(file="content/care/day1.j2", line=line, rule="r", severity=severity,
                   message="错了", fix="改")  # fmt: skip


def test_the_findings_of_a_look_replace_those_of_the_last_errors_first(db: Bench) -> None:
    assert db.write(wanted.keep, [finding(1, WARNING), finding(2)])
    assert [f.line for f in db.read(wanted.findings)] == [2, 1]
    assert not db.write(wanted.keep, [finding(2), finding(1, WARNING)])
    assert db.write(wanted.keep, [finding(n) for n in range(2000)])
    assert len(db.read(wanted.findings)) == wanted.FINDINGS_MAX
    assert db.write(wanted.keep, []) and db.read(wanted.findings) == []


def test_the_trail_of_a_review_outlives_the_other_trails(db: Bench) -> None:
    write(db, "1")
    for event in ("submit", "approve", "retire"):
        move(db, 1, event)
    assert not db.write(retention.sweep, "audit", 0, NOW + 1_000_000, 100).deleted
    assert len(db.read(review.trail, KIND, NAME)) == 3
