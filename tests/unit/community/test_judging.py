"""Who wins, by which rule, and what does not count."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bot.community import draw
from bot.community.activity import Activity, Limits, Question, Times
from bot.community.entries import fold, verdicts
from bot.community.helping import BURST, full_at, helps
from bot.community.judging import Standing, winners
from bot.community.runs import plan
from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened

ROOT = Path(__file__).parents[3]
T0 = 1_790_000_000_000


def activity(kind: str = "contest", **more: object) -> Activity:
    return Activity(id="a", title="一", circle="tea", kind=kind, when=Times(every="daily 10:00"),
                    **more)  # type: ignore[arg-type]  # fmt: skip


def entry(who: str, at: int, **more: object) -> Standing:
    return Standing(event=f"e/{who}/{at}", member=who, kind=str(more.pop("kind", "submitted")),
                    at=at, ticket=draw.ticket("s", f"{who}{at}"), **more)  # type: ignore[arg-type]  # fmt: skip


# (judge, entries as (who, at, score, votes), who wins, in order)
RULES = [
    ("votes", [("a", 1, 0, 2), ("b", 2, 0, 5), ("c", 3, 0, 5), ("d", 4, 0, 0)], "bca"),
    ("votes", [("a", 1, 0, 9), ("a", 2, 0, 8), ("b", 3, 0, 1)], "ab"),  # whoever wins, wins once
    ("right", [("a", 5, 2, 0), ("b", 1, 1, 0), ("c", 4, 2, 0), ("d", 0, 0, 0)], "cab"),
    ("first", [("a", 5, 2, 0), ("b", 1, 1, 0), ("c", 4, 2, 0)], "ca"),  # only all right
    ("staff", [("a", 1, 2, 9)], ""),
    ("none", [("a", 1, 2, 9)], ""),
]


@pytest.mark.parametrize(("judge", "told", "won"), RULES)
def test_the_rules(judge: str, told: list[tuple[str, int, int, int]], won: str) -> None:
    asked = tuple(Question(ask="?", options=("1", "2"), right=(1,)) for _ in range(2))
    rules = activity("quiz", judge=judge, winners=3, questions=asked)
    made = [entry(who, at, score=score, votes=votes) for who, at, score, votes in told]
    assert "".join(one.member for one in winners(rules, made)) == won
    assert winners(rules, reversed(made)) == winners(rules, made)


def test_two_at_the_same_moment_are_told_apart_by_their_tickets_alone() -> None:
    rules = activity(judge="first", winners=2)
    one, two = entry("z", 7), entry("a", 7)
    first = min((one, two), key=lambda each: each.ticket)
    assert winners(rules, [one, two])[0].member == first.member


def test_full_teams_by_what_they_handed_in() -> None:
    rules = activity("team", need=2, judge="votes", winners=2)
    joined = [entry(who, n, kind="teamed", which=team)
              for n, (who, team) in enumerate(("a红", "b红", "c蓝", "d蓝", "e绿"))]  # fmt: skip
    handed = [entry(who, 10 + n) for n, who in enumerate("aacdee")]
    found = winners(rules, joined + handed)
    assert [(one.rank, one.member, one.why) for one in found] == [
        (1, "a", "team 2"), (1, "b", "team 2"), (2, "c", "team 2"), (2, "d", "team 2")]  # fmt: skip


def script() -> str:
    page = (ROOT / "docs" / "activities.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.S)
    assert found is not None
    return found[1]


def test_a_stranger_runs_the_draw_again_with_the_script_of_the_docs(tmp_path: Path) -> None:
    code = script()
    assert len(list(filter(None, code.splitlines()))) <= 10
    rules = activity("draw", judge="chance", winners=3)
    told = [entry(f"wm{n}", n, kind="signed") for n in range(40)]
    found = winners(rules, told, "a secret")
    made = draw.proof("a@1", "a secret", [one.ticket for one in told], 3)
    assert [f"ticket {one}" for one in made["winners"]] == [one.why for one in found]

    def run(document: object) -> int:
        (tmp_path / "draw.json").write_text(json.dumps(document), "utf-8")
        return subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                              check=False).returncode  # fmt: skip

    assert run(made) == 0
    assert run({**made, "seed": "another"}) != 0
    assert run({**made, "winners": made["tickets"][:3]}) != 0


def test_a_draw_favours_nobody_and_a_ticket_more_changes_it() -> None:
    tickets = [draw.ticket("s", str(n)) for n in range(8)]
    first = [draw.order(f"seed {n}", tickets)[0] for n in range(800)]
    assert all(60 < first.count(one) < 145 for one in tickets)
    assert len({tuple(draw.order("x", [*tickets, str(n)])[:3]) for n in range(20)}) > 15


def happened(kind: Happened, who: str, n: int, at: int = T0 + HOUR, **more: object) -> Event:
    return Event(kind=kind, member=who, at=at + n, dedupe=f"{kind}/{who}/{n}", place="a@x",
                 **more)  # type: ignore[arg-type]  # fmt: skip


def test_what_counts_of_one_person_is_the_same_in_any_order() -> None:
    rules = activity(moderated=True, limits=Limits(each=2, votes=2))
    run = plan(rules, T0, "Asia/Shanghai")
    told = [happened(Happened.SUBMITTED, "a", n) for n in range(4)]
    told += [happened(Happened.SUBMITTED, "a", 9, T0 + 3 * DAY)]
    told += [happened(Happened.VOTED, "a", n, which=which)
             for n, which in enumerate(("甲", "甲", told[0].dedupe, "乙", "丙"))]  # fmt: skip
    words = [
        Event(
            kind=Happened.JUDGED,
            member="a",
            at=T0 + 2 * DAY + n,
            dedupe=f"j{n}",
            place=told[of].dedupe,
            which=which,
        )
        for n, (of, which) in enumerate(((0, "accepted"), (1, "accepted"), (1, "rejected")))
    ]
    made = fold(told, run, rules, "s", verdicts(words))
    assert [one.state for one in made.entries] == ["counted", "rejected", "waiting", "over", "late"]
    assert [one.state for one in made.ballots] == ["counted", "again", "own", "counted", "over"]
    for seed in range(5):
        again = told + words + told
        Random(seed).shuffle(again)
        mine = [one for one in again if one.kind is not Happened.JUDGED]
        assert fold(mine, run, rules, "s", verdicts(again)) == made


def test_help_that_does_not_count_says_why() -> None:
    rules = activity("help", need=2, within="2h")
    asked = happened(Happened.SIGNED, "a", 0, data={"device": "mine"})
    told = [happened(Happened.HELPED, who, n, other="a", data={"device": device} if device else {},
                     at=T0 + HOUR + n * HOUR // 2)
            for n, (who, device) in enumerate((("a2", ""), ("b", "d1"), ("b2", ""), ("c", "d1"),
                                               ("d", "mine"), ("e", ""), ("f", "")), 0)]  # fmt: skip
    same = {"a2": "a", "b2": "b"}
    person = {one: same.get(one, one) for one in ("a", "a2", "b", "b2", "c", "d", "e", "f")}
    made = helps(told, asked, rules, person, {})
    assert [one.state for one in made] == [
        "self", "counted", "again", "device", "device", "late", "late"]  # fmt: skip
    assert helps([*reversed(told), told[0]], asked, rules, person, {}) == made
    assert full_at(made, 1) == told[1].at and full_at(made, 2) is None


def test_a_crowd_within_a_minute_does_not_count() -> None:
    rules = activity("help", need=2)
    told = [happened(Happened.HELPED, f"m{n:02}", n * 1000, other="a") for n in range(BURST + 3)]
    person = {one.member: one.member for one in told} | {"a": "a"}
    asked = happened(Happened.SIGNED, "a", 0, T0)
    states = [one.state for one in helps(told, asked, rules, person, {})]
    assert states == ["counted"] * BURST + ["burst"] * 3
