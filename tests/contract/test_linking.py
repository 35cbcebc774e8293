"""Links in what is sent: short ones of ours, where the settings say where they lead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.body import Body, Link, Media, Menu, MenuItem, Rich, Text
from bot.core.carrying import OfCarrier, Shortening
from bot.library.cast import Cast
from bot.library.linking import changed, marked
from bot.library.speech import Setting
from bot.persona.brand import Brand
from bot.store import outlinks
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, task

SHOP = OfCarrier(hosts=("shop.example",))
BRAND = Brand(name="半盏", link_domains=("shop.example", "go.example", "other.example"))
SETTING = Setting(cast=Cast(zone="UTC", brand=BRAND), now=NOW,
                  short=Shortening.of({"shop": SHOP}, "https://go.example/"))  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [
    (Text("看 https://a.example/b?c=1，好。"), Text("看 <https://a.example/b?c=1>，好。")),
    (Text("(https://a.example/b). 没有链接"), Text("(<https://a.example/b>). 没有链接")),
    (Rich("http://a.example", (Link("t", "https://b.example"), Media("image", "x"))),
     Rich("<http://a.example>", (Link("t", "<https://b.example>"), Media("image", "x")))),
    (Menu("h", (MenuItem("view", "v", url="https://c.example"), MenuItem("click", "c", id="1"))),
     Menu("h", (MenuItem("view", "v", url="<https://c.example>"), MenuItem("click", "c", id="1")))),
    (Media("image", "x"), Media("image", "x")),
])  # fmt: skip
def test_every_address_of_a_body_is_found(before: Body, after: Body) -> None:
    assert changed(before, lambda url: f"<{url}>") == after


def test_a_message_carries_links_that_know_where_they_are_read(db: Bench) -> None:
    text = "去 https://m.shop.example/cup 看，或 https://other.example/x"
    kf = answer(body=Text(text), content="care/day1", persona="tester")
    bulk = task(body=Text(text), content="care/day1", persona="tester")
    told = db.write(marked, SETTING, kf)
    again = db.write(marked, SETTING, kf)
    assert told == again
    assert isinstance(told.body, Text)
    head, code = told.body.text.split(" ")[1].rsplit("/", 1)
    assert head == "https://go.example/l"
    assert told.body.text.endswith("https://other.example/x")
    link = db.read(outlinks.get, code)
    assert link is not None
    assert {key: link[key] for key in ("url", "carrier", "posted", "content", "account", "member")} == {
        "url": "https://m.shop.example/cup", "carrier": "shop", "posted": "kf",
        "content": "care/day1", "account": "wk1", "member": "wm1"}  # fmt: skip
    db.write(marked, SETTING, bulk)
    assert {(row["posted"], row["member"]) for row in db.read(outlinks.latest)} == {
        ("kf", "wm1"), ("friend", "")}  # fmt: skip
    assert db.write(marked, SETTING, told) == told  # ours stay as they are


@pytest.mark.parametrize("short", [
    Shortening(), Shortening.of({"shop": SHOP}, ""), Shortening.of({}, "https://go.example"),
    Shortening.of({"shop": SHOP}, "https://elsewhere.example"),
])  # fmt: skip
def test_nothing_is_shortened_that_nobody_set_up(db: Bench, short: Shortening) -> None:
    out = answer(body=Text("https://shop.example/cup"))
    assert db.write(marked, replace(SETTING, short=short), out) == out
    assert db.read(outlinks.latest) == []
