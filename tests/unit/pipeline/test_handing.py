"""Whose messages a turn holds, and why somebody should look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.handoff import CAUSES
from bot.core.model import Conversation, Decision, Member, Mode
from bot.persona.decide import decide
from bot.persona.dialogue import parse_dialogue
from bot.pipeline.handing import cause_of, lead_for, notes_for, split, waits_for_a_person
from bot.store.turns import Claimed
from tests.unit.persona.scripts import event, message, script, turn


def claimed(mode: Mode = "auto", answered_in: int = 0) -> Claimed:
    """A burst of an event (row 4) and three texts (rows 5 to 7)."""
    talk = Conversation(id="kf:wk1:wm1", channel="kf", account="wk1", peer="wm1", mode=mode)
    said = tuple(message(text) for text in ("一", "二", "三"))
    return Claimed(lease="L", conversation=talk, messages=(event("kf.enter_session"), *said),
                   ids=(4, 5, 6, 7), member=Member(id="wm1"), memories={},
                   answered_in=answered_in)  # fmt: skip


def shape(held: Claimed) -> list[tuple[str, bool, bool]]:
    return [("".join(m.text or m.event for m in p.messages), p.answered, p.quiet)
            for p in split(held)]  # fmt: skip


def test_a_turn_that_nobody_has_touched_is_the_personas() -> None:
    assert shape(claimed()) == [("kf.enter_session", False, False), ("一二三", False, False)]


def test_what_a_person_has_dealt_with_is_read_in_silence_and_the_rest_is_answered() -> None:
    assert shape(claimed(answered_in=6)) == [
        ("kf.enter_session", True, True), ("一二", True, True), ("三", False, False)]  # fmt: skip


def test_while_somebody_holds_it_all_is_quiet_and_new_words_wait_for_him() -> None:
    held = claimed("staff", answered_in=6)
    assert all(part.quiet for part in split(held))
    assert [waits_for_a_person(held, part) for part in split(held)] == [False, False, True]
    client = claimed("client")
    assert not any(waits_for_a_person(client, part) for part in split(client))


@pytest.mark.parametrize(
    ("text", "misses", "code"),
    [("转人工", 0, "request"), ("我要投诉你们，太过分了，骗子", 0, "complaint"),
     ("火星上能种水稻不", 1, "low_score"), ("单号 20261122", 0, "rule")],
)  # fmt: skip
def test_every_reason_a_persona_gives_has_its_code(text: str, misses: int, code: str) -> None:
    decision = decide(script(), turn(text, misses=misses))
    assert decision.handoff
    assert cause_of(decision) == code
    assert code in CAUSES


@pytest.mark.parametrize(("flags", "code"), [(("complaint",), "complaint"), (("urgent",), "rule")])
def test_who_complains_is_listed_so_though_a_rule_of_the_script_calls_the_person(
    flags: tuple[str, ...], code: str
) -> None:
    assert cause_of(Decision(handoff="严重投诉，请主管接", flags=flags)) == code


def test_a_lead_is_called_by_the_rule_that_says_so() -> None:
    text = ("[[rule]]\nid = 'a'\nkeywords = ['骗子']\nhandoff = '请主管接'\nlead = true\n"
            "[[rule]]\nid = 'b'\nkeywords = ['查单']\nhandoff = '查订单'\n")  # fmt: skip
    made = replace(script(), rules={rule.id: rule for rule in parse_dialogue(text, "d").rules})
    calls = [Decision(handoff="查订单"), Decision(handoff="请主管接")]
    assert lead_for(made, calls) == "请主管接"
    assert lead_for(made, calls[:1]) == lead_for(made, [Decision(handoff="")]) == ""


def test_what_the_guard_stopped_has_its_code() -> None:
    assert cause_of(Decision(handoff="guard: taboo")) == "guard"


@pytest.mark.parametrize(("text", "part"), [("退订", "退订"), ("恢复推送", "恢复")])
def test_a_wish_about_promotion_takes_effect_in_silence_and_staff_are_told(
    text: str, part: str
) -> None:
    before = turn(text)
    held = replace(before, conversation=replace(before.conversation, mode="staff"))
    decision = decide(script(), held)
    assert decision.drafts == ()
    [note] = notes_for([decision.tags])
    assert part in note
