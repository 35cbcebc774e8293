"""The console in a real browser: first run, out and in again, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE, Seen, picture
from tests.scenario.house import brand
from tests.scenario.process import started

LOGIN, SECRET = "chen.yu", "一杯清茶，半盏春雪，不急"
PAGES = {"": "首页", "/staff": "人员", "/audit": "审计", "/me": "我的账号", "/sheet": "组件表"}
WIDTHS = (1440, 1024, 390)
DARK = ("/staff", "/sheet")


@pytest.fixture(scope="module")
def console(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The product with a console that has no account: its address and the set-up code."""
    folder = tmp_path_factory.mktemp("console")
    config = brand(folder / "brand")
    ports, log = ("--port", "0", "--sandbox-port", "0"), folder / "log.txt"
    with started("run", "--config", str(config), *ports, log=log) as process:
        code = re.search(r"set-up code (\S+)", log.read_text("utf-8"))
        assert code is not None
        yield process.ready["console"], code[1]


def fill(page: Any, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"main [name={name}]").fill(text)


def test_first_run_out_and_in_again_and_every_page_at_every_width(
    chromium: Any, console: tuple[str, str], artifacts: Path
) -> None:
    url, code = console
    seen = Seen()
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    try:
        page.goto(url)
        assert page.title() == "开始使用 · 同声"
        picture(page, artifacts / "console-setup.png")
        fill(page, code=code, login=LOGIN, password=SECRET, again=SECRET)
        page.get_by_role("button", name="创建负责人账号").click()
        page.get_by_text(f"{LOGIN}，你好。账号已经建好").wait_for()
        _keys(page)
        _add_a_colleague(page)
        page.locator(".menu summary").click()
        page.get_by_role("button", name="退出登录", exact=True).click()
        page.get_by_text("已退出登录。").wait_for()
        picture(page, artifacts / "console-sign-in.png")
        fill(page, login=LOGIN, password=SECRET)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_role("heading", name=f"{LOGIN}，你好").wait_for()
        for width in WIDTHS:
            _walk(page, url, width, artifacts)
        _narrow(page, url)
    finally:
        context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def _keys(page: Any) -> None:
    """The list on ``?``, and from page to page by ``g``."""
    page.keyboard.press("?")
    page.get_by_role("dialog", name="键盘快捷键").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.get_by_role("heading", name="人员", level=1).wait_for()


def _add_a_colleague(page: Any) -> None:
    """On one page; the list of another, open page grows by itself."""
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(page.url)
    other.locator("#people").wait_for()
    page.locator("#f-login").fill("lin.xi")
    page.get_by_role("button", name="添加", exact=True).click()
    page.locator("#made").wait_for()
    other.locator("#people").get_by_text("lin.xi").first.wait_for()
    other.close()


def _walk(page: Any, url: str, width: int, artifacts: Path) -> None:
    """Every page, light and dark: no sideways scrolling, no control without a name."""
    page.set_viewport_size({"width": width, "height": 900})
    for path, title in PAGES.items():
        page.emulate_media(color_scheme="light")
        page.goto(url + path)
        assert page.title() == f"{title} · 同声"
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{path} is {over} px too wide at {width}"
        nameless = page.evaluate(
            "[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea')]"
            ".filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).length"
        )
        assert nameless == 0, path
        name = f"console-{path.strip('/') or 'home'}-{width}"
        picture(page, artifacts / f"{name}-light.png", full_page=True)
        if path not in DARK:
            continue
        page.emulate_media(color_scheme="dark")
        picture(page, artifacts / f"{name}-dark.png", full_page=True)


def _narrow(page: Any, url: str) -> None:
    """On a phone, and at 360 px (or 720 px at 200 %), the navigation opens; the switch holds."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(url + "/staff")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.locator("#nav").is_visible()
    page.get_by_role("button", name="菜单").click()
    page.locator("#nav").get_by_role("link", name="审计").click()
    page.get_by_role("heading", name="审计", level=1).wait_for()
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("button", name="浅色").click()
    page.locator("html[data-look=light]").wait_for()
    page.wait_for_load_state()  # its style sheets, too
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
