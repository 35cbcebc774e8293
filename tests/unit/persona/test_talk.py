"""``onevoice ask``: conversations in memory, and the line of JSON that the contract names."""

from __future__ import annotations

import json

from bot.persona import phrases
from bot.persona.talk import Talker, as_json

from .scripts import NOON, script


def test_equal_members_share_a_conversation() -> None:
    talker = Talker(script())
    heard = [talker.say("在吗", who, NOON).drafts[0].body for who in ("a", "a", "b")]
    assert heard[0] == heard[2] != heard[1]


def test_misses_add_up_and_opting_out_is_remembered() -> None:
    talker = Talker(script())
    handoffs = [bool(talker.say(text, "a", NOON).handoff) for text in ("qwe", "asd", "zxc")]
    assert handoffs == [False, True, False]
    said = [as_json(talker.say("退订", "b", NOON))["reply"] for _ in range(2)]
    assert said == [[phrases.OPT_OUT], [phrases.OPT_OUT_AGAIN]]


def test_the_line_of_json() -> None:
    line = as_json(Talker(script()).say("绿茶怎么泡", "a", NOON))
    assert json.loads(json.dumps(line)) == line
    assert list(line) == ["reply", "rule", "score", "candidates", "handoff", "flags", "why"]
    assert line["reply"] == ["八十度的水，别盖盖子。"]
    assert (line["rule"], line["score"], line["handoff"]) == ("faq:green", 1.0, False)
    assert line["candidates"][0] == {"rule": "faq:green", "score": 1.0}


def test_below_the_threshold_candidates_are_named_all_the_same() -> None:
    line = as_json(Talker(script()).say("泡澡", "a", NOON))
    assert line["rule"] is None
    assert line["candidates"]
