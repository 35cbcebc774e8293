"""Sets in memory say what the database and the facts say, after whatever happened, on both
engines."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from bot.core.audience import Audience, Everybody, Is, Much, When
from bot.core.audience import Moment as Point
from bot.core.clock import DAY
from bot.core.contacts import Customer, Seat
from bot.members.row import MemberRow
from bot.store import (
    audience,
    chats,
    consent,
    contacts,
    inbox,
    membersfile,
    merging,
    people,
    persons,
    sets,
    tails,
    touched,
)
from bot.store.engine import Store, Tx
from bot.store.setkinds import Timed
from bot.store.sets import Sets
from bot.store.sql import Composed
from scheduler.reasons import belongs
from tests.contract.conftest import NOW, Bench, SqliteBench
from tests.contract.making import AT_ONCE, said
from tests.contract.peopled import ACCOUNTS, GROUPS, STATES, TAGS, condition, person, settle
from tests.contract.peopled import audience as random_audience

ALL = [*(Is("tag", (tag,)) for tag in TAGS), *(Is("group", (group,)) for group in GROUPS)]
Change = Callable[[Tx, Random, str, int], object]


def changes() -> list[Change]:
    """What may happen to a member, by the product's own functions."""
    return [
        lambda tx, rng, who, at: people.befriend(tx, who, rng.choice(ACCOUNTS), at,
                                                 rng.choice(STATES)),
        lambda tx, rng, who, at: people.unfriend(tx, who, rng.choice(ACCOUNTS), at, "member"),
        lambda tx, rng, who, at: contacts.mark(
            tx, rng.choice(ACCOUNTS), who, [f"et-{rng.choice(TAGS)}"],
            [f"et-{rng.choice(TAGS)}"], at),
        lambda tx, rng, who, at: chats.joined(tx, f"wr-{rng.choice(GROUPS)}",
                                              Seat(member=who, joined_at=at), at),
        lambda tx, rng, who, at: chats.left(tx, f"wr-{rng.choice(GROUPS)}", who, at, at, {}),
        lambda tx, rng, who, at: consent.opt_out(tx, who, at),
        lambda tx, rng, who, at: consent.opt_in(tx, who, at),
        lambda tx, rng, who, at: inbox.accept(tx, said(at, at=at, peer=who), AT_ONCE),
        lambda tx, rng, who, at: contacts.put_customers(
            tx, [Customer(id=who, gender=rng.randrange(3))], at),
        lambda tx, rng, who, at: merge(tx, who, rng.choice(everybody(tx)), at),
        lambda tx, rng, who, at: part(tx, who, at),
        lambda tx, rng, who, at: membersfile.put(
            tx, [MemberRow(id=who, said={"tags": [rng.choice(TAGS)]})], at, "lin", "f.csv"),
        lambda tx, rng, who, at: people.ensure_member(tx, f"wm{rng.randrange(1000):03}", at),
        lambda tx, rng, who, at: tx.run("tag_gone", id=f"et-{rng.choice(TAGS)}", now=at),
        lambda tx, rng, who, at: tx.run("tag_put", id=f"et-{rng.choice(TAGS)}", tag_group="g",
                                        name=rng.choice(TAGS), sort=0),
    ]  # fmt: skip


def merge(tx: Tx, away: str, stays: str, at: int) -> None:
    if away != stays and people.known(tx, away)["person"] is None:  # type: ignore[index]
        merging.merge(tx, away, stays, "staff", at, "lin")


def part(tx: Tx, who: str, at: int) -> None:
    for other in persons.ids_of(tx, who)[1:2]:
        merging.part(tx, who, other, at, "lin")


def everybody(tx: Tx) -> list[str]:
    return audience.page(tx, Everybody(), NOW, "", 1_000)


def check(tx: Tx, known: Sets, wanted: Audience, now: int, rng: Random) -> None:
    """The sets, the sentences, and the judge over facts agree."""
    facts = audience.facts(tx, everybody(tx))
    true = sorted(member for member in facts if belongs(wanted, facts[member], now))
    assert audience.count(tx, wanted, now, known) == audience.count(tx, wanted, now) == len(true)
    paged = audience.chunks(tx, wanted, now, rng.randrange(1, 20), known)
    assert [member for part in paged for member in part] == true
    seed, n = rng.randrange(1_000), rng.randrange(1, 8)
    drawn = audience.sample(tx, wanted, now, n, seed, known)
    assert drawn == audience.sample(tx, wanted, now, n, seed)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rounds", [6, pytest.param(24, marks=pytest.mark.soak)])
