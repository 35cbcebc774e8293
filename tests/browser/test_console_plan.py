"""A promotion from the first word to the last tap, in a real browser: one writes it, a lead lets it
take place, two owners tap on their phones, the rest is stopped, and the plan shows what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import PATIENCE, Seen
from tests.browser.test_console_axe import sign_in
from tests.browser.test_console_content import look_at
from tests.browser.test_console_sidebar import colleagues
from tests.scenario.house import brand
from tests.scenario.process import started

ZONE = ZoneInfo("Asia/Shanghai")
OFFER = '+++\ntitle = "新杯子"\ngenre = "experience"\norigin = "BGC"\n+++\n新的杯子到了，想看看的话来店里坐坐。\n'
OWNERS = {"lin.xi": "小盏·林溪", "chen.mo": "小盏·陈陌"}
# Friends of a minute may be told of offers here, which is what the governor is for elsewhere.
EAGER = '\n[governor]\ntrust_days = "1s"\n'


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The product with one who writes and one who leads, and a text for an offer."""
    folder = tmp_path_factory.mktemp("plan")
    config = brand(folder / "brand")
    config.write_text(config.read_text("utf-8") + EAGER, "utf-8")
    (config.parent / "content" / "promos").mkdir()
    (config.parent / "content" / "promos" / "cups.j2").write_text(OFFER, "utf-8")
    colleagues(config, wu_di="content", li_na="lead")
    ports = ("--port", "0", "--sandbox-port", "0")
    with started("run", "--config", str(config), *ports, log=folder / "log.txt") as process:
        yield process.ready


def test_an_offer_is_planned_tapped_by_two_owners_and_the_rest_stopped(
    chromium: Any, office: dict[str, str], artifacts: Path
) -> None:
    seen = Seen()
    writer, lead = (opened(chromium, seen) for _ in range(2))
    tomorrow = on_a_tuesday(writer, office["sandbox"]).date() + timedelta(days=1)
    friends(writer, office["sandbox"], 6)
    sign_in(writer, office["console"], "wu.di")
    sign_in(lead, office["console"], "li.na")
    plan_it(writer, office["console"])
    look_at(writer, artifacts, "campaign-form")
    writer.get_by_role("button", name="保存草稿").click()
    writer.get_by_text("第 1 版草稿已保存").wait_for()
    writer.get_by_role("button", name="送审").click()
    writer.get_by_text("第 1 版已送审").wait_for()
    let_go(lead, office["console"])
    writer.get_by_text("等 chen.mo、lin.xi 点发：2 个任务，4 人").wait_for()
    left = day(lead, office["console"], tomorrow)
    left.get_by_text("新杯子").wait_for()
    assert "还剩 6 人" in left.inner_text() and "20:00" in left.inner_text()
    for name in OWNERS.values():
        tap(lead, office["sandbox"], name)
    writer.locator("#state .keys-of").get_by_text("已送达 4").wait_for()
    look_at(writer, artifacts, "campaign")
    lead.goto(f"{office['console']}/campaigns")
    lead.get_by_role("link", name="新杯子").click()
    lead.locator("summary").get_by_text("停止", exact=True).click()
    lead.get_by_text("停止后 2 人不会收到").wait_for()
    lead.get_by_label("为什么").fill("够了")
    lead.get_by_role("button", name="确定停止").click()
    lead.locator("#state .keys-of").get_by_text("已取消 2").wait_for()
    left = day(lead, office["console"], tomorrow)
    assert "新杯子" not in left.inner_text() and "20:00" in left.inner_text()
    look_at(lead, artifacts, "campaign-week")
    day(lead, office["console"], tomorrow - timedelta(days=1)).get_by_text("已发 4/6").wait_for()
    assert seen.complaints == [] and seen.strangers == []


def opened(chromium: Any, seen: Seen) -> Any:
    page = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    return page


def on_a_tuesday(page: Any, sandbox: str) -> datetime:
    """Moves the platform's clock to noon of the next Tuesday: the calendar has something to say on
    the day after."""
    now_ms = page.request.get(f"{sandbox}/sandbox/clock").json()["now_ms"]
    now = datetime.fromtimestamp(now_ms / 1000, ZONE)
    then = now.replace(hour=12, minute=0, second=5, microsecond=0)
    while then <= now or then.weekday() != 1:
        then += timedelta(days=1)
    seconds = (then - now).total_seconds()
    assert page.request.post(f"{sandbox}/sandbox/clock", data={"advance_s": seconds}).ok
    return then


def friends(page: Any, sandbox: str, n: int) -> None:
    """New friends of both owners by turns, each of them welcomed."""
    made = page.request.post(f"{sandbox}/sandbox/customers", data={"n": n}).json()["ids"]
    for place, who in enumerate(made):
        owner = list(OWNERS)[place % len(OWNERS)]
        at = f"{sandbox}/sandbox/customers/{who}"
        assert page.request.post(f"{at}/add", data={"userid": owner}).ok
        for _ in range(PATIENCE // 50):
            if page.request.get(f"{at}/messages").json():
                break
            page.wait_for_timeout(50)


def plan_it(page: Any, console: str) -> None:
    """Fills the form; who would get it, and why, stands beside it."""
    page.goto(f"{console}/campaigns")
    page.get_by_role("link", name="新群发").click()
    page.get_by_label("名称").fill("新杯子")
    page.get_by_label("人设", exact=True).select_option("tester")
    page.get_by_label("素材").select_option("promos/cups")
    look = page.locator("#look")
    page.get_by_role("textbox", name="给谁").fill("加入<1h 且 (账号:lin.xi 或 账号:chen.mo) 且")
    look.get_by_text("这里少一个条件").wait_for()
    page.get_by_role("textbox", name="给谁").fill("加入<1h 且 (账号:lin.xi 或 账号:chen.mo)")
    look.locator(".figure", has_text="现在就会收到").get_by_text("6", exact=True).wait_for()
    page.get_by_text("更细的设置").click()
    page.get_by_label("速度").fill("4/d")
    page.get_by_label("速度").blur()
    for owner in OWNERS.values():
        look.get_by_text(f"次，{owner} 点，3 人收到").wait_for()
    look.locator(".people button").first.click()
    look.locator(".looked .yes").get_by_text("没有退订推广").wait_for()


def let_go(page: Any, console: str) -> None:
    """A second pair of eyes, and the word that it takes place."""
    page.goto(f"{console}/campaigns")
    page.get_by_role("link", name="新杯子").click()
    page.locator("#preview").get_by_text("人在受众里").wait_for()
    page.get_by_role("button", name="通过，可以用").click()
    page.get_by_role("button", name="批准执行").click()
    page.get_by_text("已批准，").wait_for()


def day(page: Any, console: str, wanted: Any) -> Any:
    """The cell of a day in the week's view."""
    year, number, _ = wanted.isocalendar()
    page.goto(f"{console}/plan/week?w={year}-W{number:02}")
    return page.locator(f"#d-{wanted.isoformat()}")


def tap(page: Any, sandbox: str, owner: str) -> None:
    """The owner finds the task on his phone, and taps."""
    page.goto(f"{sandbox}/phone")
    page.get_by_role("radio", name="员工账号").click()
    page.locator("#person").select_option(label=owner)
    card = page.locator(".task.waiting", has_text="新的杯子到了")
    card.get_by_role("button", name=re.compile("^发送（2）")).click()
    page.locator(".task.sent", has_text="新的杯子到了").wait_for()
