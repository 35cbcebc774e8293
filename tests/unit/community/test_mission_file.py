"""A file of content/missions: what is wrong with it is said with the key, and its rewards are held
to the same rules as those of an activity."""

from __future__ import annotations

import pytest

from bot.community.activity import parse_activity
from bot.community.mission import parse_mission
from bot.core.errors import BadInput

REWARD = '[[rewards]]\nid = "cup"\ntitle = "杯垫"\nhow = "thing"\nto = "all"\n'
ACTIVITY = """id = "a"
title = "打卡"
circle = "tea"
kind = "register"
[when]
announce = "2026-12-01 09:00"
close = "2d"
"""
MISSION = """id = "a"
title = "写一句"
circle = "tea"
brief = "写一句真话。"
asks = "一句话。"
proof = ["text"]
within = "2d"
"""


def activity(text: str) -> object:
    return parse_activity(text, "a.toml", "Asia/Shanghai")


def mission(text: str) -> object:
    return parse_mission(text, "a.toml")


FILES = ((activity, ACTIVITY), (mission, MISSION))
WRONG = (
    ('settle = "soon"', "settle"),
    ('settle = "0d"', "is no time"),
    ("stock = -1", "a limit is below 0"),
    ("cents = -1", "a limit is below 0"),
    (f'\n{REWARD}', "is no id, or there twice"),
)  # fmt: skip


@pytest.mark.parametrize(("more", "said"), WRONG)
def test_rewards_of_both_are_held_to_the_same_rules(more: str, said: str) -> None:
    for parse, head in FILES:
        parse(head + REWARD)
        with pytest.raises(BadInput) as found:
            parse(f"{head}{REWARD}{more}\n")
        assert said in str(found.value) and "rewards" in str(found.value)


@pytest.mark.parametrize(
    ("how", "said"),
    [("points", "how much points"), ("redpacket", "how much cents"), ("coupon", "file with the")],
)
def test_what_a_reward_holds_is_said(how: str, said: str) -> None:
    text = REWARD.replace('"thing"', f'"{how}"')
    for parse, head in FILES:
        with pytest.raises(BadInput, match=said):
            parse(head + text)


def test_a_mission_has_no_winners() -> None:
    with pytest.raises(BadInput, match="whoever is accepted"):
        mission(MISSION + REWARD.replace('"all"', '"winners"'))
