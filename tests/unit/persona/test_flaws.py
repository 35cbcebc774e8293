"""What lint says about forms, steps, hooks, topics and rows, each with its line."""

from __future__ import annotations

import pytest

from bot.core.errors import BadInput
from bot.persona.dialogue import parse_dialogue
from bot.persona.faq import parse_faq
from tests.unit.persona.looking import lint_persona
from tests.unit.persona.scripts import PERSONA
from tests.unit.persona.talks import FAQ, TALKS, chat, last, talker

START = "[[rule]]\nid='s'\nkeywords=['走']\nnext='a'\n"
RULE = "[[rule]]\nid='a'\nkeywords=['x']\nsay=['y']\n"
STEP = "[[step]]\nid='a'\nask=['?']\n"
FORM = "[[rule]]\nid='s'\nkeywords=['走']\nform='f'\n[[form]]\nid='f'\nsay=['好']\n"
EXPERT = PERSONA.replace("spokesperson", "expert").replace("[[story]]", 'topics=["茶"]\n[[story]]')


def lint(dialogue: str, faq: str = FAQ, persona: str = PERSONA) -> set[tuple[str, str, int]]:
    files = {"persona.toml": persona, "dialogue.toml": dialogue, "faq.csv": faq}
    return {(f.rule, f.severity, f.line) for f in lint_persona(files, "personas/xiaozhan")}


def test_the_persona_of_these_tests_is_clean() -> None:
    assert lint(TALKS) == set()


@pytest.mark.parametrize(
    ("dialogue", "finding"),
    [
        (STEP + "[[step.choice]]\nlabel='x'\nsay=['y']\n", ("persona.unreachable", "warning", 1)),
        (START + STEP, ("persona.deaf-step", "error", 5)),
        (START + STEP + "[[step.choice]]\nlabel='x'\nnext='a'\n", ("persona.cycle", "warning", 5)),
        ("[[form]]\nid='f'\nsay=['好']\n[[form.field]]\nid='x'\nask=['?']\n",
         ("persona.unreachable", "warning", 1)),
        (FORM + "[[form.field]]\nid='x'\nkind='date'\nask=['?']\n", ("persona.retry", "warning", 8)),
        (FORM + "[[form.field]]\nid='x'\nkind='date'\nask=['?']\nretry=['!']\nexamples=['某天']\n",
         ("persona.example", "error", 8)),
        (FORM + "[[form.field]]\nid='x'\nask=['{nobody}?']\n", ("persona.unknown-fact", "warning", 8)),
        ("[[rule]]\nid='a'\nkeywords=['x']\nsay=['{nobody}']\n",
         ("persona.unknown-fact", "warning", 1)),
        ("[[rule]]\nid='a'\nkeywords=['x']\nwhen={known=['nobody']}\nsay=['y']\n",
         ("persona.unknown-fact", "warning", 1)),
        ("[[rule]]\nid='a'\nkeywords=['x']\nsay=['hook:none']\n", ("persona.hook", "error", 1)),
        (FORM + "confirm=['第一{']\n[[form.field]]\nid='x'\nask=['?']\n",
         ("persona.braces", "error", 5)),
    ],
)  # fmt: skip
def test_a_flaw(dialogue: str, finding: tuple[str, str, int]) -> None:
    assert finding in lint(dialogue)


def test_conditions_keep_rules_apart() -> None:
    two = ("[[rule]]\nid='a'\nkeywords=['退']\nwhen={hours='open'}\nsay=['好']\n"
           "[[rule]]\nid='b'\nkeywords=['退款']\nsay=['好']\n")  # fmt: skip
    assert not [f for f in lint(two) if f[0] == "persona.shadowed"]
    assert ("persona.shadowed", "warning", 5) in lint(two.replace("when={hours='open'}\n", ""))
    events = "[[rule]]\nid='a'\nevent='x'\npriority=1\nwhen={hours='open'}\nsay=['好']\n"
    events += "[[rule]]\nid='b'\nevent='x'\nsay=['好']\n"
    assert not [f for f in lint(events) if f[0] == "persona.event"]


