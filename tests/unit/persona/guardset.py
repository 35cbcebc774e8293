"""The guard's two test sets: drafts that must be caught, texts that must not be stopped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.core.body import Text
from bot.core.goods import Good
from bot.persona.brand import Brand, Contact, parse_brand
from bot.persona.guard import Case, Guard, blocking
from bot.persona.persona import Persona, Voice
from bot.persona.pieces import check
from bot.studio.catalogue import parse_catalogue

FOLDER = Path(__file__).parents[2] / "fixtures" / "guard"
BRAND = Brand(
    name="半盏", taboo=("手撕价", "家人们", "宝子"), link_domains=("banzhan.example",),
    amounts=(99, 8, 15), contact=Contact(phones=("400-800-1234", "0571-86001234")),
)  # fmt: skip
PERSONA = Persona(id="x", name="小盏", type="spokesperson", voice=Voice(taboo=("yyds",)))
PRICES = {"晨雾": 68, "巷口": 58, "灶边": 72, "老木头": 78, "小样": 39, "半盏杯": 59, "礼盒": 168}
GOODS = tuple(Good(sku=name, name=name, price=Decimal(yuan)) for name, yuan in PRICES.items())
GUARD = Guard(BRAND, PERSONA, GOODS)
CASE = Case(day=date(2026, 11, 22))
# The sets of strangers were written for the sample brand and its catalogue.
ROOT = Path(__file__).parents[3]
SAMPLE = Guard(
    parse_brand((ROOT / "personas" / "brand.toml").read_text("utf-8"), "brand.toml"), None,
    parse_catalogue((ROOT / "content" / "catalogue.csv").read_text("utf-8"), "catalogue.csv"),
)  # fmt: skip


def hostile(name: str = "hostile") -> list[tuple[str, str]]:
    """(expected code, text) of every line."""
    rows = (line.split("\t", 1) for line in _lines(name))
    return [(code, text) for code, text in rows]


def ordinary(name: str = "ordinary") -> list[str]:
    """Texts that a shop, a bank, a school or a friend sends every day."""
    return _lines(name.replace("hostile", "ordinary"))


def judge(text: str) -> tuple[set[str], set[str]]:
    """(codes found, codes that stop the text)."""
    found = GUARD.inspect(text, CASE)
    return {p.code for p in found}, {p.code for p in blocking(found)}


def stops(text: str) -> set[str]:
    """Codes that keep a message of this text from leaving, for the sample brand."""
    return {problem.code for problem in blocking(check(SAMPLE, Text(text), CASE))}


def _lines(name: str) -> list[str]:
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("//")]
