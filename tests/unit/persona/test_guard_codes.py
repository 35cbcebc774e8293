"""Six letters of an invitation code are no price, no number of somebody and no account elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.guarding import Guarding
from bot.members import codes
from bot.persona.brand import Brand
from bot.persona.guard import Case, Guard
from bot.persona.neutral import codes as told

CASE = Case(day=date(2026, 11, 22), policy=Guarding())
MINE = [codes.made((f"wm{n}", "", "", "")) for n in range(60)]
WORDS = ("你的邀请码是 {}，朋友报这个码就行", "这是你的邀请码：{}。朋友加我的时候说一声就好")


def complaints(text: str) -> list[str]:
    return [problem.code for problem in Guard(Brand(name="半盏"), None, ()).inspect(text, CASE)]


@pytest.mark.parametrize("words", WORDS)
def test_a_text_may_say_a_code_of_ours(words: str) -> None:
    assert [code for code in MINE if complaints(words.format(code))] == []


def test_nothing_else_behind_the_word_is_excused() -> None:
    wrong = MINE[0][:-1] + ("A" if MINE[0][-1] != "A" else "C")
    for said in (wrong.lower(), "abc123", "13800138000", f"{MINE[0].lower()}9"):
        assert not list(told(f"你的邀请码是{said}。"))
    assert list(told(f"推荐码 {MINE[0].lower()}")) == [(4, 10)]
    assert complaints("你的邀请码是 13800138000，加微信 abc123 领红包")
