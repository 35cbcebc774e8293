"""An audience means the same in the database as over one member's facts, on both engines."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from bot.core.audience import And, Audience, Everybody, Is, Not, Or
from bot.store import audience
from bot.store.engine import Row, Tx
from scheduler.reasons import belongs
from tests.contract.conftest import NOW, Bench, SqliteBench
from tests.contract.peopled import Person, condition, person, settle
from tests.contract.peopled import audience as random_audience

FULL = pytest.param(30, marks=pytest.mark.soak)  # audiences of each kind


def world(db: Bench, seed: int, size: int = 40) -> list[Person]:
    rng = Random(seed)
    persons = [person(rng, number) for number in range(size)]
    db.write(settle, persons)
    return persons


def truth(persons: list[Person], wanted: Audience) -> list[str]:
    return [one.id for one in persons if belongs(wanted, one.facts, NOW)]


def check(tx: Tx, persons: list[Person], wanted: Audience, rng: Random) -> None:
    """Count, all ids in pages of any size, and samples are those of the members who belong."""
    true = truth(persons, wanted)
    assert audience.count(tx, wanted, NOW) == len(true)
    paged = list(audience.chunks(tx, wanted, NOW, rng.randrange(1, 20)))
    assert [member for part in paged for member in part] == true
    n, seed = rng.randrange(1, 8), rng.randrange(1_000)
    drawn = audience.sample(tx, wanted, NOW, n, seed)
    assert len(drawn) == len(set(drawn)) == min(n, len(true))
    assert set(drawn) <= set(true)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rounds", [6, FULL])
def test_the_database_and_the_facts_agree(
    db: Bench, seed: int, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether all are walked or few are listed first."""
    rounds *= 2 if isinstance(db, SqliteBench) else 1  # the sentences are the same, and cost less
    persons, rng = world(db, seed), Random(seed)

    def compare(tx: Tx) -> None:
        for _ in range(rounds):
            check(tx, persons, random_audience(rng), rng)
            check(tx, persons, condition(rng), rng)

    for few in (0, audience.FEW):
        monkeypatch.setattr(audience, "FEW", few)
        db.read(compare)


def test_the_facts_read_are_the_facts(db: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "PAGE", 7)
    persons = world(db, 5)
    read = db.read(audience.facts, [one.id for one in persons])
    assert read == {one.id: one.facts for one in persons}


def test_a_member_of_whom_nothing_is_known_has_empty_facts(db: Bench) -> None:
    found = db.read(audience.facts, ["wm-nobody"])["wm-nobody"]
    assert found["tag"] == frozenset()
    assert found["active"] is None


def test_a_tag_that_was_deleted_or_has_a_twin(db: Bench) -> None:
    persons = world(db, 1)
    true = truth(persons, Is("tag", ("常客",)))
    assert true

    def twin(tx: Tx) -> None:
        tx.run("tag_put", id="et-twin", tag_group="other", name="常客", sort=0)
        tx.run("member_ensure", id="wm999", name="", now=NOW)
        tx.run("friend_tag_add", member="wm999", account="lin.xi", tag="et-twin")

    db.write(twin)
    assert db.read(audience.page, Is("tag", ("常客",)), NOW) == [*true, "wm999"]
    db.write(lambda tx: tx.run("tag_gone", id="et-twin", now=NOW))
    assert db.read(audience.page, Is("tag", ("常客",)), NOW) == true


def test_a_sample_begins_where_the_seed_says_and_goes_round(db: Bench) -> None:
    persons = world(db, 2, 10)
    everybody = [one.id for one in persons]
    found = db.read(audience.sample, Everybody(), NOW, 10, 7)
    assert found == everybody[8:] + everybody[:8]
    assert db.read(audience.sample, Everybody(), NOW, 3, 7) == found[:3]


def test_nobody_is_in_an_empty_database(db: Bench) -> None:
    assert db.read(audience.count, Everybody(), NOW) == 0
    assert db.read(audience.sample, Everybody(), NOW, 5, 3) == []


class Spy:
    """Keeps the composed sentences that a real transaction is given."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.seen = tx, list[str]()

    def rows(self, query: Any, **params: Any) -> list[Row]:
        self.seen.append(getattr(query, "text", query))
        return self._tx.rows(query, **params)

    def row(self, query: Any, **params: Any) -> Row | None:
        self.seen.append(getattr(query, "text", query))
        return self._tx.row(query, **params)


def counting(db: Bench, wanted: Audience) -> str:
    """The sentence by which the members of an audience are counted."""

    def count(tx: Tx) -> str:
        spy: Any = Spy(tx)
        audience.count(spy, wanted, NOW)
        return str(spy.seen[-1])

    return db.read(count)


def test_the_smallest_set_leads_and_is_not_asked_twice(db: Bench) -> None:
    persons = world(db, 4)
    tags = {tag: len(truth(persons, Is("tag", (tag,)))) for tag in ("常客", "老客")}
    small = Is("account", ("gu.an",))
    assert 0 < len(truth(persons, small)) < min(tags.values())
    sentence = counting(db, And((Is("tag", ("常客",)), small, Not(Is("tag", ("老客",))))))
    assert re.search(r"FROM \(SELECT member AS id FROM friend\b", sentence)
    assert sentence.count("account IN") == 1
    assert sentence.count("FROM friend_tag") == 2


def test_what_can_be_listed_in_no_branch_is_walked(db: Bench) -> None:
    world(db, 4, 5)
    listed = Or((Is("tag", ("常客",)), Is("account", ("gu.an",))))
    assert "UNION" in counting(db, listed)
    walked = Or((Is("tag", ("常客",)), Is("promo", ("1",))))
    sentence = counting(db, walked)
    assert "FROM (SELECT * FROM member WHERE person IS NULL) AS who" in sentence
    assert "who.promo_ok IN" in sentence


def test_a_word_is_a_value_and_never_a_part_of_the_sentence(db: Bench) -> None:
    world(db, 4, 5)
    evil = "x') OR 1=1 --"
    for name in ("tag", "account", "source", "group"):
        wanted = Is(name, (evil,))
        assert db.read(audience.count, wanted, NOW) == 0
        assert evil not in counting(db, wanted)
