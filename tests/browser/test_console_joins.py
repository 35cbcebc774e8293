"""One person in two conversations, in a real browser: joined, answered where he wrote last, parted;
and the notice on the desktop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE
from tests.browser.test_console_inbox import Desk, closed, running

ONE, TWO = "wkBANZHAN01", "wkBANZHAN02"


@pytest.fixture(scope="module")
def desk(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running(chromium, tmp_path_factory.mktemp("joins")) as made:
        yield made


@pytest.fixture(autouse=True)
def _clean(desk: Desk) -> Iterator[None]:
    yield
    closed(desk)


def says(desk: Desk, who: str, account: str, text: str) -> None:
    desk.post(f"/customers/{who}/kf", open_kfid=account, text=text)


def test_two_conversations_of_one_person_are_joined_answered_and_parted(
    desk: Desk, artifacts: Path
) -> None:
    lin = desk.enter("lin.xi")
    who = desk.customer()
    rows = lin.locator(f'#talks > li[data-key$="{who}"]')
    says(desk, who, ONE, "转人工，一号店")
    lin.locator(f'#talks > li[data-key="kf:{ONE}:{who}"]').wait_for()
    says(desk, who, TWO, "转人工，二号店")
    lin.locator(f'#talks > li[data-key="kf:{TWO}:{who}"]').wait_for()
    lin.locator(f'#talks > li[data-key="kf:{ONE}:{who}"] a').click()
    together = lin.locator("#together")
    together.get_by_text("同一个客户 ID").wait_for()
    together.get_by_text("合并显示", exact=True).click()
    lin.screenshot(path=artifacts / "inbox-join-offer.png")
    together.get_by_role("button", name="是同一个人，合并").click()
    lin.locator("#lines .by-member .meta", has_text=TWO).first.wait_for()
    lin.locator("#lines .by-member .meta", has_text=ONE).first.wait_for()
    assert rows.count() == 1
    lin.locator("[data-verb=take]").click()
    lin.locator("#compose textarea").fill("两边我都看到了")
    lin.screenshot(path=artifacts / "inbox-joined.png")
    lin.locator("#compose button.main").click()
    desk.hears(who, "两边我都看到了")
    lin.locator(".by-staff .meta", has_text=TWO).wait_for()
    # he goes on in the other account: nothing changes under the fingers, and the page says so
    lin.locator("#compose textarea").fill("写了一半")
    says(desk, who, ONE, "我在一号店说")
    lin.locator("#ways .note").wait_for()
    assert lin.locator("#ways b").inner_text().endswith(TWO)
    lin.locator("#ways .note a").click()
    lin.locator("#ways b", has_text=ONE).wait_for()
    assert lin.locator("#compose textarea").input_value() == "写了一半"
    lin.locator("#compose button.main").click()
    lin.locator(".by-staff .meta", has_text=ONE).wait_for()
    desk.hears(who, "写了一半")
    lin.locator("[data-verb=release]").click()
    lin.locator("#talk[data-state=free]").wait_for()
    together.get_by_text("分开", exact=True).first.click()
    together.get_by_role("button", name="确认分开").first.click()
    rows.nth(1).wait_for()
    assert rows.count() == 2


def becomes(page: Any, truth: str) -> None:
    """The page's policy lets nobody evaluate words in it, so it is asked from outside."""
    end = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(truth):
        assert time.monotonic() < end, truth
        page.wait_for_timeout(50)


RECORD = """
window.shown = [];
const Real = window.Notification;
window.Notification = class extends Real {
  constructor(title, more) { super(title, more); window.shown.push([title, more.body]); }
};
document.hasFocus = () => false;
"""


def test_a_notice_is_asked_for_and_shown_when_somebody_waits(desk: Desk) -> None:
    su = desk.enter("su.he")
    su.context.grant_permissions(["notifications"], origin=desk.console.rsplit("/", 1)[0])
    su.add_init_script(RECORD)
    su.reload()
    assert su.evaluate("Notification.permission") == "granted"
    su.get_by_label("桌面通知").check()
    becomes(su, "localStorage.getItem('onevoice-notice') === '1'")
    who = desk.customer()
    says(desk, who, ONE, "转人工")
    becomes(su, "window.shown.length > 0")
    (title, body), *_ = su.evaluate("window.shown")
    assert title == "有会话在等你" and int(body) >= 1
