"""Slots of a rate: pure arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.body import Text
from bot.core.config import Limits
from bot.core.model import Outbound
from bot.core.pace import Rate, pacings, pick

NOW = 1_000


def test_a_new_slot_is_made_while_there_may_be_more_and_none_is_free() -> None:
    assert pick([], Rate(2, 10), NOW) == (0, 0)
    assert pick([NOW + 5], Rate(2, 10), NOW) == (1, 0)
    assert pick([NOW], Rate(2, 10), NOW) == (0, 0)
    assert pick([NOW + 5, NOW + 3], Rate(2, 10), NOW) == (1, 3)


@given(st.lists(st.integers(NOW - 20, NOW + 20), max_size=8), st.integers(1, 5))
def test_whoever_may_go_finds_fewer_than_the_most_before_him(used: list[int], most: int) -> None:
    """Also when the rate was lowered, so that more slots are there than may be used."""
    slot, wait = pick(used, Rate(most, 10), NOW)
    busy = sum(at > NOW for at in used)
    assert (wait == 0) == (busy < most)
    assert slot <= len(used)
    if wait:
        assert sum(at > NOW + wait for at in used) < most


def test_an_hours_limit_towards_a_member_is_kept_minute_by_minute() -> None:
    usual = pacings(Limits())
    assert (usual["app"][0].rate.most, usual["webhook"][0].rate.most) == (16, 20)
    assert pacings(Limits(app_member_per_hour=10_000))["app"][0].rate.most == 30
    assert pacings(Limits(app_member_per_hour=10))["app"][0].rate.most == 1


def test_a_robots_two_rates_take_slots_of_their_own_in_each_chat() -> None:
    minute, hour = pacings(Limits())["robot"]
    assert (minute.rate.most, hour.rate.most) == (30, 1000)
    rows = [
        Outbound(lane="x", pool="robot", channel="robot", account="aib", peer=peer, kind="reply",
                 body=Text("x"), origin="reply:1:0", persona="p", persona_version=1, dedupe=peer,
                 send_at=0)
        for peer in ("a", "b")
    ]  # fmt: skip
    assert len({pacing.key(row) for pacing in (minute, hour) for row in rows}) == 4
