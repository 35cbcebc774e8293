"""What is found about words of staff, as both pages show it."""

from __future__ import annotations

from bot.console.findings import findings
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.persona.brand import Brand
from bot.persona.guard import Problem, Severity

SETTING = Setting(cast=Cast(zone="Asia/Shanghai", brand=Brand(name="b")), now=0)


def problem(code: str, message: str, start: int, end: int, fix: str,
            severity: Severity = "stop") -> Problem:  # fmt: skip
    return Problem(code=code, message=message, start=start, end=end, fix=fix, severity=severity)


def test_the_same_words_are_told_once_by_what_stops_them_with_what_may_stand_there() -> None:
    found = findings(
        (
            problem("marks", "太多叹号", 2, 4, "一个就好", severity="warn"),
            problem("taboo", "禁用词“！！”", 2, 4, "换个说法"),
            problem("taboo", "禁用词“😀”", 4, 5, "换个说法"),
            problem("length", "太长", 0, 0, "分两句"),
            problem("promise", "没有承诺", 0, 0, "补一句"),
            problem("taboo", "禁用词“😀”", 4, 5, "换个说法"),
        ),
        "好的！！😀", SETTING, "nobody",
    )  # fmt: skip
    assert [(one["code"], one["stop"], one["put"], one["start"], one["end"]) for one in found] == [
        ("taboo", True, "！", 2, 4), ("taboo", True, None, 4, 6), ("length", True, None, 0, 0),
        ("promise", True, None, 0, 0),
    ]  # fmt: skip
    assert [one["words"] for one in found] == ["！！", "😀", "", ""]
