"""What the pages of circles read and decide, on both engines."""

from __future__ import annotations

import asyncio
import random
from datetime import date

import pytest

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.core.model import Group
from bot.members.circle import Circle
from bot.members.ledger import Line, days
from bot.members.outlinks import OutLink
from bot.store import (
    admitting,
    breaking,
    circledesk,
    circles,
    circling,
    events,
    flowing,
    ledger,
    ledger_rows,
    outlinks,
    people,
    schedule,
    stays,
)
from bot.store.admitting import AnsweredAnew, Behind, DecidedAlready
from bot.store.engine import Store, Tx
from bot.store.ledger_rows import FIRST, WHATS, Of
from bot.store.ledger_rows import Behind as After
from tests.contract.conftest import NOW, Bench, PostgresBench

TEA = Circle(id="tea", title="茶友", principle="interest")
SPAN = days(date(2026, 8, 20), 34, "Asia/Shanghai")


def told(kind: Happened, at: int, member: str, **more: str) -> Event:
    return Event(kind=kind, at=at, member=member, dedupe=f"{kind}/{member}/{at}/{more}", **more)


def test_each_number_of_a_ledger_has_as_many_rows_behind_it(db: Bench) -> None:
    chance, kinds = random.Random(3), (Happened.ADDED, Happened.PARTED, Happened.HANDED)
    log = [told(kinds[chance.choice((0, 0, 1, 2))], NOW - chance.randrange(40) * DAY - n % 7,
                f"wm{chance.randrange(6)}", account=chance.choice(("a", "b")), other="b")
           for n in range(60)]  # fmt: skip
    log += [told(Happened.JOINED, NOW - n * DAY, f"wm{n}", place="g") for n in range(4)]
    db.write(lambda tx: events.record(tx, log, NOW))
    for of in (Of("account", "a"), Of("account", "b"), Of("group", "g"),
               Of("persona", "p", ("a", "b")), Of("brand")):  # fmt: skip
        for line, edges in zip(_lines(db, of), zip(SPAN.edges, SPAN.edges[1:], strict=False),
                               strict=True):  # fmt: skip
            for what in WHATS:
                found = list(db.read(lambda tx, o=of, w=what, e=edges: list(
                    ledger_rows.every(tx, o, w, e))))  # fmt: skip
                assert len(found) == getattr(line, what), (of, line.day, what)
    first = db.read(ledger_rows.rows, Of("brand"), "closing", (SPAN.edges[0], NOW), FIRST, 2)
    behind = After(first[-1]["at"], first[-1]["member"])
    rest = db.read(ledger_rows.rows, Of("brand"), "closing", (SPAN.edges[0], NOW), behind)
    assert [row["member"] for row in (*first, *rest)] == sorted(
        {row["member"] for row in (*first, *rest)})  # fmt: skip


def _lines(db: Bench, of: Of) -> list[Line]:
    if of.kind == "brand":
        return db.read(ledger.of_brand, SPAN)
    if of.kind == "persona":
        return db.read(ledger.of_persona, of.accounts, SPAN)
    return db.read(ledger.of_places, of.kind, SPAN, of.place)


def test_the_queue_is_decided_once_and_as_it_was_seen(db: Bench) -> None:
    for n in range(4):
        db.write(circling.apply, "tea" if n else "cup", f"wm{n}", {"为什么": f"{n}"}, NOW + n)
    page = db.read(admitting.page, "", None, 3)
    assert [row["member"] for row in page] == ["wm0", "wm1", "wm2"]
    last = Behind(page[-1]["at"], page[-1]["circle"], page[-1]["member"])
    assert [row["member"] for row in db.read(admitting.page, "", last)] == ["wm3"]
    assert [row["member"] for row in db.read(admitting.page, "cup")] == ["wm0"]
    seen = page[1]["mark"]

    def accept(tx: Tx, mark: str = seen) -> None:
        admitting.accept(tx, "tea", "wm1", mark, NOW + 9, rule="questions", actor="lin")

    def refuse(tx: Tx) -> None:
        admitting.turn_down(tx, "tea", "wm1", seen, NOW + 9, why="x", actor="su")

    db.write(circling.apply, "tea", "wm1", {"为什么": "想清楚了"}, NOW + 8)
    with pytest.raises(AnsweredAnew):
        db.write(accept)
    fresh = db.read(admitting.page, "tea")[0]["mark"]
    db.write(accept, fresh)
    for act in (accept, refuse):
        with pytest.raises(DecidedAlready) as late:
            db.write(act)
        assert late.value.row and late.value.row["decided_by"] == "lin"
    with pytest.raises(DecidedAlready):
        db.write(lambda tx: admitting.accept(tx, "tea", "wm9", "", NOW, rule="x", actor="x"))
    (row,) = db.read(admitting.decided, "tea")
    assert (row["member"], row["state"], row["why"]) == ("wm1", "admitted", "questions")
    assert db.read(circledesk.waiting) == 3


