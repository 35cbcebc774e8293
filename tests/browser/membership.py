"""A circle in which a member takes part, in the brand that a browser's product serves; and his phone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.store import circling, people
from bot.store.engine import Tx
from bot.store.opening import migrate_store, open_store
from bot.store.passing import passes_of
from tests.browser.conftest import PATIENCE, Seen, picture
from tests.scenario.memberdesk import CIRCLE, COMMUNITY

MEMBER, OTHER = "wmBANZHAN0001", "wmBANZHAN0002"
FILES = {
    "circles/tea.toml": CIRCLE,
    "community/tea.toml": COMMUNITY,
    "activities/half.toml": 'id = "half"\ntitle = "今日半盏"\ncircle = "tea"\nkind = "checkin"\n'
    '[when]\nevery = "daily 00:00"\n[[questions]]\nask = "热的？"\n',
    "activities/quiz.toml": 'id = "quiz"\ntitle = "一问"\ncircle = "tea"\nkind = "quiz"\n'
    '[when]\nannounce = "2026-01-01 09:00"\nclose = "9999d"\n[[questions]]\nask = "白茶炒吗？"\n'
    'options = ["炒", "不炒"]\nright = [2]\nwhy = "摊开晾着。"\n',
}  # fmt: skip


def furnish_circle(config: Path) -> None:
    """Writes the files, and lets two members in. In a thread of its own: while a browser is open, no
    loop may run in this one."""
    for name, text in FILES.items():
        file = config.parent / "content" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    async def make() -> None:
        settings, now = load_config(config), SystemClock().now()
        migrate_store(settings, now)
        store = open_store(settings)
        await store.write(_enter, now)
        store.close()

    thread = threading.Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join()


def _enter(tx: Tx, now: int) -> None:
    for member in (MEMBER, OTHER):
        people.ensure_member(tx, member, now, "不给人看的名字")
        circling.admit(tx, "tea", member, now, rule="staff", actor="test")


def link(config: Path, base: str, member: str = MEMBER) -> str:
    """What the persona would send him."""
    return passes_of(load_config(config), base).address(member, "tea", SystemClock().now())


@contextmanager
def phone(chromium: Any, width: int = 390, scheme: str = "light") -> Iterator[Any]:
    """His phone; afterwards nothing may have been wrong with the page."""
    seen = Seen()
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": width, "height": 780}, color_scheme=scheme,
        has_touch=True, is_mobile=True,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    yield page
    context.close()
    assert seen.complaints == [], seen.complaints
    assert seen.strangers == [], seen.strangers


def takes_part(page: Any, link: str, artifacts: Path) -> None:
    """He opens the link, checks in, answers the quiz, and sees what that came to."""
    page.goto(link)
    page.wait_for_url("**/m/c/tea")
    page.get_by_role("heading", name="还没取代号").wait_for()
    page.get_by_role("button", name="打卡").tap()
    page.get_by_text("今天打过卡了").wait_for()
    page.locator("#checkin").get_by_text("连着 1 天").wait_for()
    page.get_by_role("link", name="一问").tap()
    page.get_by_text("不炒").tap()
    page.get_by_role("button", name="交卷").tap()
    page.get_by_text("答对 1 题，共 1 题").wait_for()
    page.get_by_text("摊开晾着。").wait_for()
    page.get_by_role("link", name="茶友").tap()
    page.wait_for_url("**/m/c/tea")
    level = page.locator("#level")
    assert "续盏" in level.inner_text() and "12" in level.inner_text()
    page.locator("#badges").get_by_role("link", name="头一泡").wait_for()
    assert "（我） 续盏" in page.locator("#board .mine").inner_text()
    assert "不给人看的名字" not in page.content()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    small = page.evaluate("[...document.querySelectorAll('main button, main .links a')]"
                          ".filter(one => one.offsetHeight && one.offsetHeight < 44).length")  # fmt: skip
    assert small == 0
    picture(page, artifacts / "member-page-390.png", full_page=True)
