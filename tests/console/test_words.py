"""One word for each thing: the table in docs/console.md, and what must not come back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.console.words import catalogue

ROOT = Path(__file__).parents[2]
# 接待人员 and 停止接待 are the platform's own words for the people in its client.
GONE = re.compile("人设脚本|接管|接待(?!人员)|放手|搁置|转给")
OF_THE_PLATFORM = re.compile("接待人员都停止接待|(?:开始|恢复)接待")


def test_no_page_says_the_words_that_are_gone() -> None:
    said = {key: OF_THE_PLATFORM.sub("", words["zh"]) for key, words in catalogue().items()}
    assert {key: text for key, text in said.items() if GONE.search(text)} == {}


@pytest.mark.parametrize("path", ["bot/store/desk.py", "bot/store/whole.py", "bot/store/blocks.py"])
def test_refusals_and_reasons_say_them_neither(path: str) -> None:
    assert not GONE.search((ROOT / path).read_text("utf-8"))


def test_the_page_has_the_words_that_the_verbs_say() -> None:
    page = (ROOT / "docs/console.md").read_text("utf-8").partition("## Words")[2]
    for verb in ("take", "pass", "snooze", "resolve", "transfer", "note"):
        assert f"| {catalogue()[f'verb.{verb}']['zh']} |" in page, verb
    assert catalogue()["verb.release"]["zh"].startswith("交还") and "| 交还 |" in page
