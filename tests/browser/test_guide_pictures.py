"""What docs/guide tells, played through: each page it shows is reached by the steps it names.

    make pictures      # takes the pictures of docs/pictures anew

Without ``ONEVOICE_PICTURES`` they go to a folder of the test's own.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.store.passing import passes_of
from tests.browser.conftest import PATIENCE, open_chat
from tests.browser.guide import PICTURES, SECOND, Guide, brand, colleagues, running
from tests.scenario.born import finished

pytestmark = pytest.mark.soak
DAYS, MEMBERS = 30, 160


@pytest.fixture(scope="module")
def into(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go."""
    if os.environ.get("ONEVOICE_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        return PICTURES
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def today(chromium: Any, into: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """The sample brand on a day like any other."""
    config = brand(tmp_path_factory.mktemp("today"))
    colleagues(config)
    with running(chromium, config, into) as guide:
        yield guide


@pytest.fixture(scope="module")
def month(chromium: Any, into: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """The same brand after a month that a rehearsal played, which ended last night. No role is
    there that could send."""
    config = brand(tmp_path_factory.mktemp("month"))
    rates = config.parent / "rehearsal.toml"
    busy = re.sub(
        r"^(enter|check_in|join) = 0.12", r"\1 = 0.5", rates.read_text("utf-8"), flags=re.M
    )
    rates.write_text(busy, "utf-8")
    first = (date.today() - timedelta(days=DAYS)).isoformat()
    answer = finished("rehearse", "--config", str(config), "--members", str(MEMBERS),
                      "--days", str(DAYS), "--from", first,
                      "--keep", str(config.parent / "data"))  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    colleagues(config)
    with running(chromium, config, into, "--roles", "web,console,tick") as guide:
        yield guide


def test_a_service_agents_day(today: Guide) -> None:
    _a_morning(today)
    with today.page("su.he", "/inbox") as page:
        _open_talk(page, "阿岚")
        today.picture(page, "service-inbox")
        page.get_by_text("为什么这么说").first.click()
        page.locator(".reason").first.wait_for()
        today.picture(page, "service-why")
        page.get_by_text("为什么这么说").first.click()
        page.get_by_role("button", name="接手", exact=True).click()
        box = page.locator("#compose textarea[name=text]")
        box.fill("对不起，盖子今天就给你补寄，保证明天到，这已经是最好的办法了。")
        page.locator("#findings").get_by_text("会拦下").first.wait_for()
        today.picture(page, "service-reply")
        box.fill("对不起，盖子今天就给你补寄。盖子内圈拍张照给我，我核对一下型号。")
        page.locator("#findings li").first.wait_for(state="detached")
        page.locator("#compose button.main").click()
        page.locator("#lines", has_text="我核对一下型号").wait_for()
        page.get_by_role("button", name="办结", exact=True).click()
        page.get_by_text("已办结").first.wait_for()


def _a_morning(guide: Guide) -> None:
    """Customers who were answered, and some who wait for a person."""
    guide.write(guide.customer("小周", friend_of="lin.xi"), "绿茶用多少度的水泡")
    lan = guide.customer("阿岚")
    guide.write(lan, "上周买的旅行茶具，盖子合不上")
    guide.write(lan, "转人工")
    guide.write(guide.customer("老陈"), "杯子收到就是碎的，电话一直打不通，我要投诉")
    guide.write(guide.customer("小满"), "能开专票吗，公司报销", SECOND)
    guide.write(guide.customer("阿北"), "你是不是机器人")


def _open_talk(page: Any, name: str) -> None:
    page.locator("#talks > li", has_text=name).first.locator("a").first.click()
    page.locator("#talk h2", has_text=name).wait_for()
    page.get_by_text("现在要知道的").wait_for()


def test_the_sidebar_of_a_colleague(today: Guide) -> None:
    with today.page() as page:
        page.goto(f"{today.sandbox}/phone")
        page.get_by_role("radio", name="员工账号").click()
        side = open_chat(page, "青柚")
        side.locator("#words").fill("绿茶用多少度的水泡")
        side.get_by_role("button", name="问人设怎么答").click()
        side.locator("#found .said").first.wait_for()
        today.picture(page, "service-sidebar")


def test_a_content_editors_week(today: Guide) -> None:
    with today.page("wu.di", "/content/new") as page:
        page.get_by_label("标题").fill("冬至早安")
        page.get_by_label("类型").select_option("moments")
        page.get_by_label("文件名").fill("winter-morning")
        page.get_by_label("体裁").select_option("story")
        page.get_by_label("来源").select_option("BGC")
        page.get_by_role("button", name="开始写").click()
        page.get_by_role("textbox", name="正文").fill(
            "今天是一年里夜最长的一天。家人们，最好的白茶先醒十秒，慢慢喝。\n你那边天亮了吗？"
        )
        page.locator("#preview").get_by_text("改好它").first.wait_for()
        today.picture(page, "content-editor")
        page.get_by_role("textbox", name="正文").fill(
            "今天是一年里夜最长的一天。白茶先醒十秒，慢慢喝。\n你那边天亮了吗？"
        )
        page.locator("#preview .bubble").first.wait_for()
        page.get_by_role("button", name="保存并送审").click()
        page.get_by_text("已送审，请同事来看").wait_for()
    with today.page("li.na", "/content/review") as page:
        page.locator("#queue").get_by_role("link", name="冬至早安").click()
        page.get_by_role("heading", name="会员看到的样子").wait_for()
        today.picture(page, "content-review")
    with today.page("wu.di", "/plan/week") as page:
        today.picture(page, "content-plan")
        page.goto(f"{today.console}/mix")
        today.picture(page, "content-mix")
    with today.page("ye.zi", "/personas/xiaozhan") as page:
        page.locator("#f-say-try").fill("想送外婆，她睡不好")
        page.locator("#try").get_by_role("button", name="发送").click()
        page.locator("#try .theirs").first.wait_for()
        page.locator("#try").scroll_into_view_if_needed()
        today.picture(page, "content-try")


def test_a_leads_month(month: Guide) -> None:
    _figures(month)
    for name, path in (("lead-home", ""), ("lead-value", "/value"),
                       ("lead-refusals", "/refusals?days=30"), ("lead-circle", "/circles"), ("lead-start", "/start"),
                       ("lead-ledger", "/circles/ledger?kind=brand"),
                       ("content-questions", "/questions")):  # fmt: skip
        with month.page("he.qing", path) as page:
            page.locator(".tile[hx-get]").first.wait_for(state="detached")
            month.picture(page, name)
    with month.page("he.qing", "/activities/today-half") as page:
        page.locator("#runs tbody a").nth(1).click()
        page.get_by_role("heading", name="什么时候来的").wait_for()
        month.picture(page, "content-activity")
    with month.page("li.na", "/campaigns/cold-wave") as page:
        page.locator("#preview").get_by_text("人在受众里").wait_for()
        month.picture(page, "content-campaign")


def test_a_lead_plans_ahead(today: Guide) -> None:
    with today.page("he.qing", "/rota") as page:
        _plans(page, "su.he", 5, "09:00", "18:00")
        _plans(page, "lin.xi", 7, "15:00", "22:00")
        today.picture(page, "lead-rota")
    with today.page("he.qing", "/rehearsal") as page:
        page.get_by_label("天数").fill("30")
        page.get_by_label("模拟客人").fill("40")
        page.get_by_role("button", name="开始预演").click()
        page.get_by_role("heading", name="数字").wait_for(timeout=3 * PATIENCE)
        today.picture(page, "lead-rehearsal")


def test_what_waits_for_a_tap(today: Guide) -> None:
    li = today.customer("小李", friend_of="su.he")
    today.until(lambda: bool(today.heard(li)))  # welcomed, so that the flow has begun
    today.post("/clock", advance_s=_until_noon_tomorrow())
    today.signed_in.clear()  # by that clock everybody has been away for a day
    today.until(lambda: bool(today.get("/staff/su.he/tasks")))
    with today.page("su.he", "/tasks/mine") as page:
        page.locator("#mine .card").first.wait_for()
        today.picture(page, "service-taps")
    with today.page("he.qing", "/tasks") as page:
        today.picture(page, "lead-tasks")
    with today.page() as page:
        page.goto(f"{today.sandbox}/phone")
        page.get_by_role("radio", name="员工账号").click()
        page.locator("#person").select_option(label="小盏·苏禾")
        page.get_by_role("button", name=re.compile("^待办")).click()
        page.locator(".task.waiting").first.wait_for()
        today.picture(page, "service-phone")


def _plans(page: Any, login: str, days: int, opens: str, closes: str) -> None:
    """A shift on the first days of every week."""
    page.locator("#f-login").select_option(login)
    for day in range(days):
        page.locator(f"[name=d{day}]").check()
    page.locator("#f-opens").fill(opens)
    page.locator("#f-closes").fill(closes)
    page.get_by_role("button", name="排上").first.click()
    page.get_by_text(f"{login} 的班已排上").wait_for()


def _until_noon_tomorrow() -> int:
    now = datetime.now(timezone(timedelta(hours=8)))
    noon = (now + timedelta(days=1)).replace(hour=12, minute=30, second=0)
    return int((noon - now).total_seconds())


def _figures(guide: Guide) -> None:
    """The days before are summed up, one a second."""
    with guide.page("he.qing", "/figures?days=28") as page:
        for _ in range(90):
            if not page.get_by_text("正在整理以前的数据").count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        guide.picture(page, "lead-figures")


def test_what_a_member_sees(month: Guide) -> None:
    file = month.config.parent / "data" / "onevoice.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (who,) = connection.execute("SELECT member FROM event WHERE kind = 'checked' GROUP BY"
                                    " member ORDER BY count(*) DESC, member LIMIT 1").fetchone()  # fmt: skip
    passes = passes_of(load_config(month.config), month.console.removesuffix("/console"))
    with month.page(width=390, height=740, has_touch=True, is_mobile=True) as page:
        page.goto(passes.address(who, "tea-friends", SystemClock().now()))
        page.wait_for_url("**/m/c/tea-friends")
        page.get_by_role("button", name="打卡").first.tap()
        page.get_by_text("今天打过卡了").wait_for()
        month.picture(page, "member-page")
