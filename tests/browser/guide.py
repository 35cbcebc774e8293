"""The sample brand on a free port, with colleagues of its own, for the pictures of docs/guide."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.config import load_config
from bot.store import staff
from bot.store.opening import migrate_store, open_store
from tests.browser.conftest import PATIENCE, Seen
from tests.browser.palette import shrunk
from tests.scenario.process import ROOT, started
from tests.scenario.reception import HASHER, NOW, SECRET

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 800
STAFF = {"su.he": "service", "he.qing": "lead", "wu.di": "content", "li.na": "content",
         "ye.zi": "brand", "lin.xi": "service"}  # fmt: skip
FIRST, SECOND = "wkBANZHAN01", "wkBANZHAN02"


def brand(folder: Path) -> Path:
    """The shipped brand in a folder of its own, migrated, with colleagues; its config.toml."""
    for name in ("personas", "content"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("config.toml", "rehearsal.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder / "config.toml"


def colleagues(config: Path) -> None:
    """Accounts of the console. In a thread of its own: while a browser is open, no loop may run here."""

    async def make() -> None:
        settings = load_config(config)
        migrate_store(settings, NOW)
        store = open_store(settings)
        kept = HASHER.hash(SECRET)
        for login, role in STAFF.items():
            await store.write(staff.add, login, role, kept, NOW, actor="guide", made=False,
                              userid=login)  # fmt: skip
        store.close()

    thread = threading.Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join()


@dataclass
class Guide:
    """One product, everybody's pages of it, and where the pictures go."""

    chromium: Any
    console: str
    sandbox: str
    folder: Path
    config: Path
    signed_in: dict[str, Any] = field(default_factory=dict)

    def post(self, path: str, /, **body: Any) -> Any:
        """Something happens outside: the sandbox's control plane."""
        asked = urllib.request.Request(f"{self.sandbox}/sandbox{path}", json.dumps(body).encode(),
                                       {"Content-Type": "application/json"})  # fmt: skip
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.sandbox}/sandbox{path}") as answer:
            return json.load(answer)

    def customer(self, name: str, friend_of: str = "") -> str:
        (who,) = self.post("/customers", name=name)["ids"]
        if friend_of:
            self.post(f"/customers/{who}/add", userid=friend_of)
        return str(who)

    def write(self, who: str, text: str, account: str = FIRST) -> None:
        """He writes to a kf account, and has been answered when this ends."""
        before = len(self.heard(who))
        self.post(f"/customers/{who}/kf", open_kfid=account, text=text)
        self.until(lambda: len(self.heard(who)) > before)

    def heard(self, who: str) -> list[str]:
        found = self.get(f"/customers/{who}/messages")
        rows = found.get("items", found) if isinstance(found, dict) else found
        return [row["text"] for row in rows]

    def until(self, holds: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(PATIENCE // 50):
            if holds():
                return
            pause.wait(0.05)
        raise AssertionError("it never came to that")

    @contextmanager
    def page(self, login: str = "", path: str = "", width: int = WIDTH, height: int = HEIGHT,
             **options: Any) -> Iterator[Any]:  # fmt: skip
        """A page of somebody who is signed in; afterwards nothing may have been wrong with it."""
        context = self.chromium.new_context(
            locale="zh-CN", viewport={"width": width, "height": height},
            storage_state=self.signed_in.get(login), **options)  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(40_000)
        seen = Seen()
        seen.watch(page)
        if login and login not in self.signed_in:
            page.goto(self.console)
            page.locator("[name=login]").fill(login)
            page.locator("[name=password]").fill(SECRET)
            page.get_by_role("button", name="登录", exact=True).click()
            page.locator(".menu summary").first.wait_for()
            self.signed_in[login] = context.storage_state()
        if login:
            page.goto(f"{self.console}{path}")
        yield page
        context.close()
        assert seen.complaints == [], seen.complaints
        assert seen.strangers == [], seen.strangers

    def picture(self, page: Any, name: str, **options: Any) -> None:
        """As the page stands now, small enough for a repository."""
        page.evaluate("scrollTo(0, 0)")
        page.mouse.move(0, 0)
        taken = page.screenshot(animations="disabled", caret="initial", **options)
        context = self.chromium.new_context()
        (self.folder / f"{name}.png").write_bytes(shrunk(context.new_page(), taken))
        context.close()


@contextmanager
def running(chromium: Any, config: Path, into: Path, *arguments: str) -> Iterator[Guide]:
    """The product with this configuration, until the block ends."""
    ports, log = ("--port", "0", "--sandbox-port", "0"), config.parent / "log.txt"
    given = ("run", "--config", str(config), *ports, *arguments)
    with started(*given, log=log) as process:
        ready: Mapping[str, str] = process.ready
        yield Guide(chromium, ready["console"], ready["sandbox"], into, config)
