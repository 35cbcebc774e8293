"""What lint says reaches the pages in Chinese, all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.console.mixed import said
from bot.console.told import told
from bot.studio.mix import WORDS as MIX_WORDS
from bot.studio.mix import Warned

ROOT = Path(__file__).parents[3] / "bot"
SPEAKERS = [
    *sorted((ROOT / "persona").glob("*.py")),
    *(
        ROOT / "core" / f"{name}.py"
        for name in ("decode", "tomlfile", "csvfile", "textfile", "span")
    ),
    *(ROOT / "library" / f"{name}.py" for name in ("vetting", "checks", "disk")),
]
CALLS = {"fail", "BadInput", "_flaw", "_say", "_finding", "Finding", "_no_retry", "ValueError"}
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# What the operator sees in a log, and what no page shows.
ELSEWHERE = {"install it beside onevoice, or correct it", "there is a hook 'a' already: a"}


def test_every_message_of_the_code_has_chinese_words() -> None:
    said = {text for path in SPEAKERS for text in _messages(path)} - ELSEWHERE
    assert len(said) > 100
    assert [text for text in sorted(said) if not CHINESE.search(told("zh", text))] == []


def _messages(path: Path) -> Iterator[str]:
    """Texts that calls of a message hold, and those that stand in ``message`` or ``fix``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [*node.args, *(word.value for word in node.keywords)] if name in CALLS else []
        elif isinstance(node, ast.Assign):
            named = {getattr(target, "id", "") for target in node.targets}
            values = [node.value] if named & {"message", "fix"} else []
        for value in values:
            text = _text(value)
            if ENGLISH.search(text) and not CHINESE.search(text):
                yield text


def _text(value: ast.expr) -> str:
    """A literal as it would be said, with a name in each blank."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if not isinstance(value, ast.JoinedStr):
        return ""
    parts = (
        part.value if isinstance(part, ast.Constant) else _blank(part) for part in value.values
    )
    return "".join(map(str, parts))


def _blank(part: ast.expr) -> str:
    quoted = isinstance(part, ast.FormattedValue) and part.conversion == ord("r")
    return "'a'" if quoted else "a"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("'buy' is never reached: \"it's\" comes first", "轮不到“buy”：“it's”排在前面"),
        ("voice.address: unknown key", "voice.address: 没有这一项"),
        ("valid_to: wants a date like 2026-11-21, not 'x'",
         "valid_to: 要写像 2026-11-21 这样的日期，现在写的是“x”"),
        ("there is no step 'rule'", "没有“rule”这个引导"),
        ("rule.3.id: 'a' is no rule id", "rule.3.id: “a”不能当规则编号"),
        ("when: nothing ever learns 'tea'", "when: 从来没有地方记下“tea”"),
        ("consent ugc-1 was revoked", "授权 ugc-1 已经撤回"),
        ("moments/x: consent ugc-1 is not recorded", "moments/x：授权 ugc-1 还没有登记"),
        ("a1 wants moments/x: consent ugc-1 was revoked",
         "a1 要用 moments/x，可授权 ugc-1 已经撤回"),
        ("did you mean 'genre'?", "是不是想写“genre”？"),
        ("personas/a/faq.csv:3: answer is empty; fill it or remove the row",
         "personas/a/faq.csv:3: answer 是空的 · 填上，或者删掉这一行"),
        ("'小周' 没有声明", "'小周' 没有声明"),
    ],
)  # fmt: skip
def test_a_message_in_words(message: str, words: str) -> None:
    assert told("zh", message) == words
    assert told("en", message) == message


@pytest.mark.parametrize("code", sorted(MIX_WORDS))
def test_what_a_mix_lacks_has_words_in_both_languages(code: str) -> None:
    facts = {"day": "11-23", "days": 7, "total": 5, "selling": 3, "share": "60%", "most": "20%",
             "first": "甲", "second": "乙", "others": 1, "least": 4, "number": 3, "title": "甲",
             "genre": "情感", "origin": "BGC", "what": "类型和来源"}  # fmt: skip
    warned = Warned(code=code, persona="a", feed="moment", facts=facts)
    chinese, english = said("zh", warned), said("en", warned)
    assert not re.search(r"[{}]", chinese + english) and "content/" not in chinese
    assert not re.search(r"[\u4e00-\u9fff]", english.replace("甲", "").replace("乙", ""))
