"""The phone page in a real browser, against the whole product: every role, by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.browser.conftest import picture

Phone = Callable[..., Any]
STAFF, KF = "小盏·林溪", "小盏·茶事"
CARE = "第 1 天的问候"
VIEWS = ("手机", "试一试", "线上发生了什么")
SIZES = ((1440, 900), (1024, 768), (390, 844), (360, 640))


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def add_friend(page: Any) -> str:
    """A new customer adds the account and is welcomed; his name."""
    press(page, "＋ 新客户")
    page.get_by_text("还没有会话").wait_for()
    press(page, "加小盏好友")
    page.locator(".msg:not(.mine) .bubble", has_text="我是小试").wait_for()
    name: str = page.locator("#person option:checked").inner_text()
    return name


def test_a_customer_is_welcomed_follows_the_link_and_is_answered(
    phone: Phone, artifacts: Path
) -> None:
    page = phone()
    name = add_friend(page)
    assert page.locator("#title").inner_text() == STAFF
    picture(page, artifacts / "phone-welcome.png")
    press(page, "进入客服会话 ›")
    page.get_by_role("heading", name=KF).wait_for()
    page.locator("#words").fill("几天发货")
    page.locator("#words").press("Enter")
    page.locator(".msg.mine", has_text="几天发货").wait_for()
    page.locator(".msg:not(.mine)", has_text="两天内发出").wait_for()
    wire = page.locator("#wire")
    for told in (f"{name} 添加了 {STAFF}", f"{name} 在「{KF}」发来文字：几天发货", "和「几天发货」的问法最接近",
                 f"在「{KF}」回复 {name}：下单后两天内发出"):  # fmt: skip
        wire.get_by_text(told).first.wait_for()
    kinds = wire.locator("li").evaluate_all("all => all.map(one => one.className)")
    assert kinds.index("k-callback") < kinds.index("k-decision")
    wire.locator("summary").last.click()
    assert "kfm" not in wire.locator("details[open] pre").inner_text()
    assert "下单后两天内发出" in wire.locator("details[open] pre").inner_text()
    picture(page, artifacts / "phone-answer.png")


def test_a_message_is_recalled_and_own_words_outlive_a_reload(phone: Phone) -> None:
    page = phone()
    press(page, "＋ 新客户")
    page.get_by_text("还没有会话").wait_for()
    press(page, "问价格")
    page.locator(".msg.mine", has_text="多少钱").wait_for()
    page.reload()
    page.locator(".line", has_text=KF).click()
    page.locator(".msg.mine", has_text="多少钱").hover()
    press(page, "撤回这条消息")
    page.get_by_text("你撤回了一条消息").wait_for()


def test_staff_taps_a_task_after_the_clock_moved_and_the_customer_sees_it(
    phone: Phone, artifacts: Path
) -> None:
    page = phone()
    name = add_friend(page)
    card = page.locator(".task.waiting", has_text=CARE)
    for _ in range(3):
        press(page, "到早上十点")
        page.get_by_role("radio", name="员工账号").click()
        try:
            card.first.wait_for(timeout=2_000)
            break
        except Exception:  # not due yet: the next morning
            continue
    picture(page, artifacts / "phone-task.png")
    card.get_by_role("button", name=re.compile("^发送")).first.click()
    page.locator(".task.sent", has_text=CARE).first.wait_for()
    page.get_by_role("radio", name="客户", exact=True).click()
    page.locator("#person").select_option(label=name)
    line = page.locator(".line", has_text=STAFF)
    line.locator(".dot").wait_for()
    line.click()
    page.locator(".msg:not(.mine)", has_text=CARE).wait_for()


def test_a_colleague_takes_a_session_over_and_the_customer_reads_him(phone: Phone) -> None:
    customer, colleague = phone(), phone(390, 844)
    press(customer, "＋ 新客户")
    customer.get_by_text("还没有会话").wait_for()
    name = customer.locator("#person option:checked").inner_text()
    press(customer, "找真人")
    customer.locator(".msg:not(.mine)").first.wait_for()
    press(colleague, "试一试")
    colleague.get_by_role("radio", name="员工账号").click()
    press(colleague, "手机")
    press(colleague, "会话")
    colleague.locator(".line", has_text=name).first.click()
    press(colleague, "接管")
    colleague.get_by_role("button", name="结束会话").wait_for()
    colleague.locator("#words").fill("<b>我是林溪</b>，我来看。")
    colleague.locator("#words").press("Enter")
    said = customer.locator(".msg:not(.mine)", has_text="<b>我是林溪</b>，我来看。")
    said.wait_for()
    assert said.locator("b").count() == 0
    assert f"{STAFF} · 人工" in said.inner_text()


def test_nothing_is_wider_than_the_screen(phone: Phone, artifacts: Path) -> None:
    page = phone()
    press(page, "问怎么泡")
    page.locator(".msg.mine").first.wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for place, view in enumerate(VIEWS if width <= 860 else ("",)):
                if view:
                    press(page, view)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                picture(page, artifacts / f"phone-{width}-{scheme}-{place}.png")


def test_the_page_says_what_it_may_load(product: str) -> None:
    with urlopen(f"{product}/phone") as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script>" not in answer.read().decode()
