"""The studio in a real browser: one writes, another approves, the file and the history agree."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.console.passwords import Passwords
from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.library.library import Library
from bot.store import staff
from bot.store.sqlite import SqliteStore
from tests.browser.conftest import PATIENCE, Seen, picture
from tests.scenario.house import brand
from tests.scenario.process import started
from tests.scenario.reception import HASHER
from tests.template import furnish

SECRET = "一杯清茶，半盏春雪，不急"
FILE = "content/moments/winter.j2"
WIDTHS = (1440, 390)


def prepared(folder: Path) -> Path:
    """A brand that serves, with two colleagues; from now on edits of its files wait for review."""
    config = brand(folder / "brand")
    loaded = load_config(furnish(config))
    store, kept = (
        SqliteStore(loaded.data_dir / "onevoice.db", readers=1),
        Passwords(HASHER).hash_now(SECRET),
    )

    async def write() -> None:
        await Library(store, loaded, SystemClock()).open()
        for login in ("wu.di", "li.na"):
            await store.write(staff.add, login, "content", kept, 0, actor="test", made=False)

    thread = threading.Thread(target=lambda: asyncio.run(write()))  # the browser's loop runs here
    thread.start()
    thread.join()
    store.close()
    text = config.read_text("utf-8")
    config.write_text(text.replace("[content]\n", "[content]\nauto_publish = false\n"), "utf-8")
    return config


@pytest.fixture(scope="module")
def studio(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of the console, and the folder of the brand."""
    folder = tmp_path_factory.mktemp("content")
    config = prepared(folder)
    ports, log = ("--port", "0", "--sandbox-port", "0"), folder / "log.txt"
    with started("run", "--config", str(config), *ports, log=log) as process:
        yield process.ready["console"], config.parent


