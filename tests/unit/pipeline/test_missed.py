"""Which turns are questions that the script had no good answer to."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.body import Menu, MenuItem, Text
from bot.core.model import Candidate, Conversation, Decision, Draft, Inbound, Member
from bot.library.cast import build
from bot.library.speech import Setting
from bot.pipeline.missed import missed
from bot.pipeline.turn import work_out
from bot.store.turns import Claimed
from bot.store.unmatched import Missed
from bot.store.versions import Edition

LOW = (Candidate(rule="faq:ship", score=0.4),)


def said(text: str, kind: str = "text") -> Inbound:
    return Inbound(channel="kf", account="a", dedupe=text, peer="p", kind=kind, text=text,
                   sent_at=1, received_at=1)  # fmt: skip


def decision(**more: Any) -> Decision:
    values: dict[str, Any] = {"matched": False, "unsure": True, "score": 0.4, "candidates": LOW}
    return Decision(**(values | more))


def why(*texts: str, kind: str = "text", **more: Any) -> str | None:
    messages = [said(text, kind) for text in texts]
    found = missed(7, [(messages, decision(**more))])
    return found[0].why if found else None


MENU = Draft(body=Menu("是说这几个吗", (MenuItem("click", "几天能到", "1"),)))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "unknown"), ({"drafts": (MENU,)}, "asked"),
        ({"handoff": "连续 2 次没答上"}, "handed"), ({"handoff": "客人投诉", "unsure": False}, None),
        ({"handoff": "资料里没有答案，请同事来回"}, "handed"),
        ({"unsure": False}, None),
        ({"matched": True, "rule": "faq:ship"}, "weak"),
        ({"matched": True, "rule": "hello"}, None),
        ({"matched": True, "rule": "faq:ship",
          "candidates": (Candidate(rule="faq:ship", score=0.7),)}, None),
        ({"matched": True, "drafts": (Draft(body=Text("有"), operator="model"),)}, "model"),
    ],
)  # fmt: skip
def test_why_a_turn_counts(more: dict[str, Any], expected: str | None) -> None:
    assert why("快递几天到", **more) == expected


def test_a_burst_is_one_question_without_its_pictures() -> None:
    messages = [said("你好"), said("", "image"), said(" 能开发票吗？ ")]
    assert missed(7, [(messages, decision())]) == (
        Missed(inbox=7, text="你好 能开发票吗？", norm="你好能开发票吗", score=0.4, rule="faq:ship",
               why="unknown"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "？？", "嗯", "[微笑]"])
def test_what_has_no_words_is_no_question(text: str) -> None:
    assert why(text) is None
    assert why("能开发票吗", kind="event") is None


PERSONA = Edition(kind="persona", name="x", version=1, digest="", files={
    "persona.toml": 'id = "x"\nname = "小盏"\ntype = "kol"\nkind = "personified"\n'
                    '[accounts]\nkf = ["a"]\n',
    "faq.csv": "id,question,similar,answer\nship,几天能到,多久到货,江浙沪两天。\n",
})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [("盖碗能不能刻字", "auto", ["盖碗能不能刻字"]), ("几天能到", "auto", []),
     ("盖碗能不能刻字", "staff", [])],
)  # fmt: skip
def test_a_turn_carries_its_questions(text: str, mode: Any, expected: list[str]) -> None:
    talk = Conversation(id="kf:a:p", channel="kf", account="a", peer="p", mode=mode)
    held = Claimed(lease="L", conversation=talk, messages=(said(text),), ids=(7,),
                   member=Member(id="m"), memories={})  # fmt: skip
    result = work_out(held, Setting(cast=build([PERSONA], "Asia/Shanghai"), now=1_790_000_000_000))
    assert [(one.text, one.inbox) for one in result.finish.missed] == [(t, 7) for t in expected]
