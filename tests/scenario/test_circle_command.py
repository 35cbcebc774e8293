"""``onevoice circle`` beside a database: what it prints, and what it refuses in one line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.cli import main
from bot.commands.circles import shut
from bot.core.clock import DAY
from bot.core.config import load_config
from bot.core.event import Event, Happened
from bot.members.circle import Admission, Circle
from bot.store import events, people
from bot.store.circling import CircleRefused
from bot.store.engine import Tx
from bot.store.opening import open_store
from tests.scenario.house import brand, published

FILE = """id = "tea"
title = "茶友"
principle = "interest"
[position]
who = "甲"
where = "乙"
need = "丙"
habit = "丁"
[goal]
metric = "members"
target = 4
[leader]
persona = "tester"
[admission]
how = "questions"
questions = ["为什么想来？"]
"""
FLOW = """id = "no"
trigger = "circle_rejected:tea"
persona = ["tester"]
[[step]]
id = "say"
day = 1
at = "10:00"
template = "care/day3"
via = ["bulk"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A brand with a circle and two friends of one group, published."""
    path = brand(tmp_path)
    for name, text in (("circles/tea", FILE), ("flows/no", FLOW)):
        file = tmp_path / "content" / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def friends(tx: Tx, now: int) -> None:
        at = now - 2 * DAY
        for member in ("wm1", "wm2"):
            people.ensure_member(tx, member, at, f"名{member}")
            people.befriend(tx, member, "lin.xi", at)
        events.record(tx, [
            Event(kind=kind, at=at + n, dedupe=f"{kind}/{member}", member=member, which=code,
                  account="lin.xi", place="" if kind is Happened.ADDED else "g1")
            for n, (kind, member, code) in enumerate((
                (Happened.ADDED, "wm1", "weibo.a"), (Happened.ADDED, "wm2", ""),
                (Happened.JOINED, "wm2", "")))], at)  # fmt: skip

    published(path, friends)
    return path


@pytest.mark.parametrize(
    ("how", "full", "says"),
    [("closed", False, "takes in nobody who asks"), ("open", True, "is full: 4 or more are in")],
)
def test_a_door_that_is_shut_says_why(
    how: Literal["open", "closed"], full: bool, says: str
) -> None:
    one = Circle(id="tea", title="茶友", principle="interest", admission=Admission(how=how, most=4))
    with pytest.raises(CircleRefused, match=says):
        shut(one, full)


def call(config: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["circle", *words, "--config", str(config)])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_a_circle_from_the_queue_to_the_figures(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def document(*words: str) -> Any:
        assert call(config, *words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    for words in (("apply", "tea", "wm1", "--answer", "爱喝"), ("apply", "tea", "wm2", "--answer", "路过"),
                  ("admit", "tea", "wm1", "--as", "lin"), ("reject", "tea", "wm2", "--note", "满了"),
                  ("role", "koc", "wm1", "--in", "tea", "--until", "2100-01-01 00:00"),
                  ("lead", "tea", "--member", "wm1", "--note", "老茶友接手")):  # fmt: skip
        assert call(config, *words) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wm1: waits in the queue of tea", "wm2: waits in the queue of tea", "wm1: is in tea",
        "wm2: not let into tea", "wm1: koc in tea until 2100-01-01 00:00",
        "tea: led by wm1 from now on"]  # fmt: skip
    assert document("queue")["queue"] == []
    shown = document("show", "tea")
    assert (shown["leader"], shown["unanswered"], shown["figures"]["members"]) == (
        "wm1",
        ["value"],
        1,
    )
    assert [(row["member"], row["source"]) for row in shown["members"]] == [("wm1", "questions")]
    assert [row["role"] for row in shown["roles"]] == ["koc"]
    lines = document("ledger", "account", "lin.xi", "--days", "5")["ledger"]
    assert (sum(one["joined"] for one in lines), lines[-1]["closing"]) == (2, 2)
    assert document("ledger", "persona", "tester")["ledger"][-1]["closing"] == 2
    assert document("ledger", "brand", "--check") == {"ok": True, "differences": []}
    cells = {(c["source"], c["target"]): c["n"] for c in document("flow")["flow"]}
    assert cells == {("weibo", "friend"): 1, ("unknown", "friend"): 1, ("friend", "group"): 1,
                     ("friend", "circle"): 1}  # fmt: skip
    made = document("link", "https://banzhan.example/cup", "--to", "shop", "--on", "group")
    (link,) = document("links")["links"]
    assert (made["code"], link["clicks"]) == (link["code"], 0)
    assert document("brought") == {"brought": []}
    assert call(config, "list") == 0
    assert "missing: value" in capsys.readouterr().out
    assert call(config, "show", "tea") == 0
    assert "老茶友接手" in capsys.readouterr().out
    asyncio.run(lose_the_stays(config))
    assert call(config, "ledger", "account", "--check") == 1
    assert "the ledger says nothing, the log" in capsys.readouterr().out


async def lose_the_stays(config: Path) -> None:
    store = open_store(load_config(config), readers=1)
    await store.write(lambda tx: tx.run("stays_clear"))
    store.close()


REFUSALS = (
    (("show", "teas"), "did you mean 'tea'?"),
    (("apply", "tea", "wm1"), "--answer: 1 are asked for: 为什么想来？"),
    (("reject", "tea", "wm1"), "no application of wm1 to tea waits"),
    (("lead", "tea"), "name --persona or --member"),
    (("lead", "tea", "--persona", "testr"), "did you mean 'tester'?"),
    (("lead", "tea", "--persona", "tester", "--at", "tomorrow"), 'write it as "2026-12-01 10:00"'),
    (("role", "koc", "wm1", "--until", "2020-01-01 00:00"), "is over"),
    (("ledger", "persona", "testr"), "did you mean 'tester'?"),
    (("link", "https://evil.example/", "--to", "shop", "--on", "group"), "link_domains"),
    (("link", "https://banzhan.example/", "--to", "shop", "--on", "group", "--member", "wm1"),
     "--on friend or kf"),
    (("link", "https://banzhan.example/", "--to", "shops", "--on", "group"), "did you mean 'shop'?"),
)  # fmt: skip


def test_what_cannot_be_done_is_one_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for words, said in REFUSALS:
        assert call(config, *words) == 2
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1
