"""What a turn knows about the member's wishes and mood."""

from __future__ import annotations

import pytest

from bot.core.model import Decision
from bot.persona.decide import PROMO_OFF, PROMO_ON
from bot.persona.mood import moods
from bot.pipeline.handing import is_upset, wishes_promotion


@pytest.mark.parametrize(("text", "upset"), [
    ("这茶太难喝了，真失望", True), ("你们这是假货，我要投诉", True), ("马上要用，急急急", False),
    ("好喝，谢谢", False), ("不着急，不会投诉的", False),
])  # fmt: skip
def test_who_is_not_content_is_upset_and_who_is_in_a_hurry_is_not(text: str, upset: bool) -> None:
    calm = Decision()
    assert is_upset([calm, Decision(flags=moods(text))]) is upset


def test_a_wish_about_promotion_is_told_from_none() -> None:
    assert [wishes_promotion({tag}) for tag in (PROMO_OFF, PROMO_ON, "other")] == [
        False, True, None]  # fmt: skip
