"""One text on every carrier: what fits, which links open, and the code by which it is known."""

from __future__ import annotations

from bot.core.body import Link, Media
from bot.core.carrying import OfCarrier
from bot.library.elsewhere import Fault, Post, posts
from bot.members.carriers import (
    ALONE,
    CARRIERS,
    OF_CHANNEL,
    POSTED,
    STATE_MAX,
    carrier_of,
    goes_to,
    source_code,
)

SHOP = "https://shop.example/half"
TEXT = f"今天的半盏，慢慢喝。\n{SHOP}。"


def on(carrier: str, kind: str = "moment", **more: object) -> Post:
    values: dict[str, object] = {"text": TEXT, "parts": (), "settings": {}, "short": {}} | more
    found = posts("moments/half", kind, **values)  # type: ignore[arg-type]
    return {one.carrier: one for one in found}[carrier]


def test_where_links_open_they_stand_and_elsewhere_they_are_left_out_and_told() -> None:
    assert SHOP in on("weibo").text and on("weibo").faults == ()
    short = on("weibo", short={("weibo", SHOP): "https://b.example/l/abc2345"})
    assert short.text.endswith("\nhttps://b.example/l/abc2345。") and short.links == (SHOP,)
    red = on("xiaohongshu")
    assert red.text == "今天的半盏，慢慢喝。"
    assert red.fits and red.faults == (Fault(what="links", has=1),)


def test_cards_become_lines_where_a_colleague_posts_and_stay_cards_where_we_do() -> None:
    card = Link("冬天的半盏", SHOP)
    assert on("weibo", text="看这里", parts=(card,)).text == f"看这里\n\n冬天的半盏\n{SHOP}"
    assert on("douyin", text="看这里", parts=(card,)).text == "看这里"
    assert on("moment", text="看这里", parts=(card,)).text == "看这里"


def test_what_does_not_fit_is_told_with_what_would() -> None:
    long = "字" * 1_001
    assert on("xiaohongshu", text=long).faults == (
        Fault(what="text", has=1_001, most=1_000, unit="characters"),)  # fmt: skip
    assert on("weibo", text=long).fits and not on("moment", text="字" * 2_001).fits
    assert on("group", "group_post", text="字" * 1_400).faults[0].unit == "bytes"
    own = {"xiaohongshu": OfCarrier(text=2_000, pictures=1)}
    two = tuple(Media("image", f"{n}.png") for n in range(2))
    assert on("xiaohongshu", text=long, settings=own, parts=two).faults == (
        Fault(what="pictures", has=2, most=1),)  # fmt: skip


def test_what_is_for_one_reader_is_posted_nowhere_in_public() -> None:
    assert goes_to("care") == ["friend", "kf"]
    assert not any(CARRIERS[one].by_hand for one in goes_to("welcome"))
    assert {"moment", "xiaohongshu", "douyin", "weibo", "oa", "store"} <= set(goes_to("moment"))
    assert all(CARRIERS[one].sphere != "private" for one in goes_to("promo")[1:])


def test_each_text_has_a_code_of_its_own_on_each_carrier_that_names_the_carrier() -> None:
    made = {source_code(one, text) for one in goes_to("moment")
            for text in ("moments/half", "moments/a-very-long-name-of-a-text-1", "moments/半盏",
                         "moments/a-very-long-name-of-a-text-2")}  # fmt: skip
    assert len(made) == 4 * len(goes_to("moment")) and max(map(len, made)) <= STATE_MAX
    assert source_code("xiaohongshu", "moments/half") == "xiaohongshu.half"
    assert all(carrier_of(code, {}) in CARRIERS for code in made)


def test_what_pages_offer_follows_the_table() -> None:
    assert ALONE == ("friend", "kf", "oa")
    assert OF_CHANNEL == {"contact": "friend", "group": "group", "moment": "moment", "kf": "kf",
                          "oa": "oa"}  # fmt: skip
    assert set(OF_CHANNEL.values()) < set(POSTED) and "weibo" in POSTED
    assert not {"internal", "xiaohongshu", "search"} & set(POSTED)
    for one in CARRIERS.values():
        assert (one.confirms == "owner") is (one.mass == "tap")
        assert one.sphere == "private" or not one.kinds or one.channel == "oa"
