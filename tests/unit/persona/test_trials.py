"""Conversation tests: what a file may say, where a step fails, which answers nothing touches."""

from __future__ import annotations

import pytest

from bot.core.errors import BadInput
from bot.persona.trials.coverage import coverage
from bot.persona.trials.play import Played, play
from bot.persona.trials.read import parse_trials

from .scripts import HOURS, script

ZONE = "Asia/Shanghai"


def played(source: str, persona: str = "") -> Played:
    """The first conversation of ``source``, played."""
    return play(script(persona), parse_trials(source, "personas/x/tests/a.toml", ZONE)[0])


def told(source: str, persona: str = "") -> list[str]:
    """The differences of the step that failed."""
    miss = played(source, persona).miss
    return [str(part) for part in miss.differences] if miss else []


STEPS = """
[[test]]
name = "a"
[[test.step]]
"""


def test_a_conversation_goes_as_written() -> None:
    talk = played("""
[[test]]
name = "a day"
[[test.step]]
event = "kf.enter_session"
rule = "kf-welcome"
text = "小盏"
bubbles = 1
[[test.step]]
say = ["你好", "几天能到"]
rule = "faq:ship"
text = "三天"
[[test.step]]
say = "单号 2026112100345678"
rule = "order"
handoff = true
tags = ["售后"]
facts = { order_no = "2026112100345678" }
[[test.step]]
send = "image"
text = "照片收到"
[[test.step]]
tap = "faq:brew"
rule = "faq:brew"
without = "绿茶"
""")
    assert talk.miss is None
    assert {"kf-welcome", "faq:ship", "order", "faq:brew"} <= talk.touched


def test_time_passes_between_steps() -> None:
    late = (
        '[[test]]\nname = "night"\nstart = "2026-11-20 21:00"\n[[test.step]]\nsay = "qwe"\n'
        'without = "打烊"\n[[test.step]]\nwait = "1h"\nsay = "asd"\ntext = "打烊"\n'
    )
    assert told(late, HOURS) == []


def test_what_staff_hold_is_not_answered_until_they_let_go() -> None:
    held = """
[[test]]
name = "held"
[[test.step]]
staff = "take"
mode = "staff"
[[test.step]]
say = "几天能到"
bubbles = 0
[[test.step]]
staff = "release"
[[test.step]]
say = "几天能到"
rule = "faq:ship"
"""
    assert told(held) == []


def test_a_fact_stays_where_the_policy_lets_it_go() -> None:
    policy = '[memory]\naccount = ["order_no"]\n'
    talk = """
[[test]]
name = "two accounts"
[[test.step]]
say = "单号 2026112100345678"
account = "one"
[[test.step]]
say = "到哪了"
account = "one"
text = "2026112100345678"
[[test.step]]
say = "到哪了"
account = "two"
text = "先把单号发我"
"""
    assert told(talk, policy) == []


@pytest.mark.parametrize(("step", "difference"), [
    ('say = "你好"\nrule = "order"', "rule: expected order, got greeting (1.00)"),
    ('say = "你好"\ntext = "茶"', "text: expected 茶, got “在呢。”"),
    ('say = "你好"\nwithout = "在"', "without: expected 在, got “在呢。”"),
    ('say = "你好"\nhandoff = true', "handoff: expected yes, got no"),
    ('say = "你好"\nbubbles = 2', "bubbles: expected 2, got 1"),
    ('say = "你好"\nmode = "client"', "mode: expected client, got auto"),
    ('say = "你好"\ntags = ["售后"]', "tags: expected 售后, got none"),
    ('say = "你是机器人吗"\nflags = []', "flags: expected none, got robot_question"),
    ('say = "你好"\nmenu = ["faq:brew"]', "menu: expected faq:brew, got none"),
    ('say = "你好"\nfacts = { city = "杭州" }', "facts: expected {'city': '杭州'}, got {}"),
])  # fmt: skip
def test_each_kind_of_difference_is_told(step: str, difference: str) -> None:
    assert told(STEPS + step) == [difference]


def test_a_failure_points_at_its_step() -> None:
    miss = played(STEPS + 'say = "你好"\n[[test.step]]\nsay = "谢谢"\nrule = "thanks"').miss
    assert miss is not None
    finding = miss.finding()
    assert (finding.file, finding.line, finding.severity) == ("personas/x/tests/a.toml", 6, "error")
    assert finding.message.startswith("「a」 step 2 (say 谢谢): rule: expected thanks, got none")


@pytest.mark.parametrize(("source", "line", "words"), [
    ('[[test]]\nname = "a"', 1, "no step"),
    (STEPS + 'rule = "greeting"', 4, "nothing happens"),
    (STEPS + 'say = "a"\nevent = "b"', 6, "beside say"),
    (STEPS + 'say = "a"\ntext = "("', 6, "regular expression"),
    (STEPS + 'say = "a"\nwait = "soon"', 6, "length of time"),
    (STEPS + 'say = 3', 5, "text or a list"),
    (STEPS + 'say = "a"\nruel = "b"', 6, "did you mean 'rule'"),
    (STEPS + 'staff = "take"\ntext = "b"', 4, "nobody says anything"),
    ('[[test]]\nname = "a"\nstart = "noon"\n[[test.step]]\nsay = "a"', 3, "is no time"),
])  # fmt: skip
def test_a_fault_in_the_file_names_its_line(source: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_trials(source, "a.toml", ZONE)
    assert caught.value.line == line
    assert words in str(caught.value)


def test_what_no_test_touches_is_counted() -> None:
    found = coverage(script(), ["greeting", "faq:ship", "unknown"])
    assert found.touched == 2
    assert found.total == len(script().answers)
    assert "faq:brew" in found.untouched and "greeting" not in found.untouched