def test_a_circle_its_members_and_those_beside_it(db: Bench) -> None:
    def live(tx: Tx) -> None:
        for n, name in enumerate(("阿宁", "小周%", "Zoe")):
            people.ensure_member(tx, f"wm{n}", NOW - 9 * DAY, name)
            circling.admit(tx, "tea", f"wm{n}", NOW - n * DAY, rule="open", actor="x")
        circling.admit(tx, "cup", "wm1", NOW, rule="open", actor="x", inviter="wm0")
        circling.apply(tx, "tea", "wm7", {}, NOW - 5 * DAY)
        people.put_group(tx, Group(chat_id="wr1", owner="lin", name="一群"), NOW)
        events.record(tx, [told(Happened.JOINED, NOW, "wm0", place="wr1")], NOW)
        schedule.add_due(tx, "lead/tea/1", "lead", NOW + DAY, {"circle": "tea", "led": False})

    db.write(live)
    (card,) = db.read(circledesk.cards, [TEA], SPAN)
    assert (card.figures["members"], card.waiting, card.oldest) == (3, 1, NOW - 5 * DAY)
    assert [line.closing for line in card.days][-3:] == [1, 2, 3] or card.days[-1].closing == 3
    for text, who in (
        ("", ["wm0", "wm1", "wm2"]),
        ("zo", ["wm2"]),
        ("%", ["wm1"]),
        ("wm1", ["wm1"]),
    ):
        assert [row["member"] for row in db.read(circledesk.members, "tea", text)] == who, text
    assert [row["member"] for row in db.read(circledesk.members, "tea", "", "wm1")] == ["wm2"]
    (near,) = db.read(lambda tx: circledesk.beside(tx, "tea", breaking.of(tx, 0, NOW + 1)))
    assert (near.circle, near.size, near.shared, near.came, near.gone) == ("cup", 1, 1, 0, 1)
    assert [row["at"] for row in db.read(circledesk.planned, "tea")] == [NOW + DAY]
    assert db.read(circledesk.planned, "cup") == []
    assert [(row["id"], row["members"]) for row in db.read(circledesk.groups, ["一群", "无"])] == [
        ("wr1", 1)]  # fmt: skip
    assert db.read(circles.sizes) == {"tea": 3, "cup": 1}
    assert db.read(stays.inside, "circle", "cup", "wm1")


def test_links_with_clicks_and_joins_and_codes_with_what_they_are(db: Bench) -> None:
    def live(tx: Tx) -> tuple[str, str]:
        made = [outlinks.make(tx, OutLink(url=f"https://x.cn/{n}", carrier="shop", posted="group"),
                              NOW - n, "lin") for n in range(2)]  # fmt: skip
        for n in range(3):
            people.ensure_member(tx, f"wm{n}", NOW)
            people.befriend(tx, f"wm{n}", "a", NOW - DAY, made[0] if n else "douyin.1")
        click = {"which": made[0], "place": "u"}
        events.record(
            tx, [told(Happened.CLICKED, NOW - n, f"wm{n}", **click) for n in range(2)], NOW
        )
        return made[0], made[1]

    one, two = db.write(live)
    first = db.read(outlinks.page, None, 1)
    assert [(row["code"], row["clicks"], row["joins"]) for row in first] == [(one, 2, 2)]
    rest = db.read(outlinks.page, (first[0]["made_at"], one))
    assert [(row["code"], row["clicks"], row["joins"]) for row in rest] == [(two, 0, 0)]
    clicks = db.read(outlinks.clicks, one, n=1)
    assert len(clicks) == 1 == len(db.read(outlinks.clicks, one, clicks[0]["id"]))
    found = db.read(flowing.by_code, 0, NOW, {})
    assert [(c.code, c.kinds, c.carrier, c.friends, c.groups) for c in found] == [
        (one, ("out_link",), "group", 2, 0), ("douyin.1", (), "douyin", 1, 0)]  # fmt: skip
    assert len(db.read(flowing.code_rows, one, 0, NOW, 1, 1)) == 1
    assert len(db.read(flowing.clicks, ("group", "shop"), 0, NOW + 1)) == 2
    assert db.read(flowing.clicks, ("kf", "shop"), 0, NOW + 1) == []


def test_of_two_processes_that_decide_at_once_one_does(pg: PostgresBench, other: Store) -> None:
    """Whoever is second sees that the first decided, whichever he wanted."""
    for n in range(8):
        pg.write(circling.apply, "tea", f"wm{n}", {"为什么": "爱喝"}, NOW + n)
    seen = {row["member"]: row["mark"] for row in pg.read(admitting.page, "tea")}

    def accept(tx: Tx, member: str) -> None:
        admitting.accept(tx, "tea", member, seen[member], NOW + 99, rule="questions", actor="lin")

    def refuse(tx: Tx, member: str) -> None:
        admitting.turn_down(tx, "tea", member, seen[member], NOW + 99, why="x", actor="su")

    async def race(member: str) -> list[object]:
        both = pg.store.write(accept, member), other.write(refuse, member)
        return await asyncio.gather(*both, return_exceptions=True)

    for member in seen:
        found = asyncio.run(race(member))
        assert sorted(type(one).__name__ for one in found) == ["DecidedAlready", "NoneType"], found
    told = pg.look(
        "SELECT member FROM happening WHERE event IN ('circle_entered', 'circle_rejected')"
    )
    assert sorted(row["member"] for row in told) == sorted(seen)
    assert len(pg.read(admitting.decided, "tea")) == 8
