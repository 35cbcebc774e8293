"""Campaigns as people write them: when each takes place, and what is wrong with others."""

from __future__ import annotations

import pytest

from bot.core.audience import Is
from bot.core.clock import DAY, HOUR, local
from bot.core.errors import BadInput
from bot.core.pace import Rate
from scheduler.campaigns import (
    Campaign,
    Sitting,
    audience_of,
    occurrence,
    parse_campaign,
    parse_served,
    sittings,
)

ZONE = "Asia/Shanghai"
HEAD = 'id = "offer"\ndo = "{do}"\npersona = "tester"\ntemplate = "promos/offer"\n'
AT = 1_797_559_200_000  # 2026-12-18 10:00 in Shanghai


def parse(more: str = "", do: str = "promo") -> Campaign:
    return parse_campaign(HEAD.format(do=do) + more, "content/campaigns/offer.toml", ZONE)


def test_a_date_takes_place_once_and_lasts_three_days_unless_told_otherwise() -> None:
    campaign = parse('at = "2026-12-18 10:00"')
    assert campaign.after(AT + DAY) == AT, "a date that is over is told too"
    assert not campaign.recurs
    assert sittings(campaign, AT) == (Sitting("20261218T1000", AT, AT + 3 * DAY),)
    assert sittings(parse('until = "36h"'), AT)[0].until == AT + 36 * HOUR
    dated = parse('at = "2026-12-18 10:00"\nuntil = "2026-12-20 20:00"')
    assert f"{local(sittings(dated, AT)[0].until, ZONE):%m-%d %H:%M}" == "12-20 20:00"


def test_what_comes_round_has_a_next_time_from_now_on() -> None:
    campaign = parse('at = "fri 10:00"\nuntil = "1d"')
    assert campaign.recurs
    assert campaign.after(AT) == AT
    assert campaign.after(AT + 1) == AT + 7 * DAY
    assert parse().after(AT) is None


def test_a_live_session_is_two_runs_of_one_occurrence() -> None:
    live = parse('at = "2026-12-18 10:00"\nremind = "care/day1"\nbefore = "2h"', do="live")
    before, begins = sittings(live, AT)
    assert before == Sitting("20261218T1000-before", AT - 2 * HOUR, AT)
    assert begins == Sitting("20261218T1000-start", AT, AT + 2 * HOUR)
    assert (live.template_of(before.step), live.template_of(begins.step)) == (
        "care/day1", "promos/offer")  # fmt: skip
    assert occurrence(before.step) == occurrence(begins.step) == "20261218T1000"
    assert len(sittings(parse('at = "2026-12-18 10:00"', do="live"), AT)) == 1


def test_what_a_file_means() -> None:
    campaign = parse('pace = "500/h"')
    assert campaign.rate == Rate(500, HOUR)
    assert (campaign.kind, campaign.posts) == ("promo", False)
    assert (parse(do="live", more='at = "fri 10:00"').kind, parse(do="moment").posts) == (
        "activity", True)  # fmt: skip
    personas = {"tester": ("lin.xi", "chen.mo")}
    assert audience_of(campaign, personas) == Is("account", ("lin.xi", "chen.mo"))
    assert audience_of(parse('audience = "tag:a"'), personas) == Is("tag", ("a",), "tag:a")
    with pytest.raises(BadInput, match=r"campaigns/offer.toml:6: column 1: there is no field"):
        audience_of(parse('title = "x"\naudience = "tagg:a"'), personas)


@pytest.mark.parametrize(("more", "line", "why"), [
    ('at = "2026-02-30 10:00"', 5, "there is no '2026-02-30 10:00'"),
    ('at = "never"', 5, "is no recurrence"),
    ('at = "2026-12-18 10:00"\nuntil = "2026-12-18 09:00"', 6, "not later than the beginning"),
    ('at = "fri 10:00"\nuntil = "2026-12-18 09:00"', 6, "comes round"),
    ('until = "soon"', 5, "no length of time"),
    ('late = "x"', 5, "no length of time"),
    ("holdout = 0.6", 5, "not within 0 and 0.5"),
    ("error_budget = -0.1", 5, "not within 0 and 1"),
    ("ceiling = -1", 5, "below 0"),
    ('pace = "500 per hour"', 5, "no pace"),
    ('pace = "0/h"', 5, "never reach"),
    ('goal = "fame"', 5, "no goal"),
    ("via = []", 5, "empty"),
    ('groups = "both"', 5, "means nothing"),
    ('remind = "care/day1"', 5, "means nothing"),
    ('audiense = "all"', 5, "unknown key"),
])  # fmt: skip
def test_what_is_wrong_has_its_line(more: str, line: int, why: str) -> None:
    with pytest.raises(BadInput, match=why) as caught:
        parse(more)
    assert caught.value.line == line


def test_what_this_program_does_not_read_any_more_takes_place_no_more() -> None:
    good = HEAD.format(do="promo")
    sources = [(good, "content/campaigns/offer.toml", 3), ("id = 1", "content/campaigns/x.toml", 1)]
    (found,) = parse_served(sources, ZONE)
    assert (found.id, found.version) == ("offer", 3)


def test_posts_and_live_sessions_have_keys_of_their_own() -> None:
    with pytest.raises(BadInput, match="holdout: means nothing for do = 'moment'"):
        parse("holdout = 0.1", do="moment")
    with pytest.raises(BadInput, match="a live session needs a time"):
        parse(do="live")
    with pytest.raises(BadInput, match="but the file is 'other'"):
        parse_campaign(HEAD.format(do="promo"), "content/campaigns/other.toml", ZONE)