def test_rows_that_fight_for_the_same_wording() -> None:
    rows = FAQ + "late,你们几点关门呢,,十点。\n"
    assert ("persona.rivals", "warning", 4) in lint("", rows)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("[[rule]]\nid='a'\nkeywords=['x']\nnext='tmie'\n" + STEP, 4, "there is no step 'tmie'"),
        ("[[rule]]\nid='a'\nkeywords=['x']\nform='f'\n", 4, "there is no form 'f'"),
        ("[[rule]]\nid='a'\nkeywords=['x']\nsay=['y']\nin='b'\n" + STEP, 5, "there is no step 'b'"),
        (STEP + STEP, 5, "stands already in line 1"),
        ("[[step]]\nid='a'\nask=[]\n", 3, "asks nothing"),
        (STEP + "expires='soon'\n", 4, "length of time"),
        (STEP + "[[step.choice]]\nlabel='x'\n", 4, "leads nowhere"),
        (STEP + "[[step.choice]]\nlabel='x'\nsay=['y']\npattern='('\n", 7, "regular expression"),
        (STEP + "[[step.choice]]\nlabel='x'\nnext='b'\n", 6, "there is no step 'b'"),
        ("[[form]]\nid='f'\nsay=['y']\n", 1, "field is missing"),
        ("[[form]]\nid='f'\n[[form.field]]\nid='x'\nask=['?']\n", 1, "nobody says anything"),
        (FORM + "[[form.field]]\nid='x y'\nask=['?']\n", 9, "no field id"),
        (FORM + "[[form.field]]\nid='x'\nask=['?']\nkind='choice'\n", 8, "do not fit"),
        (FORM + "[[form.field]]\nid='x'\nask=['?']\nkind='dat'\n", 11, "did you mean 'date'"),
        (FORM + "[[form.field]]\nid='x'\nask=['?']\nconsent='c'\n", 11, "there is no consent 'c'"),
        (RULE + "needs=['睡不好']\n", 5, "write worry:"),
        (RULE + "feedback={theme=' '}\n", 5, "1 to 32 characters"),
        (RULE + "feedback={thema='a'}\n", 5, "did you mean 'theme'"),
        ("[[rule]]\nid='a'\nkeywords=['x']\nsay=['y']\nwhen={hous='open'}\n", 5, "'hours'"),
        ("[[rule]]\nid='a'\nkeywords=['x']\nsay=['y']\nwhen={fact={a=1}}\n", 5, "wants a text"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line(source: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_dialogue(source, "d.toml")
    assert words in str(caught.value)
    assert caught.value.line == line


TOPICAL = """id,question,similar,answer,topic,source
brew,绿茶怎么泡,,八十度。,茶,《茶经》卷上
ship,几天能到货,,三天。,物流,
"""


def test_an_expert_answers_its_topics_cites_and_hands_over_the_rest() -> None:
    rows, _ = parse_faq(TOPICAL, "faq.csv")
    assert (rows[0].topic, rows[0].source, rows[1].source) == ("茶", "《茶经》卷上", "")
    from bot.core.model import Decision
    from bot.persona.decide import decide
    from bot.persona.load import parse_persona
    from bot.persona.script import Script
    from tests.unit.persona.scripts import script, turn, words

    files = {"persona.toml": EXPERT, "faq.csv": TOPICAL}
    expert = Script.of(parse_persona(files, "personas/xiaozhan"), script().brand)
    made: Decision = decide(expert, turn("绿茶怎么泡"))
    assert words(made) == ["八十度。\n出处：《茶经》卷上"]
    made = decide(expert, turn("几天能到货"))
    assert "三天" not in words(made)[0] and made.handoff == "不在专长之内"
    found = lint("", TOPICAL, EXPERT)
    assert ("persona.topic", "warning", 3) in found and ("persona.source", "warning", 3) in found


def test_the_four_columns_still_do_and_no_other_fifth() -> None:
    assert parse_faq(FAQ, "faq.csv")[1] == ()
    _, found = parse_faq("id,question,similar,answer,colour\n", "faq.csv")
    assert [f.line for f in found] == [1]


def test_forgetting_is_handed_over_and_a_script_may_word_it() -> None:
    made = chat(talker(), "把我的资料都删掉")
    assert (made.rule, made.handoff) == ("builtin:forget", "客人要求删除个人资料")
    rule = "[[rule]]\nid='f'\nevent='intent:forget'\nsay=['好，这就办。']\nhandoff='删资料'\n"
    assert last(talker(rule), "忘掉我") == ["好，这就办。"]


def test_a_line_about_circles_names_what_is_known() -> None:
    told = '[circle]\nwelcome = ["{name}，{circle}在{groups}。"]\nthanks = ["{circel}记下了。"]\n'
    assert [one for one in lint("", FAQ, PERSONA + told) if one[0] == "persona.unknown-fact"] == [
        ("persona.unknown-fact", "warning", 1)]  # fmt: skip
