"""Members come to their page without a link: the platform says who they are, over real HTTP from the
page through the sandbox and back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.store import people
from tests.scenario.house import House, brand, opened, platform, run
from tests.scenario.memberdesk import Phone
from tests.scenario.reception import Answer

CUSTOMER, OPENID = "wmBANZHAN0001", "oSBXwmBANZHAN0001"


async def signed(phone: Phone, who: str) -> Answer:
    """The way from our page to the platform's and back; ``who`` opens it."""
    sent = await phone.get("/sign-in")
    there = sent.location.partition("#")[0] + f"&external_userid={who}"
    async with phone.http.get(there, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        back = urlsplit(answer.headers["Location"])
    assert back.path == "/m/back"
    return await phone.get(f"/back?{back.query}")


async def come(home: House, who: str) -> tuple[Answer, Answer]:
    """Somebody with a new browser: how he was answered, and a copy of what is known of him."""
    url = home.callback.replace("/callback", "/m")
    jar = aiohttp.CookieJar(unsafe=True)  # our host is an address
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        phone = Phone(http, url)
        assert (await phone.get("/me")).said("用微信身份打开")
        back = await signed(phone, who)
        await phone.get("/me")
        return back, await phone.act("/me/copy")


def test_an_official_account_and_an_application_name_a_member(tmp_path: Path) -> None:
    config = brand(tmp_path)
    text = config.read_text("utf-8") + '\n[member_page]\nsign_in = "oa"\n'
    config.write_text(text, "utf-8")

    async def scenario() -> None:
        async with platform() as phone, opened(tmp_path, phone, roles={"web"}) as home:
            store, now = home.app.parts.store, home.app.clock.now()  # type: ignore[union-attr]
            back, copy = await come(home, CUSTOMER)
            assert back.status == 401 and back.said("没有告诉我们你是哪位会员")
            for known, name in ((OPENID, "阿宁"), (CUSTOMER, "小周")):
                await store.write(people.ensure_member, known, now, name)
            back, copy = await come(home, CUSTOMER)
            assert back.status == 303 and copy.said("阿宁的个人资料副本")
            gateway, members = home.app.parts.gateway, home.app.members  # type: ignore[union-attr]
            assert members is not None
            members.login = gateway.login("assistant").of_members
            (stranger,) = await phone.customers(1)  # nobody's customer
            await store.write(people.ensure_member, stranger, now, "路人")
            back, _ = await come(home, stranger)
            assert back.status == 401 and back.said("没有告诉我们")
            back, copy = await come(home, CUSTOMER)
            assert back.status == 303 and copy.said("小周的个人资料副本")

    run(scenario)
