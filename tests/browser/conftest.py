"""A browser and the whole product for it; without them these tests skip and say why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.scenario.house import brand
from tests.scenario.process import ROOT, started
from tests.template import furnish

# The shell has the same engine without the windows of a desktop, for half the processor time a page.
SHELL = ("chromium-headless-shell", "chrome-headless-shell")
WHOLE = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-dev-shm-usage",
             # a page lives for a second: scripts that are compiled a second time, better, never pay for it
             "--js-flags=--no-opt,--no-maglev")  # fmt: skip
PATIENCE = 90_000  # ms; only a failure takes so long


# What htmx says when a page is left while a request is under way. Of a server that does not answer
# the browser complains, too.
# The same of a preview that gives way to a newer one.
CUT_SHORT = ("htmx:afterRequest, ", "htmx:sendError, ", "htmx:sendAbort, ")


@dataclass
class Seen:
    """What must never happen on a page: complaints, and requests that leave this machine."""

    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", lambda m: self._complain(m.type, m.text))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.on("request", lambda r: self._ask(r.url))

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(CUT_SHORT):
            self.complaints.append(text)

    def _ask(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and parts.hostname != "127.0.0.1":
            self.strangers.append(url)


# While it is open, Playwright's loop runs in this thread and nobody else may run one: hence a browser
# for this folder, whose files one worker runs one after the other, and not for the whole session.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Any]:
    """What starts browsers."""
    api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    with api.sync_playwright() as found:
        yield found


@pytest.fixture(scope="package")
def chromium(playwright: Any) -> Iterator[Any]:
    """A running browser."""
    with running(playwright, *SHELL, *WHOLE) as browser:
        yield browser


@pytest.fixture(scope="module")
def desktop(playwright: Any) -> Iterator[Any]:
    """A browser with what only a desktop's has: notices."""
    with running(playwright, *WHOLE) as browser:
        yield browser


@contextmanager
def running(playwright: Any, *names: str) -> Iterator[Any]:
    """The first browser of these that is there, or the one that was named; nobody's test without one."""
    named = os.environ.get("ONEVOICE_CHROMIUM")
    path = named or next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("needs Chromium; install it, or name it: ONEVOICE_CHROMIUM=/path/to/chromium")
    browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def product(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The product as processes on free ports; the address of its sandbox."""
    folder = tmp_path_factory.mktemp("product")
    config = furnish(brand(folder / "brand"))
    ports = ("--port", "0", "--sandbox-port", "0")
    with started("run", "--config", str(config), *ports, log=folder / "log.txt") as process:
        yield process.ready["sandbox"]


@pytest.fixture
def phone(chromium: Any, product: str) -> Iterator[Callable[..., Any]]:
    """Opens the phone page; afterwards nothing may have been wrong with it."""
    seen, contexts = Seen(), []

    def opened(width: int = 1440, height: int = 900, scheme: str = "light") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        seen.watch(page)
        page.goto(f"{product}/phone")
        page.locator("#tries button").first.wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen.complaints == []
    assert seen.strangers == []


@contextmanager
def as_colleague(chromium: Any, sandbox: str) -> Iterator[Any]:
    """The phone page as a colleague has it; afterwards nothing may have been wrong with it."""
    seen = Seen()
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen.watch(page)
    page.goto(f"{sandbox}/phone")
    page.get_by_role("radio", name="员工账号").click()
    yield page
    context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def reads(page: Any, field: Any, text: str) -> None:
    """Waits until a field holds these words: what empties or fills it may come after what else shows
    that a request was answered."""
    for _ in range(PATIENCE // 50):
        if field.input_value() == text:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{field.input_value()!r} instead of {text!r}")


def open_chat(page: Any, friend: str) -> Any:
    """The chat with a friend, and the frame of its toolbar."""
    page.get_by_role("button", name="会话", exact=True).click()
    page.locator(".line", has_text=friend).first.click()
    page.locator(".toolbar summary").click()
    return page.frame_locator(".toolbar iframe")


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots go."""
    folder = ROOT / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder


def picture(page: Any, path: Path, **options: Any) -> None:
    """For people to look at, where somebody wants it: no test reads one, and each costs a paint and a file."""
    if os.environ.get("ONEVOICE_PICTURES"):
        page.screenshot(path=path, **options)
