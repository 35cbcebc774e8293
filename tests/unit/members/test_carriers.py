"""Codes and carriers, short links, roles: the small rules around circles."""

from __future__ import annotations

import pytest

from bot.members.breaking import Newcomer, Seat, brought
from bot.members.carriers import CARRIERS, TARGETS, carrier_of, source_of
from bot.members.outlinks import ALPHABET, LENGTH, OutLink, allowed, click_key, code_of, is_preview

CODES = {"poster": "store", "door-*": "store", "door-shop-*": "shop"}


@pytest.mark.parametrize(("code", "carrier"), [
    ("poster", "store"), ("door-7", "store"), ("door-shop-7", "shop"), ("douyin.autumn", "douyin"),
    ("Weibo-1", "weibo"), ("oa", "oa"), ("poster2", ""), ("", ""), ("abc2345", "group"),
])  # fmt: skip
def test_a_code_names_its_carrier(code: str, carrier: str) -> None:
    assert carrier_of(code, CODES, links={"abc2345": "group"}) == carrier


def test_who_has_no_code_came_from_where_he_was_or_as_the_platform_says() -> None:
    assert source_of("poster", "account", 3, CODES, {}) == "store"
    assert source_of("x", "account", 3, CODES, {}) == "friend"
    assert source_of("", "", 3, CODES, {}) == "card"
    assert source_of("", "", 0, CODES, {}) == "unknown"
    assert set(TARGETS.values()) < set(CARRIERS)


def test_a_link_has_a_code_of_its_own() -> None:
    link = OutLink(url="https://a.example/", carrier="shop", posted="group")
    other = OutLink(url="https://a.example/", carrier="shop", posted="group", member="wm1")
    assert code_of(link) == code_of(link)
    assert len({code_of(link), code_of(link, 1), code_of(other)}) == 3
    assert len(code_of(link)) == LENGTH
    assert set(code_of(link)) <= set(ALPHABET)


@pytest.mark.parametrize(("url", "fine"), [
    ("https://banzhan.example/a?b=c#d", True), ("http://shop.banzhan.example", True),
    ("https://banzhan.example.evil.example/", False), ("https://evilbanzhan.example/", False),
    ("https://banzhan.example@evil.example/", False), ("javascript:alert(1)//banzhan.example", False),
    ("//banzhan.example/", False), ("https://banzhan.example/\r\nSet-Cookie: a", False),
    ("https://u:p@banzhan.example/", False), ("https://[banzhan.example/", False),
    ("https://banzhan.example/" + "a" * 2_000, False),
])  # fmt: skip
def test_links_lead_only_where_the_brand_allows(url: str, fine: bool) -> None:
    assert allowed(url, ["banzhan.example"]) is fine


def test_programs_that_look_ahead_are_no_clicks() -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 MicroMessenger/8.0.50"
    assert not is_preview(phone)
    assert all(map(is_preview, ["", "Googlebot/2.1", "WeChat LinkPreview", "curl/8.5", "Slurp"]))
    assert click_key("a", "x", 19_999) == click_key("a", "x", 10_000) != click_key("a", "x", 9_999)


def test_an_inviter_counts_for_the_circle_where_he_has_sat_longest() -> None:
    seats = {"i": [Seat("b", 5, None), Seat("a", 3, 9), Seat("c", 1, 4)]}
    new = [Newcomer("m", "tea", at, "i") for at in (2, 4, 9)] + [Newcomer("m", "b", 6, "i")]
    assert [(one.at, one.of) for one in brought(new, seats)] == [(2, "c"), (4, "a"), (9, "b")]
    assert brought([Newcomer("i", "tea", 6, "i"), Newcomer("m", "tea", 6, "")], seats) == []
