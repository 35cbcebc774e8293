"""The chat toolbar in a real browser: a silent sign-in, two signatures, one tap that sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import as_colleague, open_chat, picture
from tests.browser.counter import counter
from tests.scenario.house import brand
from tests.scenario.process import started
from tests.template import furnish

STAFF, OTHER, FRIEND = "小盏·林溪", "小盏·陈陌", "青柚"
WORDS = "八十度的水，泡三十秒。"


def control(url: str, /, **body: Any) -> Any:
    """One control call."""
    with urlopen(Request(url, json.dumps(body).encode(), method="POST")) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A sandbox whose application has a page in the toolbar: both addresses."""
    folder = tmp_path_factory.mktemp("office")
    config = furnish(brand(folder / "brand"))
    with started("sandbox", "--port", "0", log=folder / "log.txt") as process:
        sandbox = process.ready["sandbox"]
        with counter(config, sandbox) as page:
            made = control(f"{sandbox}/sandbox/apps/assistant/sidebar", url=f"{page}/side")
            assert made == {"sidebar": f"{page}/side"}
            yield sandbox, page


@pytest.fixture
def client(chromium: Any, office: tuple[str, str]) -> Iterator[Any]:
    with as_colleague(chromium, office[0]) as page:
        yield page


def test_one_tap_in_the_sidebar_sends_as_the_member_whose_client_it_is(
    client: Any, artifacts: Path
) -> None:
    side = open_chat(client, FRIEND)
    side.locator("#customer", has_text="wmBANZHAN0001").wait_for()
    assert side.locator("#staff").inner_text() == "lin.xi"
    side.get_by_role("button", name="发送建议").click()
    side.locator("#told", has_text="sendChatMessage:ok").wait_for()
    client.locator(".msg.mine", has_text=WORDS).wait_for()
    picture(client, artifacts / "phone-toolbar.png")
    client.get_by_role("radio", name="客户", exact=True).click()
    client.locator("#person").select_option(label=FRIEND)
    client.locator(".line", has_text=STAFF).click()
    client.locator(".msg:not(.mine)", has_text=WORDS).wait_for()


def test_each_colleague_is_himself_in_his_own_client(client: Any) -> None:
    client.locator("#person").select_option(label=OTHER)
    side = open_chat(client, "Momo")
    side.locator("#customer", has_text="wmBANZHAN0005").wait_for()
    assert side.locator("#staff").inner_text() == "chen.mo"


def test_elsewhere_the_same_page_has_no_chat_and_the_login_asks(client: Any, office: Any) -> None:
    page = client.context.new_page()
    page.goto(f"{office[1]}/side")
    page.get_by_role("link", name=STAFF).click()
    page.locator("#staff", has_text="lin.xi").wait_for()
    page.locator("#told", has_text="getCurExternalContact:fail").wait_for()


def test_the_page_may_frame_the_toolbar_and_nobody_else(office: tuple[str, str]) -> None:
    with urlopen(f"{office[0]}/phone") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-src 'self' {office[1]}")
