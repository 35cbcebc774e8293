"""Circles on both engines: the queue, who leads, roles, words of audiences, links and the flow."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from bot.core.audience import Is, Not
from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened
from bot.members.flowing import Cell
from bot.members.ledger import days
from bot.members.outlinks import OutLink
from bot.store import (
    audience,
    audit,
    breaking,
    circles,
    circling,
    events,
    flowing,
    outlinks,
    people,
    projections,
    shops,
    stays,
    versions,
)
from bot.store.circling import CircleRefused
from bot.store.engine import Row, Tx
from tests.contract import publishing
from tests.contract.conftest import NOW, Bench
from tests.contract.making import hear, notes_of, permits, said

FILE = 'id = "tea"\ntitle = "茶友"\nprinciple = "interest"\n'
CODES = {"poster": "store", "door-*": "store"}


def told(kind: Happened, at: int, member: str, **more: str) -> Event:
    return Event(kind=kind, at=at, member=member, dedupe=f"{kind}/{member}/{at}/{more}", **more)


def ids(rows: list[Row]) -> list[str]:
    return [row["member"] for row in rows]


def test_an_application_waits_is_admitted_or_turned_away(db: Bench) -> None:
    db.write(circling.apply, "tea", "wm1", {"为什么": "爱喝"}, NOW)
    db.write(circling.apply, "tea", "wm2", {"为什么": "路过"}, NOW + 1)
    db.write(circling.apply, "tea", "wm1", {"为什么": "想清楚了"}, NOW + 2)
    queue = db.read(circles.queue, "tea")
    assert [(row["member"], row["at"], row["answers"]) for row in queue] == [
        ("wm1", NOW, {"为什么": "想清楚了"}), ("wm2", NOW + 1, {"为什么": "路过"})]  # fmt: skip
    assert db.read(circles.waiting) == {"tea": 2}
    assert db.write(lambda tx: circling.admit(tx, "tea", "wm1", NOW + 3, rule="questions",
                                              actor="lin"))  # fmt: skip
    db.write(lambda tx: circling.reject(tx, "tea", "wm2", NOW + 4, why="人满了", actor="lin"))
    assert db.read(circles.queue) == []
    assert [row["source"] for row in db.read(stays.of, "wm1")] == ["questions"]
    away = db.read(circles.application, "tea", "wm2")
    assert away and (away["state"], away["why"], away["decided_by"]) == (
        "rejected",
        "人满了",
        "lin",
    )
    happenings = db.look("SELECT event, member, which FROM happening ORDER BY event")
    assert happenings == [{"event": "circle_entered", "member": "wm1", "which": "tea"},
                          {"event": "circle_rejected", "member": "wm2", "which": "tea"}]  # fmt: skip
    assert [row["event"] for row in db.read(audit.history, "circle", "tea")] == ["admit", "reject"]


def test_what_makes_no_sense_is_refused(db: Bench) -> None:
    assert db.write(lambda tx: circling.admit(tx, "tea", "wm1", NOW, rule="open", actor="x"))
    assert not db.write(
        lambda tx: circling.admit(tx, "tea", "wm1", NOW + 1, rule="open", actor="x")
    )
    with pytest.raises(CircleRefused, match="already"):
        db.write(circling.apply, "tea", "wm1", {}, NOW + 2)
    with pytest.raises(CircleRefused, match="no application"):
        db.write(lambda tx: circling.reject(tx, "tea", "wm1", NOW + 3, why="x", actor="x"))
    assert not db.write(lambda tx: circling.withdraw(tx, "tea", "wm9", NOW, by="x", actor="x"))


def test_who_left_by_himself_is_kept_out_and_who_fell_out_is_not(db: Bench) -> None:
    for member, by in (("wm1", "himself"), ("wm2", circling.RULE), ("wm3", "")):
        db.write(lambda tx, m=member: circling.admit(tx, "tea", m, NOW, rule="auto", actor="s"))
        if by:
            db.write(lambda tx, m=member, b=by: circling.withdraw(tx, "tea", m, NOW + 1, by=b,
                                                                  actor="s"))  # fmt: skip
    kept = db.read(circles.left_for_good, "tea", ["wm1", "wm2", "wm3", "wm4"], circling.RULE)
    assert kept == {"wm1", "wm3"}
    assert db.read(circles.sizes) == {"tea": 1}


def test_leaders_and_roles_have_a_history(db: Bench) -> None:
    db.write(lambda tx: circling.lead(tx, "tea", NOW, persona="laogu", actor="boss"))
    db.write(
        lambda tx: circling.lead(tx, "tea", NOW + 9, member="wm1", actor="boss", note="合约到了")
    )
    assert [(row["persona"], row["member"], row["note"]) for row in db.read(circles.leaders, "tea")
            ] == [("", "wm1", "合约到了"), ("laogu", "", "")]  # fmt: skip
    db.write(lambda tx: circling.grant(tx, "koc", "tea", "wm1", NOW, actor="boss",
                                       until=NOW + DAY, owner="lin"))  # fmt: skip
    assert db.read(permits, "wm1") == {"topic_start", "early_access", "invite_code",
                                               "missions"}  # fmt: skip
    db.write(lambda tx: circling.grant(tx, "koc", "tea", "wm1", NOW + 1, actor="boss",
                                       until=NOW + 2 * DAY))  # fmt: skip
    (held,) = db.read(circles.roles_of, "wm1")
    assert (held["since"], held["ends"], held["owner"]) == (NOW, NOW + 2 * DAY, "lin")
    assert db.write(lambda tx: circling.revoke(tx, "koc", "tea", "wm1", NOW + 2, actor="boss"))
    assert not db.write(lambda tx: circling.revoke(tx, "koc", "tea", "wm1", NOW + 3, actor="boss"))
    assert db.read(permits, "wm1") == frozenset()
    assert db.read(circles.holders) == []
    assert len(db.look("SELECT * FROM due WHERE kind = 'unrole'")) == 2


def test_audiences_know_circles_by_id_and_title_and_roles(db: Bench) -> None:
    db.write(publishing.publish, "circle", "tea", {"tea.toml": FILE}, "t", NOW)
    for member in ("wm1", "wm2"):
        db.write(lambda tx, m=member: circling.admit(tx, "tea", m, NOW, rule="open", actor="s"))
    db.write(lambda tx: people.ensure_member(tx, "wm3", NOW))
    db.write(lambda tx: circling.grant(tx, "koc", "", "wm2", NOW, actor="s"))
    for word in ("tea", "茶友"):
        assert db.read(audience.page, Is("circle", (word,)), NOW) == ["wm1", "wm2"]
        assert db.read(audience.page, Not(Is("circle", (word,))), NOW) == ["wm3"]
    assert db.read(audience.page, Is("role", ("koc",)), NOW) == ["wm2"]
    facts = db.read(audience.facts, ["wm2", "wm3"])
    assert (facts["wm2"]["circle"], facts["wm2"]["role"]) == ({"tea", "茶友"}, {"koc"})
    assert facts["wm3"]["circle"] == frozenset()
    assert db.write(versions.withdraw, "circle", "tea", "t", NOW)
    assert db.read(audience.page, Is("circle", ("茶友",)), NOW) == []


def test_everything_made_anew_is_the_same(db: Bench) -> None:
    rng, members = random.Random(4), [f"wm{n}" for n in range(30)]
    kinds = {Happened.APPLIED: "", Happened.REJECTED: "满", Happened.ENTERED: "open",
             Happened.WITHDREW: "x", Happened.ROLE: "koc", Happened.UNROLE: "koc",
             Happened.LED: ""}  # fmt: skip
    made = [Event(kind=kind, at=NOW + rng.randrange(40) * HOUR, dedupe=f"{n}", which=kinds[kind],
                  member=rng.choice(members), place=rng.choice(["tea", "cups"]))
            for n in range(400) for kind in [rng.choice(list(kinds))]]  # fmt: skip
    other = [one for one in made]
    rng.shuffle(other)
    db.write(lambda tx: events.record(tx, made[:200], NOW))
    db.write(lambda tx: events.record(tx, [*other, *made[:50]], NOW))
    before = tables(db)
    assert all(len(rows) > 10 for rows in before)
    db.write(projections.clear)
    assert not any(tables(db))
    db.write(projections.again, [*members, ""])
    assert tables(db) == before


def tables(db: Bench) -> list[list[Row]]:
    return [db.look("SELECT * FROM application ORDER BY circle, member"),
            db.look("SELECT * FROM holding ORDER BY member, role, circle, since"),
            db.look("SELECT * FROM leadership ORDER BY circle, since, event"),
            db.look("SELECT * FROM stay ORDER BY member, kind, place, since")]  # fmt: skip


def test_a_link_has_one_code_and_a_click_counts_once(db: Bench) -> None:
    link = OutLink(url="https://shop.example/a", carrier="shop", posted="group", content="g/x")
    code = db.write(outlinks.make, link, NOW, "lin")
    assert db.write(outlinks.make, link, NOW + 5, "chen") == code
    row = db.read(outlinks.get, code)
    assert row is not None
    at = NOW - NOW % 10_000
    assert db.write(outlinks.click, row, "1.2.3.4\nMozilla", at)
    assert not db.write(outlinks.click, row, "1.2.3.4\nMozilla", at + 9_000)
    assert db.write(outlinks.click, row, "1.2.3.4\nMozilla", at + 11_000)
    assert db.write(outlinks.click, row, "5.6.7.8\nMozilla", at + 1)
    assert [one["clicks"] for one in db.read(outlinks.latest)] == [3]
    assert "1.2.3.4" not in str(db.look("SELECT * FROM event"))


def test_the_matrix_equals_the_events(db: Bench) -> None:
    """Every person comes once to each place, so that the log can be counted by hand."""
    rng, made, wanted = random.Random(7), list[Event](), Counter[tuple[str, str, str]]()
    codes = {"poster": "store", "door-3": "store", "xiaohongshu.a": "xiaohongshu", "": "unknown"}
    for n in range(300):
        member, at = f"wm{n}", NOW + n
        code = rng.choice(list(codes))
        made.append(told(Happened.ADDED, at, member, account="lin", which=code))
        wanted["forward", codes[code], "friend"] += 1
        if rng.random() < 0.6:
            made.append(told(Happened.JOINED, at + 500, member, place="g1"))
            wanted["forward", "friend", "group"] += 1
            if rng.random() < 0.5:
                made.append(told(Happened.ENTERED, at + 900, member, place="tea", which="open"))
                wanted["forward", "group", "circle"] += 1
        if rng.random() < 0.1:
            made.append(told(Happened.HANDED, at + 950, member, account="chen", other="lin"))
    rng.shuffle(made)
    db.write(lambda tx: events.record(tx, made, NOW))
    links = [OutLink(url="https://x.example", carrier=to, posted=on, member=who)
             for to, on, who in (("oa", "group", ""), ("shop", "friend", "wm1"))]  # fmt: skip
    for i, link in enumerate(links):
        row = db.read(outlinks.get, db.write(outlinks.make, link, NOW, "x")) or {}
        for n in range(i + 2):
            db.write(outlinks.click, row, f"v{n}", NOW + n)
            wanted["reverse", link.posted, link.carrier] += 1
    found = db.read(flowing.matrix, NOW, NOW + DAY, CODES)
    assert {(c.direction, c.source, c.target): c.n for c in found} == dict(wanted)
    assert Cell("reverse", "friend", "shop", 3, 1) in found
    stores = db.read(flowing.rows, ("store", "friend"), NOW, NOW + DAY, CODES, 1_000)
    assert len(stores) == wanted["forward", "store", "friend"]
    assert db.read(flowing.matrix, NOW + DAY, NOW + 2 * DAY, CODES) == []
    led = db.read(flowing.led, NOW, NOW + DAY, {"lin": "xiaozhan"}, {"tea": "laogu"})
    assert {(one.leader, one.target) for one in led} == {
        ("xiaozhan", "friend"), ("", "group"), ("laogu", "circle")}  # fmt: skip
    for target in ("friend", "group", "circle"):
        both = [sum(cell.n for cell in found if (cell.direction, cell.target) == ("forward", target)),
                sum(one.n for one in led if one.target == target)]  # fmt: skip
        assert both[0] == both[1] > 0


def test_a_member_goes_over_to_a_store_with_a_note(db: Bench) -> None:
    hear(db, said(1, peer="wm1"))
    assert db.write(lambda tx: shops.hand(tx, "wm1", "西湖店", "要挑礼盒", NOW, actor="lin")) == []
    db.write(lambda tx: shops.put(tx, "account", "wang", "西湖店", NOW, actor="boss"))
    assert db.write(lambda tx: shops.hand(tx, "wm1", "西湖店", "要挑礼盒", NOW, actor="lin")) == [
        "wang"
    ]
    assert db.read(shops.of, "member", "wm1") == "西湖店"
    assert db.read(shops.stores) == [{"store": "西湖店", "accounts": 1, "members": 1}]
    (note,) = db.read(notes_of, "kf:wk1:wm1")
    assert (note["author"], note["text"]) == ("lin", "转到门店「西湖店」（wang）：要挑礼盒")
    db.write(lambda tx: shops.put(tx, "account", "wang", "", NOW, actor="boss"))
    assert db.read(shops.accounts, "西湖店") == []


def test_newcomers_of_another_circle_are_told_from_those_of_the_same(db: Bench) -> None:
    def story(tx: Tx) -> None:
        for member, circle, at in (("wm1", "tea", 1), ("wm2", "cups", 2), ("wm3", "tea", 50)):
            circling.admit(tx, circle, member, NOW + at, rule="open", actor="x")
        circling.admit(tx, "cups", "wm4", NOW + 60, rule="open", actor="x", inviter="wm1")
        circling.admit(tx, "tea", "wm5", NOW + 61, rule="open", actor="x", inviter="wm1")
        invited = told(Happened.INVITED, NOW + 62, "wm6", other="wm2")
        joined = told(Happened.JOINED, NOW + 62, "wm7", place="g", other="wm2")
        events.record(tx, [invited, joined], NOW)
        for member in ("wm6", "wm7"):
            circling.admit(tx, "tea", member, NOW + 70, rule="open", actor="x")

    db.write(story)
    found = db.read(breaking.of, NOW, NOW + DAY)
    assert [(one.member, one.circle, one.inviter, one.of) for one in found] == [
        ("wm4", "cups", "wm1", "tea"), ("wm6", "tea", "wm2", "cups"), ("wm7", "tea", "wm2", "cups")]  # fmt: skip
    assert [one.member for one in db.read(breaking.of, NOW, NOW + DAY, "cups")] == ["wm4"]
    assert days(date(2026, 1, 1), 1, "UTC").index(0) == -1
