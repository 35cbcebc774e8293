"""Rules of moderation: what words, links and floods are, and what is done about them by itself."""

from __future__ import annotations

import pytest

from bot.community.moderating import (
    FLOOD,
    Flag,
    Measure,
    Past,
    flags,
    floods,
    foreign,
    measure,
    parse_moderation,
)
from bot.core.clock import DAY, HOUR
from bot.core.errors import BadInput

RULES = parse_moderation("""
cooldown = "12h"
escalate_after = 3
within = "7d"
[[lists]]
id = "ads"
title = "广告"
words = ["加我微信", "刷单"]
but = ["怎么加我微信"]
[[lists]]
id = "quiet"
title = "只记下"
words = ["便宜卖"]
act = "note"
where = ["kf"]
[[lists]]
id = "danger"
title = "要紧"
words = ["赌博平台"]
act = "escalate"
[links]
allow = ["weixin.qq.com"]
[flood]
messages = 3
within = "10s"
""")
OWN = ("example.com",)


@pytest.mark.parametrize(("text", "found"), [
    ("快来加我微信啊", ["ads"]),
    ("加 我~微 信", ["ads"]),
    ("加我維信", []),
    ("加我微信，代刷單", ["ads"]),
    ("怎么加我微信？", []),
    ("赌博平台，刷单", ["danger", "ads"]),
    ("便宜卖", []),
    ("看 http://a.example.com/x 和 https://mp.weixin.qq.com/s/1", []),
    ("看 https://evil.top/a?b=1", ["links"]),
    ("看 evil。top/a", ["links"]),
    ("看 https://user@evil.cn:80/", ["links"]),
    ("example.com.evil.cn", ["links"]),
    ("下午3.5克，温度85.5", []),
    ("", []),
])  # fmt: skip
def test_words_and_links(text: str, found: list[str]) -> None:
    assert [one.rule for one in flags(RULES, "group", text, OWN)] == found


def test_a_list_looks_only_where_it_says() -> None:
    assert [one.rule for one in flags(RULES, "kf", "便宜卖，加我微信", OWN)] == ["quiet"]


def test_a_host_is_told_once_and_beneath_a_known_domain_is_ours() -> None:
    text = "https://a.cn/1 https://A.cn/2 shop.example.com notexample.com"
    assert foreign(text, OWN) == ["a.cn", "notexample.com"]


def test_a_flood_is_one_case_however_long_it_goes_on() -> None:
    times = [1_000 * n for n in range(8)]
    found = [floods(RULES, "group", times[: n + 1]) for n in range(8)]
    assert [bool(one) for one in found] == [False, False, False, True, False, False, False, False]
    assert found[3] == Flag(FLOOD, "remind", "4")
    assert floods(RULES, "group", [0, 5_000, 10_000, 15_000]) is None  # never four within ten
    assert floods(RULES, "kf", times[:4]) is None and floods(RULES, "group", []) is None


NOW = 100 * DAY
REMIND, NOTE, GRAVE = Flag("ads", "remind"), Flag("quiet", "note"), Flag("danger", "escalate")


@pytest.mark.parametrize(("flag", "past", "reachable", "wanted"), [
    (REMIND, Past(), True, Measure(True, False)),
    (REMIND, Past(), False, Measure(False, False, "unreachable")),
    (REMIND, Past(NOW - 11 * HOUR, 1), True, Measure(False, False, "cooldown")),
    (REMIND, Past(NOW - 12 * HOUR, 1), True, Measure(True, False)),
    (REMIND, Past(NOW - DAY, 2), True, Measure(True, True)),
    (REMIND, Past(NOW - HOUR, 5), False, Measure(False, True, "cooldown")),
    (NOTE, Past(NOW, 0), True, Measure(False, False)),
    (NOTE, Past(None, 2), True, Measure(False, True)),
    (GRAVE, Past(), True, Measure(True, True)),
])  # fmt: skip
def test_what_is_done_by_itself(
    flag: Flag, past: Past, reachable: bool, wanted: Measure
) -> None:  # fmt: skip
    assert measure(RULES, flag, past, NOW, reachable=reachable) == wanted


@pytest.mark.parametrize(("text", "said"), [
    ('cooldown = "5m"', "too short"),
    ('[flood]\nmessages = 1', "not within 2 and 100"),
    ('[[lists]]\nid = "links"\ntitle = "x"\nwords = ["a"]', "no id, or taken"),
    ('[[lists]]\nid = "a"\ntitle = "x"\nwords = ["！！"]', "no word"),
    ('[[lists]]\nid = "a"\ntitle = "x"\nwords = []', "1 to 2000 words"),
    ('[links]\nact = "kick"', "act"),
])  # fmt: skip
def test_a_file_that_cannot_be_meant_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_moderation(text)
