"""What is kept of a decision, so that it can be told when the script has long changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.persona.because import because, named, title
from bot.persona.decide import decide
from tests.unit.persona.scripts import DIALOGUE, script, turn

PLAIN = script(version=3)


def kept(*said: str, **more: Any) -> dict[str, Any]:
    found = dict(because(PLAIN, decide(PLAIN, turn(*said, **more)), said))
    assert json.loads(json.dumps(found)) == found, "nothing but JSON"
    return found


@pytest.mark.parametrize(
    ("said", "kind", "rule", "name", "heard", "sure"),
    [
        ("几天能到", "faq", "faq:ship", "几天能到", [], "exact"),
        ("那个，钱能退吗？谢谢", "rule", "refund", "我要退款", [], None),
        ("你好呀，查单", "rule", "where", "查单、到哪了", ["查单"], "exact"),
        ("订单 2026112200099 呢", "rule", "order", "查订单", ["订单 2026112200099"], "exact"),
        ("HI", "rule", "greeting", "你好、在吗、hi", ["hi"], "exact"),
        ("菜单", "rule", "exact", "菜单", ["菜单"], "exact"),
        ("转人工", "builtin", "builtin:human", "builtin:human", [], "exact"),
        ("今天的月亮好圆啊我想写诗", "none", "", "", [], "unsure"),
    ],
)
def test_a_decision_is_kept_by_name(
    said: str, kind: str, rule: str, name: str, heard: list[str], sure: str | None
) -> None:
    found = kept(said)
    assert (found["kind"], found["rule"], found["name"]) == (kind, rule, name)
    assert found["heard"] == heard
    assert sure is None or found["sure"] == sure
    assert found["version"] == 3 and found["persona"] == "小盏"


def test_scores_flags_and_what_calls_a_person_are_kept() -> None:
    found = kept("太气人了，我要投诉你们")
    assert "complaint" in found["flags"] and found["handoff"] == "客人生气"
    assert found["heard"] == ["太气人"]
    near = kept("你们快递大概要多久才到呀")
    assert near["rule"] == "faq:ship" and 0 < near["score"] < 1
    assert near["sure"] in ("high", "fair")
    assert near["text"] == "", "the rule and its score are told by themselves"
    assert all(one["name"] and one["rule"] != "faq:ship" for one in near["others"])


def test_what_the_guard_said_and_other_rules_are_told_by_name() -> None:
    found = decide(PLAIN, turn("几天能到"))
    why = "和 faq:ship 的问法最接近，得分 1.00。和 refund 的问法最接近，得分 0.80。（用语检查提醒：emoji, address）"
    kept_ = because(PLAIN, replace(found, why=why), ["几天能到"])
    assert kept_["guard"] == ["emoji", "address"]
    assert kept_["text"] == "和「我要退款」的问法最接近。"
    assert named("和 faq:ship 的问法最接近，得分 1.00。命中规则 faq:ship-b。", kept_) == (
        "和「几天能到」的问法最接近，得分 1.00。命中规则 faq:ship-b。"
    )


def test_of_several_messages_the_words_of_each_count_once() -> None:
    assert kept("查单", "到哪了呀", "查单")["heard"] == ["查单", "到哪了"]


def test_a_long_pattern_and_a_long_name_are_cut() -> None:
    long = script(dialogue=DIALOGUE + '[[rule]]\nid = "x"\nexamples = ["' + "长" * 90 + '"]\n'
                  'pattern = "唔+"\nsay = ["嗯。"]\n')  # fmt: skip
    found = because(long, decide(long, turn("唔" * 300)), ["唔" * 300])
    assert found["heard"] == ["唔" * 40] and len(found["name"]) == 60
    assert title(long, "nowhere") == "nowhere"