@contextmanager
def colleague(chromium: Any, url: str, login: str) -> Iterator[Any]:
    """A page of somebody who is signed in; afterwards nothing may have been wrong with it."""
    seen = Seen()
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    page.goto(url)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator(".menu summary").first.wait_for()
    yield page
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def holds(page: Any, file: Path, words: str) -> None:
    """Waits until a file on disk holds these words."""
    for _ in range(PATIENCE // 50):
        if file.exists() and words in file.read_text("utf-8"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{file} does not hold {words}")


def look_at(page: Any, artifacts: Path, name: str) -> None:
    """No sideways scrolling, no control without a name; a picture of it."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} is {over} px too wide at {width}"
        nameless = page.evaluate(
            "[...document.querySelectorAll('button, a, input:not([type=hidden]), select,"
            " textarea:not([hidden])')]"
            ".filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).length"
        )
        assert nameless == 0, name
        picture(page, artifacts / f"content-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_one_writes_another_approves_and_the_file_follows(
    chromium: Any, studio: tuple[str, Path], artifacts: Path
) -> None:
    url, folder = studio
    with colleague(chromium, url, "wu.di") as wu, colleague(chromium, url, "li.na") as li:
        li.goto(f"{url}/content/review")
        _write(wu, url, artifacts)
        li.locator("#queue").get_by_role("link", name="冬至早安").click()
        li.get_by_role("heading", name="会员看到的样子").wait_for()
        look_at(li, artifacts, "decide")
        assert not (folder / FILE).exists()
        wu.get_by_text("这一版你参与写过").wait_for()
        li.get_by_role("button", name="通过并启用").click()
        li.get_by_text("第 2 版已通过并启用").wait_for()
        holds(li, folder / FILE, "今天{{ weekday }}，早。")
        li.goto(f"{url}/content/edit?t=moments/winter&v=2&view=text")
        kept = li.locator("#f-source").input_value()
        assert kept.strip() == (folder / FILE).read_text("utf-8").strip()
        li.go_back()
        li.reload()
        li.locator(".versions").get_by_text("已启用").wait_for()
        edited = (folder / FILE).read_text("utf-8").replace("早。", "早呀。")
        (folder / FILE).write_text(edited, "utf-8")
        _comes_as_a_draft(li, url)
        li.get_by_text("第 2 版 → 第 3 版").wait_for()
        assert "早呀。" in li.locator(".diff .plus").all_inner_texts()[-1]
        history = li.locator(".versions").first.locator("li").all_inner_texts()
        assert "草稿" in history[0] and "文件夹里的改动" in history[0]
        assert "已启用" in history[1] and "wu.di" in history[1]
        li.get_by_text("谁做了什么").click()
        trail = li.locator("details[open] .versions li").all_inner_texts()
        assert any("li.na" in row and "第 2 版" in row for row in trail)


def _write(page: Any, url: str, artifacts: Path) -> None:
    """Drafts a moment, sees what is wrong with it, mends that with one press, and hands it in."""
    page.goto(f"{url}/content")
    page.get_by_role("link", name="写新素材").click()
    page.get_by_label("标题").fill("冬至早安")
    page.get_by_label("类型").select_option("moments")
    page.get_by_label("文件名").fill("winter")
    page.get_by_label("体裁").select_option("story")
    page.get_by_label("来源").select_option("BGC")
    page.get_by_role("button", name="开始写").click()
    page.get_by_role("textbox", name="正文").fill("今天{{ weekday }}，早。你喝水了吗？")
    page.locator("#preview .stop").get_by_text("没有声明").wait_for()
    body = page.get_by_role("textbox", name="正文")
    body.press("Home")
    page.get_by_role("button", name="+ 节气").click()
    page.get_by_role("textbox", name="名字").wait_for()
    _reads(page, body, "{{ term }}今天")
    body.fill("今天{{ weekday }}，早。你喝水了吗？")
    page.get_by_role("button", name="去掉 term").click()
    page.locator("#preview .stop").get_by_text("没有声明").wait_for()
    page.get_by_role("button", name="看这一处").click()
    assert page.evaluate("getSelection().toString()").startswith("今天")
    _mends_while_the_preview_is_made_anew(page, body)
    page.locator("#preview .bubble").get_by_text("今天周").first.wait_for()
    assert page.locator("#preview .stop").count() == 0
    assert page.get_by_role("textbox", name="名字").input_value() == "weekday"
    look_at(page, artifacts, "editor")
    page.get_by_role("button", name="原文").click()
    assert 'source = "day.weekday"' in page.locator("#f-source").input_value()
    page.get_by_role("button", name="表单").click()
    page.get_by_role("textbox", name="正文").wait_for()
    page.get_by_role("button", name="保存并送审").click()
    page.get_by_text("已送审，请同事来看").wait_for()


def _mends_while_the_preview_is_made_anew(page: Any, body: Any) -> None:
    """The press on a finding counts also when the preview of what was typed before it comes back
    while the mend is on its way. Both requests are held here until both are out."""
    held: dict[str, Any] = {}
    page.route("**/content/write", lambda route: held.setdefault("write", route))
    page.route("**/content/preview", lambda route: held.setdefault("preview", route))
    body.press("End")
    with (
        page.expect_request("**/content/preview"),
        page.expect_request("**/content/write"),
    ):
        body.press("Enter")
        page.get_by_role("button", name="改好它").click()
    for _ in range(PATIENCE // 50):
        if len(held) == 2:
            break
        page.wait_for_timeout(50)
    with page.expect_response("**/content/preview"):
        held["preview"].continue_()
    page.unroute("**/content/preview")
    held["write"].continue_()
    page.unroute("**/content/write")


def _reads(page: Any, area: Any, beginning: str) -> None:
    """Waits until a text begins like this."""
    for _ in range(PATIENCE // 50):
        if area.input_value().startswith(beginning):
            return
        page.wait_for_timeout(50)
    raise AssertionError(area.input_value())


def _comes_as_a_draft(page: Any, url: str) -> None:
    """The list shows it once the folders were looked at; from there to the page of it."""
    for _ in range(PATIENCE // 200):
        page.goto(f"{url}/content?state=draft")
        link = page.get_by_role("link", name="冬至早安")
        if link.count():
            link.click()
            return
        page.wait_for_timeout(200)
    raise AssertionError("no draft of it")


def test_an_entry_of_the_plan_goes_to_another_day_with_and_without_a_pointer(
    chromium: Any, studio: tuple[str, Path], artifacts: Path
) -> None:
    url, _ = studio
    monday = date.today() + timedelta(days=14 - date.today().weekday())
    year, number, _ = monday.isocalendar()
    week, friday = f"{url}/plan/week?w={year}-W{number:02}", monday + timedelta(days=4)
    with colleague(chromium, url, "wu.di") as wu:
        wu.goto(week)
        wu.locator('[data-entry="weekly"]').drag_to(wu.locator(f"#d-{friday}"))
        wu.get_by_text("改成每周五 20:00").wait_for()
        entry = wu.locator(f'#d-{friday} [data-entry="weekly"]')
        entry.wait_for()
        look_at(wu, artifacts, "plan-week")
        entry.focus()
        wu.keyboard.press("Enter")
        wu.get_by_label("挪到").fill((monday + timedelta(days=5)).isoformat())
        look_at(wu, artifacts, "plan-entry")
        wu.get_by_role("button", name="挪过去").click()
        wu.get_by_text("改成每周六 20:00").wait_for()
        wu.goto(f"{url}/plan/new?day={friday}&t=moments/morning")
        wu.get_by_label("多久一次").select_option("weekly")
        wu.get_by_label("周日").check()
        wu.locator("#next").get_by_text("每周日 10:00").wait_for()
        assert not wu.get_by_label("哪一天").is_visible()
        wu.goto(f"{url}/plan/changes")
        wu.get_by_text("每周三 20:00").first.wait_for()
        look_at(wu, artifacts, "plan-changes")
        wu.goto(f"{url}/plan?m={monday:%Y-%m}")
        look_at(wu, artifacts, "plan-month")