def test_sets_agree_with_the_database_after_anything(
    db: Bench, seed: int, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds *= 2 if isinstance(db, SqliteBench) else 1  # the sentences are the same, and cost less
    monkeypatch.setattr(sets, "BEHIND", [7, 100_000][seed])
    monkeypatch.setattr(sets, "SLEPT", 1_000 * DAY)
    monkeypatch.setattr("bot.store.setkinds.PAGE", 7)
    monkeypatch.setattr("bot.store.ranks.APART", 4)
    rng = Random(seed)
    db.write(settle, [person(rng, number) for number in range(30)])
    known = Sets(few=0, memory=[1_000, 1 << 20][seed])
    at = NOW
    for _ in range(rounds):
        at += rng.randrange(1, 3 * DAY)

        def change(tx: Tx, at: int = at) -> None:
            members = everybody(tx)
            for number in range(rng.randrange(12)):
                rng.choice(changes())(tx, rng, rng.choice(members), at + number * 1_000)

        db.write(change)
        wanted = [random_audience(rng), random_audience(rng), condition(rng), rng.choice(ALL)]
        for one in wanted:
            db.read(lambda tx, one=one, at=at: check(tx, known, one, at, rng))  # type: ignore[misc]


def some(db: Bench, size: int = 12) -> list[str]:
    rng = Random(4)
    db.write(settle, [person(rng, number) for number in range(size)])
    return db.read(everybody)


def test_a_small_audience_is_left_to_the_database(db: Bench) -> None:
    some(db)
    wanted = Is("account", ("lin.xi",))
    assert db.read(Sets().count, wanted, NOW) is None
    assert db.read(Sets().page, wanted, NOW, "", 3) is None
    known = Sets(few=0)
    assert db.read(known.count, wanted, NOW) == db.read(audience.count, wanted, NOW)
    db.read(known.warm, NOW)
    assert known.bytes() > 0
    with known._lock:  # another thread makes a set, which may take long
        assert db.read(known.count, wanted, NOW) is None


def test_a_set_is_made_once_and_followed(db: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    members = some(db)
    made = list[str]()
    build = Timed.build
    monkeypatch.setattr(Timed, "build", lambda kind, tx: made.append(kind.field) or build(kind, tx))
    known, wanted = Sets(few=0), When("active", "since", Point(NOW))
    for number in range(3):
        db.write(touched.touch, members[:2], NOW)
        db.write(inbox.accept, said(number, peer=members[number]), AT_ONCE)
        assert db.read(known.count, wanted, NOW) == db.read(audience.count, wanted, NOW) > number
    assert made == ["active"]


def test_every_field_has_its_set(db: Bench) -> None:
    """Of times and numbers, too."""
    members, known = some(db), Sets(few=0)
    db.read(known.warm, NOW)
    for name in audience.TIMES:
        for side in ("since", "before"):
            wanted = When(name, side, Point(NOW))  # type: ignore[arg-type]
            assert db.read(known.count, wanted, NOW) == db.read(audience.count, wanted, NOW)
    counts = []
    for amount in (0, 1, 1 << 40):
        wanted = Much("net", "from", amount)
        counts.append(db.read(known.count, wanted, NOW))
        assert counts[-1] == db.read(audience.count, wanted, NOW)
    assert counts[0] == len(members) > counts[1] > counts[2] == 0


def test_somebody_without_a_number_is_not_forgotten(db: Bench) -> None:
    some(db)
    db.write(lambda tx: tx.run("member_ensure", id="wm-x", name="", now=NOW))
    known = Sets(few=0)
    assert db.read(known.count, Everybody(), NOW) is None
    db.write(lambda tx: tx.run("member_number", id="wm-x"))
    assert db.read(known.count, Everybody(), NOW) == 13


def test_who_is_another_counts_once_and_who_is_gone_not_at_all(db: Bench) -> None:
    members = some(db)
    known, wanted = Sets(few=0), When("joined", "since", Point(0))
    before = db.read(known.page, wanted, NOW, "", 50)
    away, gone = before[0], before[1]
    stay = sorted({*before[2:], members[-1]})  # his friendship is that of his other id

    def change(tx: Tx) -> None:
        touched.touch(tx, [away, gone], NOW)
        tx.run(Composed(f"UPDATE member SET person = '{members[-1]}' WHERE id = '{away}'"))
        tx.run(Composed(f"DELETE FROM member WHERE id = '{gone}'"))

    db.write(change)
    assert db.read(known.page, wanted, NOW, "", 50) == stay
    assert db.read(audience.page, wanted, NOW, "", 50) == stay


def test_what_is_marked_is_forgotten_after_a_day(db: Bench) -> None:
    members = some(db)
    db.write(touched.touch, members[:3], NOW)
    db.write(touched.touch, members[:1], NOW + 2 * DAY)
    assert [row["at"] for row in db.look("SELECT at FROM touched")] == [NOW + 2 * DAY]


def test_a_table_whose_last_rows_went_is_begun_anew(db: Bench) -> None:
    """SQLite gives their ids again."""
    members = some(db)
    tail = tails.Tail("tail_touched")
    db.write(touched.touch, members[:3], NOW)
    db.read(tail.start, NOW)
    assert db.read(tail.look, NOW) == []
    db.write(lambda tx: tx.run("touched_forget", before=NOW + 1))
    db.write(touched.touch, members[:3], NOW + 1)
    with pytest.raises(tails.Lost):
        db.read(tail.look, NOW + 1)


def test_a_row_that_is_committed_late_is_seen(pg: Any, other: Store) -> None:
    """On PostgreSQL the order of ids is not the order of commits."""
    members = some(pg)
    tail = tails.Tail("tail_touched")
    pg.read(tail.start, NOW)
    pg._outside.execute("SELECT nextval(pg_get_serial_sequence('touched', 'id'))")
    pg.write(touched.touch, members[1:2], NOW)
    assert [row["id"] for row in pg.read(tail.look, NOW)] == [2]
    pg._outside.execute("INSERT INTO touched (id, no, at) VALUES (1, 1, 1)")
    pg._outside.commit()
    assert [row["id"] for row in pg.read(tail.look, NOW)] == [1]
    assert pg.read(tail.look, NOW) == []
