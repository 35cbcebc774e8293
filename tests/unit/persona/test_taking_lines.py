"""The lines for whoever takes part: every persona of ours can say each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.body import Text
from bot.persona.answer import fill, holes
from bot.persona.brand import Brand, parse_brand
from bot.persona.case import Case
from bot.persona.guard import Guard, blocking
from bot.persona.load import parse_persona
from bot.persona.pieces import check
from bot.persona.takinglines import FACTS, LINES

ROOT = Path(__file__).parents[3]
TOLD = {
    "title": "今日半盏", "about": "说一句就算", "question": "手边现在是哪只杯子？", "choice": "白茶",
    "questions": "1. 黄茶多哪一步？\nA. 摇青\nB. 闷黄", "options": "1. 白茶\n2. 黄茶", "streak": "7",
    "deadline": "今天 20:00", "gained": "2", "ticket": "春风秋月山水竹松茶杯", "team": "红泥炉",
    "circle": "半盏茶友圈", "points": "128", "balance": "28", "level": "续盏", "next": "满壶",
    "missing": "272", "badges": "头一泡、七日不断", "count": "2", "codename": "茶则", "names": "茶则、公道",
    "example": "茶则", "every": "90 天", "most": "12", "open": "一支竹茶则（300 分），剩 20 份",
    "taken": "盲品小圈的一个位置", "right": "一支竹茶则", "why": "分还不够", "minutes": "15",
    "activities": "「今日半盏」，回「打卡」", "link": "https://banzhan.example/m/i/abc",
}  # fmt: skip
FOLDERS = sorted(path.parent for root in ("personas", "tests/fixtures/brand/personas")
                 for path in (ROOT / root).glob("*/persona.toml"))  # fmt: skip


def test_what_a_line_may_name_is_listed() -> None:
    assert set(TOLD) == FACTS
    assert {hole for text in LINES.values() for hole in holes(text)} <= FACTS


@pytest.mark.parametrize("title", ["今日半盏", "读书打卡", "夏日照片", "选口味"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_line_passes_the_guard(folder: Path, title: str) -> None:
    persona = parse_persona(
        {"persona.toml": (folder / "persona.toml").read_text("utf-8")}, str(folder)
    )
    brand = parse_brand((folder.parent / "brand.toml").read_text("utf-8"), "brand.toml")
    guard, stopped = Guard(brand, persona, ()), {}
    for text in (*LINES.values(), *(one for own in persona.taking.values() for one in own)):
        said = fill(text, {**TOLD, "title": title})
        assert "{" not in said
        if found := blocking(check(guard, Text(said), Case(day=date(2026, 12, 5)), 2048)):
            stopped[said] = sorted({one.code for one in found})
    assert stopped == {}


# By themselves each of these reads like an offer, a promise, an amount or words of a machine.
TITLES = ("周五抽奖", "Friday Tasting", "Tea Time 周六夜", "Latte Art 大赛", "今晚八点抽三份", "免费试喝",
          "满100人开奖", "拼团九块九", "红包雨", "包你会泡", "买一送一", "24小时接龙", "最后三席", "test")  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_what_is_published_may_be_called_by_its_name(title: str) -> None:
    (folder,) = [one for one in FOLDERS if one.name == "xiaozhan"]
    files = {"persona.toml": (folder / "persona.toml").read_text("utf-8")}
    persona = parse_persona(files, str(folder))
    brand = parse_brand((folder.parent / "brand.toml").read_text("utf-8"), "brand.toml")
    guard = Guard(brand, persona, ()).beside(brand, (), (title, "茶券"))
    for text in LINES.values():
        said = fill(text, {**TOLD, "title": title, "activities": f"「{title}」，回「{title}」"})
        found = blocking(check(guard, Text(said), Case(day=date(2026, 12, 5)), 2048))
        assert not found, said


def test_a_name_excuses_nothing_beside_it() -> None:
    guard = Guard(Brand(name="半盏", taboo=("秒杀",)), None, (), titles=("买一送一", "秒杀夜"))
    case = Case(day=date(2026, 12, 5))
    for said, code in (("「买一送一」开始了，再送你两盒", "discount"), ("「秒杀夜」开始了", "taboo"),
                       ("「买一送一」：加我微信 abc123", "drain")):  # fmt: skip
        assert code in {one.code for one in blocking(guard.inspect(said, case))}, said
