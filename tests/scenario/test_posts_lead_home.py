"""A post in a group is the same for all: whoever opens its address is told whom to write to, gets a
link of his own there, and checks in."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp

from tests.scenario.house import House, Phone, opened, platform, run, until
from tests.scenario.memberdesk import Phone as Browser
from tests.scenario.test_schedule import jump_to, task_of
from tests.scenario.test_taking_part import CIRCLE, content_in

LED = 'groups = ["半盏茶友·一群"]\n[leader]\npersona = "tester"\n'
SAYS = """+++
title = "开张"
genre = "news"
origin = "BGC"
[vars.name]
sample = "三问"
[vars.page]
source = "circle.page"
sample = "https://banzhan.example/m/c/tea"
fallback = ""
+++
「{{ name }}」开张了。{% if page %}点这里：{{ page }}{% endif %}
"""


def content(folder: Path) -> None:
    """A circle with a group; its quiz is announced on Tuesday at one."""
    content_in(folder, "2026-12-01 13:00")
    (folder / "content" / "circles" / "tea.toml").write_text(CIRCLE + LED, "utf-8")
    (folder / "content" / "activities" / "open.j2").write_text(SAYS, "utf-8")
    quiz = folder / "content" / "activities" / "asks.toml"
    head, _, rest = quiz.read_text("utf-8").partition("[[questions]]")
    told = f'{head}close = "2d"\n[templates]\nannounce = "activities/open"\n[[questions]]{rest}'
    quiz.write_text(told, "utf-8")


async def posted(phone: Phone, home: House) -> str:
    """The address in the post, once the group's owner has tapped."""
    await until(lambda: home.rows("SELECT 1 FROM chat"), "the groups are known")
    await jump_to(phone, 13, 1)
    task = await task_of(phone, "lin.xi", "bulk_group")
    assert task["targets"] == ["wrBANZHAN01"]
    await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
    said = (await phone.get("/chats/wrBANZHAN01/messages"))[-1]["text"]
    assert "「三问」开张了" in said
    return said.partition("点这里：")[2].strip()


async def written(phone: Phone, who: str, account: str, text: str, answer: str) -> str:
    """What the persona answers, behind the link that led to it."""
    await phone.write(who, text, account)

    async def heard() -> str:
        return next((one for one in reversed(await phone.texts(who)) if answer in one), "")

    return str(await until(heard, f"{text}: {answer}"))


def test_from_the_post_to_the_page_to_the_chat_to_the_check_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        content(tmp_path)
        async with platform() as phone:
            now = (await phone.get("/clock"))["now_ms"]
            await phone.post("/clock", advance_s=(NOON - now) / 1000)
            async with opened(tmp_path, phone) as home:
                address = await posted(phone, home)
                base = home.callback.replace("/callback", "/m")
                assert address == f"{base}/c/tea"
                (who,) = await phone.customers(1)
                jar = aiohttp.CookieJar(unsafe=True)  # our host is an address
                async with aiohttp.ClientSession(cookie_jar=jar) as http:
                    browser = Browser(http, base)
                    met = await browser.get("/c/tea")
                    assert met.status == 401 and met.said("我的主页")
                    links = home.rows("SELECT account, url FROM link WHERE account LIKE 'wk%'")
                    (account,) = [one["account"] for one in links if met.said(one["url"])]
                    await written(phone, who, account, "我要加入喝茶小圈", "圈里人")
                    own = await written(phone, who, account, "我的主页", "/m/i/")
                    (word,) = re.findall(r"/m/(i/[\w-]+)", own)
                    assert (await browser.enter(word)).status == 303
                    page = await browser.get("/c/tea")
                    assert page.status == 200 and page.said("打卡")
                    done = await browser.done("/c/tea/a/half/check")
                    assert done.said("今天打过卡了")
                (event,) = home.rows("SELECT member, channel FROM event WHERE kind = 'checked'")
                assert event == {"member": who, "channel": "page"}

    run(scenario)


NOON = 1_796_097_600_000  # 2026-12-01 12:00 in Shanghai, a Tuesday
