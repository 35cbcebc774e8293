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


@pytest.mark.parametrize("code", ["TEA-0001", "8H2K-99QX", "AB12CD", "20261205", "xk_77ab2"])
@pytest.mark.parametrize(
    "words", ["「茶券」的券码是 {}，到店报码就行。", "你的券码：{}", "「茶券」的券码：{}"]
)
def test_a_text_may_say_the_code_of_a_coupon(words: str, code: str) -> None:
    guard = Guard(Brand(name="半盏"), None, (), titles=("茶券",))
    assert not guard.inspect(words.format(code), CASE)


@pytest.mark.parametrize(("said", "code"), [
    ("券码是 evil.com/x", "link"), ("你的验证码是 123456", "leak"),
    ("兑换码：sk-abcdefghijk", "leak"), ("今天送你一张满减券，券码 AB12CD", "discount"),
])  # fmt: skip
def test_the_word_of_a_coupon_hides_nothing_else(said: str, code: str) -> None:
    assert code in complaints(said)
