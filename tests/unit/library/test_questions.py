"""Questions that ask the same stand together, and become rows of the FAQ."""

from __future__ import annotations

import pytest

from bot.library.imports.report import Refusal
from bot.library.questions import gather, with_answer, with_wording
from bot.persona.brand import Brand
from bot.persona.faq import Faq, parse_faq
from bot.persona.load import parse_persona
from bot.persona.normalise import normalise
from bot.persona.script import Script
from bot.store.unmatched import Open

FILES = {
    "persona.toml": 'id = "x"\nname = "小盏"\ntype = "kol"\nkind = "personified"\n',
    "dialogue.toml": '[[rule]]\nid = "hello"\nexamples = ["你好呀"]\nsay = [["在呢"]]\n',
    "faq.csv": "id,question,similar,answer\nship,几天能到,多久到货|什么时候到,江浙沪两天。\n"
               "keep,茶叶怎么存,,密封放阴凉处。\n",
}  # fmt: skip


def asked(text: str, times: int = 1, at: int = 1) -> Open:
    return Open(norm=normalise(text), text=text, times=times, people=times, first_at=at,
                last_at=at + times, score=0.2, why="unknown", conversation="kf:a:1")  # fmt: skip


def rows(files: dict[str, str]) -> dict[str, Faq]:
    found, faults = parse_faq(files["faq.csv"], "faq.csv")
    assert not faults
    return {row.id: row for row in found}


def test_near_equal_questions_stand_together_the_most_asked_first() -> None:
    found = gather([
        asked("你们店在哪", 4), asked("能开发票吗", 3), asked("可以开发票不", 2, at=9),
        asked("线下店在哪儿呀", 1), asked("隔夜茶能喝吗", 1), asked("可以开票吗", 1),
    ])  # fmt: skip
    assert [[one.text for one in group.questions] for group in found] == [
        ["能开发票吗", "可以开发票不", "可以开票吗"], ["你们店在哪", "线下店在哪儿呀"],
        ["隔夜茶能喝吗"],
    ]  # fmt: skip
    first = found[0]
    assert (first.times, first.first_at, first.last_at) == (6, 1, 11)
    assert first.norms == ("能开发票吗", "可以开发票不", "可以开票吗")
    assert gather([]) == ()


def test_a_group_knows_the_answers_that_are_nearest() -> None:
    script = Script.of(parse_persona(FILES, "personas/x"), Brand(name="半盏"))
    [group] = gather([asked("快递什么时候能到货")], script)
    near = group.near[0]
    assert (near.rule, near.label, near.is_faq) == ("faq:ship", "几天能到", True)
    [hello] = gather([asked("你好呀呀")], script)
    assert not hello.near[0].is_faq


def test_a_wording_joins_a_row_once() -> None:
    made = with_wording(FILES, "faq:ship", " 快递几天\n能到|啊 ")
    assert rows(made)["ship"].similar == ("多久到货", "什么时候到", "快递几天 能到 啊")
    assert with_wording(made, "faq:ship", "快递几天能到啊？") == made
    assert made["persona.toml"] == FILES["persona.toml"]


def test_a_new_answer_is_a_row_with_an_id() -> None:
    made, rule = with_answer(FILES, "能开发票吗", "可以，填好抬头就开。", "开票吗|发票怎么开")
    row = rows(made)[rule.removeprefix("faq:")]
    assert row.similar == ("开票吗", "发票怎么开")
    named, rule = with_answer({"persona.toml": ""}, "能开发票吗", "可以。", name="bill")
    assert rule == "faq:bill"
    assert list(rows(named)) == ["bill"]


@pytest.mark.parametrize(
    ("rule", "wording", "code"),
    [("faq:none", "几天", "no_row"), ("hello", "几天", "no_row"), ("faq:ship", "？！", "empty"),
     ("faq:keep", "多久到货？", "taken")],
)  # fmt: skip
def test_a_wording_that_cannot_be_is_refused(rule: str, wording: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        with_wording(FILES, rule, wording)
    assert caught.value.code == code
    assert "；" in str(caught.value)


@pytest.mark.parametrize(
    ("question", "answer", "name", "code"),
    [("", "一", "", "empty"), ("？", "一", "", "empty"), ("一问", " ", "", "empty"),
     ("一问", "一", "ship", "id_taken"), ("一问", "一", "x" * 200, "id"),
     ("多久 到货", "一", "", "taken")],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused(
    question: str, answer: str, name: str, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        with_answer(FILES, question, answer, name=name)
    assert caught.value.code == code
