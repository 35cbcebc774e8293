"""Portraits in the database follow the log: whatever order it came in, and drawn anew the same."""

from __future__ import annotations

from random import Random

import pytest

from bot.core.event import Event, Happened
from bot.store import events, people, portrait, projections
from bot.store.engine import Row, Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench

WHO = ("wm1", "wm2", "wm3")
ORDER = {"fact": "no, name, source", "member_consent": "no, purpose", "need": "no, kind, word",
         "feedback": "event"}  # fmt: skip


def life(rng: Random, n: int) -> list[Event]:
    """Random events of three members, of whom wm3 is known to be wm1."""
    return [_event(rng, at) for at in range(n)]


def _event(rng: Random, at: int) -> Event:
    kind = rng.choice(sorted(portrait.KINDS))
    which, place = rng.choice(("city", "taste", "birthday")), rng.choice(("staff", "said", "guess"))
    data: dict[str, object] = {"value": rng.choice(("杭州", "乌鲁木齐", "03-05")), "inbox": at}
    if kind is Happened.IMPORTED:
        data = {"city": rng.choice(("成都", "")), "remark": "老客"}
    if kind in (Happened.CONSENTED, Happened.REFUSED):
        which = rng.choice(("gift", "profile"))
    if kind is Happened.NEED:
        which = rng.choice(("worry:睡不好", "wish:茶山"))
    if kind is Happened.UNNOTED:
        place = f"{rng.choice(('need', 'feedback'))}/{rng.randrange(at + 1)}"
    return Event(kind=kind, at=NOW + at, dedupe=f"{kind}/{at}", member=rng.choice(WHO), place=place,
                 which=which, amount=rng.choice((0, 50)), data=data)  # fmt: skip


def tables(db: Bench) -> dict[str, list[Row]]:
    return {name: db.look(f"SELECT * FROM {name} ORDER BY {by}") for name, by in ORDER.items()}


def people_(tx: Tx) -> None:
    for member in WHO:
        people.ensure_member(tx, member, NOW)
    tx.run("member_zone", id="wm2", zone="Asia/Tokyo")


def test_order_repetition_and_batches_do_not_matter(db: Bench) -> None:
    assert set(ORDER) == set(portrait.TABLES)
    told = life(Random(7), 120)
    db.write(people_)
    db.write(lambda tx: events.record(tx, told, NOW))
    at_once = tables(db)
    assert all(at_once.values())
    db.write(projections.clear)
    assert not any(tables(db).values())
    db.write(projections.again, [*WHO, "", "nobody"])
    assert tables(db) == at_once
    zones = {row["id"]: row["zone"] for row in db.look("SELECT id, zone FROM member")}

    def anew(tx: Tx) -> None:
        projections.clear(tx)
        tx.run(Composed("DELETE FROM event"))
        mixed = told + told[::3]
        Random(3).shuffle(mixed)
        for start in range(0, len(mixed), 7):
            events.record(tx, mixed[start : start + 7], NOW)

    db.write(anew)
    assert tables(db) == at_once
    assert {"Asia/Urumqi", "Asia/Shanghai"} & set(zones.values())


@pytest.mark.parametrize("page", [1, 500])
def test_one_person_with_two_ids_has_one_portrait(
    db: Bench, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(portrait, "PAGE", page)

    def told(tx: Tx, *those: Event) -> None:
        events.record(tx, those, NOW)

    def is_one(tx: Tx, person: str | None) -> None:
        tx.run(Composed("UPDATE member SET person = :person WHERE id = 'wm3'"), person=person)
        projections.again(tx, ["wm1", "wm3"])

    def known() -> dict[tuple[str, str], str]:
        rows = db.look("SELECT m.member, f.name, f.value FROM fact f JOIN member_no m ON m.no = f.no"
                       " WHERE f.won = 1")  # fmt: skip
        return {(row["member"], row["name"]): row["value"] for row in rows}

    def said(n: int, member: str, name: str, value: str) -> Event:
        return Event(kind=Happened.FACT, at=NOW + n, dedupe=f"f/{n}", member=member, which=name,
                     place="said", data={"value": value})  # fmt: skip

    db.write(people_)
    db.write(told, said(1, "wm1", "city", "杭州"), said(2, "wm3", "city", "上海"),
             said(3, "wm3", "taste", "绿茶"))  # fmt: skip
    apart = {("wm1", "city"): "杭州", ("wm3", "city"): "上海", ("wm3", "taste"): "绿茶"}
    assert known() == apart
    db.write(is_one, "wm1")
    assert known() == {("wm1", "city"): "上海", ("wm1", "taste"): "绿茶"}
    db.write(told, said(4, "wm3", "taste", "红茶"))
    assert known()[("wm1", "taste")] == "红茶"
    db.write(is_one, None)
    assert known() == apart | {("wm3", "taste"): "红茶"}
