"""The sidebar in a colleague's client, played by the phone page: signed in without a click, one tap
that sends, and the words kept under his name. And the page of a member, on the same product."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.core.config import load_config
from bot.store import staff
from bot.store.opening import open_store
from tests.browser import membership
from tests.browser.conftest import PATIENCE, Seen, as_colleague, open_chat, picture
from tests.browser.membership import furnish_circle
from tests.scenario.house import brand
from tests.scenario.process import started
from tests.scenario.reception import HASHER, NOW, SECRET
from tests.template import furnish

FRIEND, NAME = "青柚", "小试"
ASKED, ANSWER, STOPPED = "多久发货呀", "下单后两天内发出。", "我们这是全网最低价，绝对治百病"


def colleagues(config: Path, **roles: str) -> None:
    """Accounts with these logins (a dot is written ``_``), each of whom also signs in with WeCom. In
    a thread of its own: while a browser is open, no loop may run in this one."""

    async def make() -> None:
        settings = load_config(furnish(config))
        store = open_store(settings)
        for name, role in roles.items():
            login = name.replace("_", ".")
            await store.write(staff.add, login, role, HASHER.hash(SECRET), NOW, actor="test",
                              made=False, userid=login)  # fmt: skip
        store.close()

    thread = threading.Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join()


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The product with two colleagues; its addresses and its data folder."""
    folder = tmp_path_factory.mktemp("office")
    config = brand(folder / "brand")
    colleagues(config, lin_xi="service", chen_mo="analyst")
    furnish_circle(config)
    ports = ("--port", "0", "--sandbox-port", "0")
    with started("run", "--config", str(config), *ports, log=folder / "log.txt") as process:
        yield process.ready | {"config": str(config)}


@pytest.fixture
def client(chromium: Any, office: dict[str, str]) -> Iterator[Any]:
    with as_colleague(chromium, office["sandbox"]) as page:
        yield page


def replies(office: dict[str, str]) -> list[tuple[str, str, str, str]]:
    path = Path(office["data"]) / "onevoice.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        sql = "SELECT text, operator, kind, persona FROM replies WHERE channel = 'contact'"
        return connection.execute(sql + " AND kind = 'staff' ORDER BY id").fetchall()


def test_one_tap_sends_the_personas_words_and_keeps_who_said_them(
    client: Any, office: dict[str, str], artifacts: Path
) -> None:
    side = open_chat(client, FRIEND)
    side.get_by_text(f"以「{NAME}」的名义发送").wait_for()
    side.locator("#words").fill(ASKED)
    side.get_by_role("button", name="问人设怎么答").click()
    side.locator("#found .said", has_text=ANSWER).wait_for()
    picture(client, artifacts / "console-sidebar-in-client.png")
    side.locator("#found").get_by_role("button", name="发送").click()
    side.get_by_text("已发出，记在你名下。").wait_for()
    client.locator(".msg.mine", has_text=ANSWER).wait_for()
    assert replies(office) == [(ANSWER, "lin.xi", "staff", "tester")]
    side.locator("#words").fill(STOPPED)
    side.locator("#send").click()
    side.get_by_text("没有发出，先改这几处").wait_for()
    assert side.locator("#findings .fault").count() >= 1
    assert side.locator("#words").input_value() == STOPPED
    assert client.locator(".msg.mine", has_text=STOPPED).count() == 0
    assert len(replies(office)) == 1


def test_whoever_may_not_reply_is_told_so_in_the_sidebar(client: Any) -> None:
    client.locator("#person").select_option(label="小盏·陈陌")
    side = open_chat(client, "Momo")
    side.get_by_text("你的账号不能以人设的名义回复客人").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (390, "dark")])
def test_it_fits_a_phone(
    chromium: Any, office: dict[str, str], artifacts: Path, width: int, scheme: str
) -> None:
    """As a page of its own, in a client that the script's address names."""
    seen = Seen()
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": width, "height": 720}, color_scheme=scheme
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    try:
        page.goto(f"{office['console']}/sidebar")
        page.get_by_role("link", name="小盏·林溪").click()
        page.get_by_text("这里没有打开客户的聊天").wait_for()
        # the platform's own page has no icon, and a client without a chat refuses the call
        seen.complaints.clear()
        page.goto(f"{office['console']}/sidebar?userid=lin.xi&customer=wmBANZHAN0001")
        page.locator("#found").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        short = page.evaluate(
            "[...document.querySelectorAll('button')].filter(b => b.offsetHeight < 44).length"
        )
        assert short == 0
        picture(page, artifacts / f"console-sidebar-{width}-{scheme}.png", full_page=True)
    finally:
        context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def test_the_console_lets_in_whom_wecom_names(chromium: Any, office: dict[str, str]) -> None:
    """By QR code, in a browser outside the client: the platform's page, and back where one was
    going."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        page.goto(f"{office['console']}/me")
        page.get_by_role("link", name="企业微信").click()
        page.get_by_role("link", name="小盏·林溪").click()
        page.get_by_role("heading", name="我的账号").wait_for()
        assert page.url == f"{office['console']}/me"
        page.locator("#sessions tr", has_text="本机").get_by_text("企业微信").wait_for()
        page.context.clear_cookies()
        page.goto(f"{office['console']}/sign-in/wecom")
        page.get_by_role("link", name="何青").click()
        page.get_by_text("he.qing").wait_for()  # vouched for, and not entered by an owner
        assert "/sign-in/wecom/back" in page.url
    finally:
        context.close()


def test_a_member_takes_part_at_his_page_on_a_phone(
    chromium: Any, office: dict[str, str], artifacts: Path
) -> None:
    """The same product serves members: no sign-in, one tap, and what it came to."""
    link = membership.link(Path(office["config"]), office["callback"].removesuffix("/callback"))
    with membership.phone(chromium) as page:
        membership.takes_part(page, link, artifacts)
