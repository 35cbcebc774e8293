"""What stands beside a conversation, and the answers that staff have ready."""

from __future__ import annotations

import json

import pytest

from bot.core.errors import BadInput
from bot.core.member import Bought
from bot.members.orders import Report
from bot.store import audit, orders, panel, people, quick
from bot.store.engine import Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import (
    TALK,
    WINDOW,
    answer,
    claim,
    claim_turns,
    hear,
    listen,
    queue,
    said,
)

HOUR = 3_600_000


def shown(db: Bench, now: int = NOW, key: str = TALK) -> panel.Panel:
    found = db.read(panel.panel, key, now, "tester", WINDOW)
    assert found is not None
    return found


def remember(db: Bench, persona: str, scope: str, **memory: object) -> None:
    db.write(lambda tx: tx.run("memory_put", persona=persona, member="wm1", scope=scope, now=NOW,
                               data=json.dumps(memory)))  # fmt: skip


def test_a_stranger_has_an_empty_panel_and_no_conversation_has_none(db: Bench) -> None:
    hear(db, said(1))
    found = shown(db)
    assert (found.member, found.name, found.facts, found.tags) == ("wm1", "", [], [])
    assert (found.promo_ok, found.promo_less) == (True, False)
    assert db.read(panel.panel, "kf:wk1:nobody", NOW, "tester", WINDOW) is None


def test_orders_stand_beside_the_talk_and_in_the_turn(db: Bench) -> None:
    hear(db, said(1))
    told = [Report(order=f"o{n}", member="wm1", at=NOW - n * HOUR, amount=100 * n, category="茶",
                   state="shipped", tracking=f"SF{n}") for n in range(1, 8)]  # fmt: skip
    db.write(orders.take, told, "csv", NOW, create=True)
    found = shown(db)
    assert [row["id"] for row in found.orders] == ["o1", "o2", "o3", "o4", "o5"]
    assert found.worth is not None and found.worth.ltv_cents == 2_800
    assert [(row["category"], row["stage"]) for row in found.stages] == [("茶", "rebought")]
    (claimed,) = claim_turns(db)
    assert claimed.member.orders[0] == Bought(id="o1", at=NOW - HOUR, category="茶",
                                              state="shipped", tracking="SF1")  # fmt: skip
    assert len(claimed.member.orders) == 5


def test_only_what_the_persona_may_use_in_this_conversation_is_shown(db: Bench) -> None:
    hear(db, said(1))
    remember(db, "tester", "persona", facts={"city": "杭州"}, tags=["熟客"],
             notes={"city": {"at": NOW, "source": "kf:1"}})  # fmt: skip
    remember(db, "tester", "account:wk1", facts={"size": "M"})
    remember(db, "tester", "account:wk2", facts={"size": "L"})
    remember(db, "other", "persona", facts={"secret": "x"})
    found = shown(db)
    assert [(f.name, f.value, f.scope) for f in found.facts] == [
        ("city", "杭州", "persona"), ("size", "M", "account")]  # fmt: skip
    assert found.facts[0].note == {"at": NOW, "source": "kf:1"} and found.facts[1].note == {}
    assert found.marks == ["熟客"]


def test_friends_tags_groups_and_other_conversations(db: Bench) -> None:
    hear(db, said(1), said(2, account="wk2", at=NOW + 5))

    def know(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW, "小美")
        people.befriend(tx, "wm1", "lin.xi", NOW, "poster")
        people.befriend(tx, "wm1", "gu.an", NOW)
        people.unfriend(tx, "wm1", "gu.an", NOW + 9, "member")
        tx.run("tag_put", id="et1", tag_group="g", name="常客", sort=0)
        tx.run("tag_put", id="et2", tag_group="g", name="旧", sort=0)
        for tag in ("et1", "et2"):
            tx.run("friend_tag_add", member="wm1", account="lin.xi", tag=tag)
        tx.run("tag_gone", id="et2", now=NOW)

    db.write(know)
    found = shown(db)
    assert found.name == "小美"
    assert [(f["account"], f["until"]) for f in found.friends] == [
        ("lin.xi", None), ("gu.an", NOW + 9)]  # fmt: skip
    assert [(t["account"], t["name"]) for t in found.tags] == [("lin.xi", "常客")]
    assert [t["id"] for t in found.talks] == ["kf:wk2:wm1"] and found.groups == []


def test_the_kf_window_and_how_many_messages_are_left(db: Bench) -> None:
    listen(db)
    assert shown(db).window == panel.Window(until=NOW + 48 * HOUR, left=5, open=True)
    queue(db, answer(1))
    claim(db)
    assert shown(db).window.left == 4
    assert not shown(db, now=NOW + 48 * HOUR).window.open


def test_an_application_has_no_window(db: Bench) -> None:
    hear(db, said(1, channel="app", account="1000002", peer="zhang"))
    window = shown(db, key="app:1000002:zhang").window
    assert window == panel.Window(until=None, left=None, open=True)


def test_saved_answers_stand_by_use_and_say_who_wrote_them(db: Bench) -> None:
    a = db.write(quick.add, "tester", "寄件", "{name}，今天寄出", "wang", NOW)
    b = db.write(quick.add, "tester", "退货", "七天内可以退", "wang", NOW)
    db.write(quick.add, "other", "x", "y", "wang", NOW)
    assert [row["id"] for row in db.read(quick.of, "tester")] == [b, a]
    assert db.write(quick.use, a, NOW + 5)
    found = db.read(quick.of, "tester")
    assert [row["id"] for row in found] == [a, b]
    assert (found[0]["used"], found[0]["used_at"], found[0]["made_by"]) == (1, NOW + 5, "wang")
    assert db.write(quick.change, a, "寄件", "明天寄出", "li", NOW + 6)
    assert db.read(quick.of, "tester")[0]["changed_by"] == "li"
    assert db.write(quick.remove, a, "li", NOW + 7) and not db.write(quick.remove, a, "li", NOW + 8)
    assert not db.write(quick.use, a, NOW) and not db.write(quick.change, a, "t", "x", "li", NOW)
    assert [row["id"] for row in db.read(quick.of, "tester")] == [b]
    trail = db.read(audit.history, "quick_reply", a)
    assert [(row["event"], row["actor"]) for row in trail] == [
        ("add", "wang"), ("change", "li"), ("remove", "li")]  # fmt: skip


@pytest.mark.parametrize("text", ["", "   ", "好" * 601, "{price}元", "{}"])
def test_an_answer_that_cannot_be_used_is_refused(db: Bench, text: str) -> None:
    with pytest.raises(BadInput):
        db.write(quick.add, "tester", "t", text, "wang", NOW)
    assert db.read(quick.of, "tester") == []


def test_variables_are_put_in() -> None:
    values = {"name": "小美", "staff": "{name}"}
    assert quick.put_in("{name}您好，我是{staff}{account}", values) == "小美您好，我是{name}"


def test_an_account_is_put_in_by_the_name_that_members_see() -> None:
    values = quick.values("小美", "lin", "小盏")
    assert values.keys() == set(quick.VARIABLES)
    assert quick.put_in("{name}，我是{account}的{staff}", values) == "小美，我是小盏的lin"
