"""Frames: how a pattern over classes is read, gated and excused."""

from __future__ import annotations

import pytest

from bot.persona.frame import Frames
from bot.persona.gates import branches, gates

DOCUMENT = {
    "classes": {"ill": "失眠 便秘", "heal": "治 缓解"},
    "frame": [{"code": "medical", "patterns": ["<heal>~<ill>"], "unless": "问医生"}],
}


def codes(text: str) -> list[str]:
    return [frame.code for frame, _, _ in Frames({"a": DOCUMENT}).find(text)]


@pytest.mark.parametrize("text", ["能治失眠", "可以缓解一下便秘", "治你的失眠"])
def test_classes_join_within_a_clause(text: str) -> None:
    assert codes(text) == ["medical"]


@pytest.mark.parametrize("text", ["失眠", "治。失眠", "缓解不了失眠", "能治失眠吗请问医生"])
def test_a_break_a_denial_or_an_excuse_parts_them(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("(?:加|搜)[^，]{0,8}好友", [("加", "搜"), ("好友",)]),
        ("(?:加|搜)?我", [("我",)]),
        ("包邮?", [("包",)]),
        ("(?:(?:甲|乙)丙)?丁", [("丁",)]),
        ("(?:甲|乙){0,3}[丙丁]", []),
        ("甲乙|丙丁", [("丙丁", "甲乙")]),
        ("甲乙|丙.丁", []),
        ("(?!甲)(?<=乙)丙", [("丙",)]),
    ],
)
def test_only_what_every_match_holds_is_a_gate(source: str, found: list[tuple[str, ...]]) -> None:
    assert sorted(gates(source)) == sorted(found)


def test_branches_cut_at_outer_bars_only() -> None:
    assert list(branches("甲(?:乙|丙)|[|]丁|戊|己")) == ["甲(?:乙|丙)", "[|]丁", "戊|己"]
