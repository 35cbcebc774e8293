"""Where a template can go: each carrier with its words, to copy, as a file, with links of its own;
and the table of carriers that all of it follows."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

from bot.core.carrying import OfCarrier
from bot.store import outlinks
from tests.console.test_content import AT, MOMENT, two
from tests.scenario.house import run
from tests.scenario.reception import Answer, reception

SHOP = "https://shop.banzhan.example/half"
TEXT = f"""+++
title = "早安"
genre = "story"
origin = "BGC"
+++
早安，水刚烧开。
{SHOP}
"""
PAGE = f"/content/posts?{AT}"


def words(page: Answer, carrier: str) -> str:
    found = re.search(rf'id="text-{carrier}"[^>]*>([^<]*)</textarea>', page.text)
    assert found, carrier
    return unescape(found[1])


def test_a_moment_on_every_carrier_with_links_that_say_where_they_were_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, lead):
            config = desk.console.config
            carriers = {"xiaohongshu": OfCarrier(text=5), "shop": OfCarrier(
                hosts=("shop.banzhan.example",))}  # fmt: skip
            desk.console.config = replace(config, carriers=carriers, web=replace(
                config.web, public_url="https://banzhan.example"))  # fmt: skip
            await writer.get(f"/content/one?{AT}")
            await writer.post("/content/save", t=MOMENT, view="text", source=TEXT, base="1",
                              go="submit")  # fmt: skip
            await lead.get(PAGE)
            await lead.post("/content/approve", t=MOMENT, v="2")
            page = await lead.get(PAGE)
            assert words(page, "xiaohongshu") == "早安，水刚烧开。"
            assert page.said("8 characters; 5 fit there.") and page.said("1 left out")
            assert words(page, "weibo").endswith(SHOP) and page.said("weibo.morning")
            assert not page.said('name="to" value="douyin"'), "no links where none opens"
            assert (await lead.post("/content/posts", t=MOMENT, to="weibo")).status == 303
            [made] = await desk.store.read(outlinks.latest)
            assert (made["posted"], made["carrier"], made["content"]) == ("weibo", "shop", MOMENT)
            short = f"https://banzhan.example/l/{made['code']}"
            assert words(await lead.get(PAGE), "weibo").endswith(short)
            file = await lead.get(f"/content/posts.txt?{AT}&to=weibo")
            assert file.text == f"早安，水刚烧开。\n{short}\n" and "attachment" in str(file.headers)
            assert SHOP in words(await lead.get(PAGE), "oa"), "each carrier has links of its own"
            for other in ("douyin", "moment", "x"):
                answer = await lead.post("/content/posts", t=MOMENT, to=other)
                assert answer.status == 404, other
            care = await lead.get("/content/posts?t=care%2Fday1")
            assert care.said("are for one reader") and "<textarea" not in care.text
            assert (await writer.post("/content/posts", t=MOMENT, to="oa")).status == 303

    run(scenario)


def test_the_table_says_whose_it_is_what_may_be_done_and_who_confirms(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            page = await browser.get("/circles/carriers")
            assert page.said("Xiaohongshu") and page.said("posted there by a colleague")
            file = await browser.get("/circles/carriers.csv")
            rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(file.text.lstrip("\ufeff")))}
            assert rows["group"][:2] == ["private", "to nobody alone"]
            assert rows["group"][2] == "to many, when the owner taps"
            assert rows["group"][3] == "the owner of the account or group confirms"
            assert rows["Douyin"][0] == "public" and rows["Douyin"][5].startswith("no links")
            links = await browser.get("/circles/links")
            assert 'value="weibo"' in links.text.partition('name="posted"')[2].partition(
                "</select>")[0]  # fmt: skip

    run(scenario)
