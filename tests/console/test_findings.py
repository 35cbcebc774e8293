"""What is found about words of staff, as both pages show it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.console.findings import findings
from bot.core.guarding import CODES, FORCED, Severity
from bot.library.cast import Cast
from bot.library.speech import Setting, excused
from bot.persona.brand import Brand
from bot.persona.case import Problem
from tests.unit.persona.scripts import script

SETTING = Setting(cast=Cast(zone="Asia/Shanghai", brand=Brand(name="b")), now=0)


def problem(code: str, message: str, start: int, end: int, fix: str = "",
            severity: Severity = "stop") -> Problem:  # fmt: skip
    return Problem(code=code, message=message, start=start, end=end, fix=fix, severity=severity)


def spoken_to_as(form: str) -> Setting:
    """A cast of one persona that addresses people so."""
    persona = replace(script().persona, voice=replace(script().persona.voice, address=form))
    cast = replace(SETTING.cast, scripts={"p": replace(script(), persona=persona)})
    return replace(SETTING, cast=cast)


def found(text: str, *problems: Problem) -> list[dict[str, Any]]:
    return findings(problems, text, SETTING, "nobody")


def test_the_same_words_are_told_once_by_what_stops_them_with_what_may_stand_there() -> None:
    told = found(
        "好的！！😀",
        problem("marks", "太多叹号", 2, 4, "一个就好", severity="warn"),
        problem("taboo", "禁用词“！！”", 2, 4, "换个说法"),
        problem("taboo", "禁用词“😀”", 4, 5, "换个说法"),
        problem("length", "太长", 0, 0, "分两句"),
        problem("promise", "没有承诺", 0, 0, "补一句"),
        problem("taboo", "禁用词“😀”", 4, 5, "换个说法"),
    )
    assert {(one["code"], one["stop"], one["put"], one["start"], one["end"]) for one in told} == {
        ("taboo", True, "！", 2, 4), ("taboo", True, None, 4, 6), ("length", True, None, 0, 0),
        ("promise", True, None, 0, 0),
    }  # fmt: skip
    assert [one["words"] for one in told if one["words"]] == ["！！", "😀"]


def test_words_that_overlap_are_one_passage() -> None:
    told = found(
        "全网最低价给您",
        problem("superlative", "绝对化用语", 0, 5),
        problem("price", "价格", 3, 6),
        problem("taboo", "禁用词", 2, 5),
        problem("address", "称呼", 6, 7, severity="warn"),
        problem("sentence", "太长", 0, 7, severity="warn"),
    )
    assert [(one["code"], one["words"], one["stop"], one["bar"]) for one in told] == [
        ("superlative", "全网最低价给", True, "law"), ("sentence", "全网最低价给您", False, ""),
        ("address", "您", False, ""),
    ]  # fmt: skip
    assert told[0]["name"] == "绝对化用语"


def test_what_stops_goes_before_what_only_warns_in_the_same_passage() -> None:
    (one,) = found("马上到货", problem("pressure", "催促", 0, 4, severity="warn"),
                   problem("promise", "承诺", 1, 3))  # fmt: skip
    assert (one["code"], one["places"]) == ("promise", [(0, 4)])


def test_a_slip_that_one_button_mends_stays_beside_a_passage_that_is_stopped() -> None:
    told = found("😀别说😀", problem("emoji", "表情", 0, 1, severity="warn"),
                 problem("inner", "内部用语", 0, 4),
                 problem("emoji", "表情", 3, 4, severity="warn"))  # fmt: skip
    assert [(one["code"], len(one["places"])) for one in told] == [("emoji", 2), ("inner", 1)]


def test_the_same_words_are_as_serious_everywhere_in_a_text() -> None:
    text = "您好，您问的我给您查"
    places = [i for i, char in enumerate(text) if char == "您"]
    [one] = findings(
        [*(problem("address", "称呼", i, i + 1, severity="warn") for i in places),
         *(problem("taboo", "禁用词“您”", i, i + 1) for i in places[:2])],
        text, spoken_to_as("你"), "p",
    )  # fmt: skip
    assert (one["code"], one["stop"], one["bar"], one["put"]) == ("taboo", True, "brand", "你")
    assert one["places"] == [(i, i + 1) for i in places]


def test_the_law_speaks_before_the_brand() -> None:
    [one] = found("全网最低价", problem("superlative", "绝对化用语", 0, 3),
                  problem("taboo", "禁用词", 0, 4), problem("price", "价格", 0, 5))  # fmt: skip
    assert (one["code"], one["bar"], one["words"]) == ("superlative", "law", "全网最低价")


def test_all_places_of_one_fix_are_one_finding() -> None:
    text = "您好😀，您问的我给您查😀"
    places = [i for i, char in enumerate(text) if char == "您"]
    smiles = [i for i, char in enumerate(text) if char == "😀"]
    told = found(text, *(problem("address", "称呼", i, i + 1, severity="warn") for i in places),
                 *(problem("emoji", "表情", i, i + 1, severity="warn") for i in smiles))  # fmt: skip
    assert [(one["code"], one["words"], len(one["places"])) for one in told] == [
        ("address", "您", 3), ("emoji", "😀", 2),
    ]  # fmt: skip
    units = text.encode("utf-16-le")
    for one in told:
        for start, end in one["places"]:
            assert units[2 * start : 2 * end].decode("utf-16-le") == one["words"]


def test_what_the_law_forces_is_excused_by_nobody() -> None:
    assert set(CODES) > FORCED and {"superlative", "medical", "human", "length"} <= FORCED
    every = tuple(problem(code, code, 0, 1) for code in CODES)
    assert {one.code for one in excused(every, CODES)} == FORCED
    assert excused(every, ()) == every
    page = (Path(__file__).parents[2] / "docs/guard.md").read_text()
    told = page.partition("## When the guard is wrong")[2]
    assert set(re.findall(r"`(\w+)`", told.partition("\n## ")[0])) & set(CODES) == FORCED
