"""The rota and what stands around a conversation, over real HTTP."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.body import Text
from bot.core.clock import HOUR, MINUTE, ManualClock
from bot.core.config import load_config
from bot.library.library import Library
from bot.store import alarms, conversations, desk, inbox, shifts, staffwords
from bot.store.engine import Tx
from bot.store.inbox import Settle
from bot.store.migrate import migrate_sqlite
from bot.store.outbox import KfWindow
from bot.store.sqlite import SqliteStore
from bot.store.staffwords import Words
from tests.contract.making import said
from tests.scenario.house import brand, run
from tests.scenario.reception import NOW, Reception, reception

SCRIPT = "<script>alert(1)</script>"
WEEK = {"kind": "weekly", "login": "lead", "opens": "09:00", "closes": "18:00", "covers": "tester"}
KEY = "kf:wkBANZHAN01:wm1"
MORE = "/talks/kf%3AwkBANZHAN01%3Awm1"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The brand of the tests, open from 9 to 21, published once."""
    folder = tmp_path_factory.mktemp("library")
    config = brand(folder)
    persona = folder / "personas" / "tester" / "persona.toml"
    hours = '\n[hours]\nopen = "09:00"\nclose = "21:00"\n'
    persona.write_text(persona.read_text("utf-8") + hours, "utf-8")
    migrate_sqlite(folder / "library.db", NOW)
    store = SqliteStore(folder / "library.db", readers=1)
    made = Library(store, load_config(config), ManualClock(NOW))
    asyncio.run(made.open())
    yield made
    store.close()


def test_a_lead_plans_a_week_and_sees_its_gaps(tmp_path: Path, library: Library) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk_, desk_.signed_in("lead") as browser:
            desk_.console.library = library
            empty = await browser.get("/rota")
            assert empty.said("Nobody is on duty now") and empty.said("7 days with gaps")
            ticks = {f"d{n}": "1" for n in range(5)}
            done = await browser.post("/rota", week="2026-09-21", note="早班", **WEEK, **ticks)
            assert done.location == "/console/rota?week=2026-09-21", done.text
            page = await browser.get("/rota?week=2026-09-21")
            assert page.said("lead is planned") and page.text.count("09:00–18:00") == 10
            assert page.text.count('class="gap"') == 7 and page.said("18:00–21:00")
            assert page.said("09:00–21:00") and page.said("小试") and page.said("早班")
            for fields, words, kept in (
                (
                    {**WEEK, "d0": "1", "note": SCRIPT},
                    "has an entry then already (Mon 09:00–18:00)",
                    "&lt;script&gt;",
                ),
                ({**WEEK, "opens": "9"}, "tick at least one day", 'value="9"'),
                ({**WEEK, "d6": "1", "opens": "25:00"}, "like 09:00", 'value="25:00"'),
                ({**WEEK, "d6": "1", "login": "nobody"}, "no such account", "checked"),
                ({"kind": "away", "login": "lead", "since": "x", "until": ""}, "both ends", ""),
                (
                    {
                        "kind": "away",
                        "login": "lead",
                        "since": "2026-09-20T09:00",
                        "until": "2026-09-20T10:00",
                    },
                    "that time is over",
                    "2026-09-20T10:00",
                ),
                (
                    {
                        "kind": "once",
                        "login": "lead",
                        "since": "2026-09-26T09:00",
                        "until": "2026-09-27T09:00",
                    },
                    "lasts a day and more",
                    "",
                ),
            ):
                answer = await browser.post("/rota", **fields)
                assert answer.status == 422 and answer.said(words) and kept in answer.text, fields
                assert SCRIPT not in answer.text
            away = {"kind": "away", "login": "lead", "since": "2026-09-22T12:00",
                    "until": "2026-09-24T00:00", "week": "2026-09-21"}  # fmt: skip
            assert (await browser.post("/rota", **away)).status == 303
            page = await browser.get("/rota?week=2026-09-21")
            assert page.said("12:00–24:00") and page.said("12:00–21:00")
            file = await browser.get("/rota.csv?week=2026-09-21")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert len(rows) == 8 and rows[1] == ["2026-09-21", "lead", "09:00", "18:00", "小试",
                                                  "Weekly", "早班"]  # fmt: skip
            number = re.findall(r"/rota/(\d+)/remove", page.text)[0]
            for words in ("entry is gone.", "gone already"):
                gone = await browser.post(f"/rota/{number}/remove", week="2026-09-21")
                assert gone.location == "/console/rota?week=2026-09-21"
                assert (await browser.get("/rota?week=2026-09-21")).said(words)
            for odd in ("0001-01-01", "x", "9999-12-31", SCRIPT):
                assert (await browser.get("/rota", params={"week": odd})).status == 200
            desk_.clock.advance(12 * HOUR)  # Tuesday, 10:13; the session is over by then
            await browser.sign_in("lead")
            assert (await browser.get("/rota")).said("lead until 12:00")

    run(scenario)


def test_who_may_not_plan_reads(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk_, desk_.signed_in("service") as browser:
            page = await browser.get("/rota")
            assert page.said("No shifts yet") and page.said("A service lead plans")
            assert 'action="/console/rota"' not in page.text

    run(scenario)


def _spoke(tx: Tx) -> None:
    """A member waits, and lin has answered him."""
    message = said(1, account="wkBANZHAN01", text=SCRIPT)
    inbox.accept_all(tx, [message], Settle(0, 0))
    tx.run("member_ensure", id="wm1", name=SCRIPT, now=NOW)
    tx.run("conversation_kick", id=KEY, now=NOW)
    conversations.wait(tx, KEY, NOW, "客人要找真人")


async def spoke(desk_: Reception, login: str) -> int:
    await desk_.store.write(_spoke)
    seen = await desk_.store.read(desk.glance, KEY)
    await desk_.store.write(desk.take, KEY, login, NOW, seen)
    words = Words(body=Text(f"看错了{SCRIPT}"), persona="tester", persona_version=1, client_key="k")
    seen = await desk_.store.read(desk.glance, KEY)
    made = await desk_.store.write(staffwords.reply, KEY, login, words, NOW, seen, KfWindow(5, 48))
    return made.outbox


def test_staff_keep_out_and_take_back_and_a_lead_lets_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk_, desk_.signed_in("service") as browser:
            number = await spoke(desk_, "service")
            panel = await browser.get(f"{MORE}/more")
            assert panel.said("Stop it") and panel.said("Keep him out") and SCRIPT not in panel.text
            back = "/console/inbox?c=kf%3AwkBANZHAN01%3Awm1"
            assert (await browser.post(f"{MORE}/recall", outbox=str(number))).location == back
            again = await browser.post(f"{MORE}/recall", outbox=str(number))
            assert again.status == 409 and again.said("这条没有发出去")
            assert (await browser.post(f"{MORE}/recall", outbox="x")).status == 404
            bad = await browser.post(f"{MORE}/block", reason="")
            assert bad.status == 409 and bad.said("原因")
            long = await browser.post(f"{MORE}/block", reason=f"{SCRIPT}{'x' * 300}")
            assert long.status == 409 and SCRIPT not in long.text and long.said("x" * 300)
            assert (await browser.post(f"{MORE}/block", reason="骂人")).location == back
            panel = await browser.get(f"{MORE}/more")
            assert (
                panel.said("Kept out (muted)")
                and panel.said("骂人")
                and panel.said("A service lead can")
            )
            assert (await browser.post(f"{MORE}/unblock", reason="x")).status == 403
            assert (await browser.get("/talks/kf%3Awk%3Anobody/more")).status == 404
            async with desk_.signed_in("lead") as lead:
                panel = await lead.get(f"{MORE}/more")
                assert panel.said("Promotion as well")
                done = await lead.post(f"{MORE}/unblock", reason="误会", promo="1")
                assert done.location == back, done.text
            talk = await desk_.store.read(conversations.get, KEY)
            assert talk is not None and talk["mode"] == "auto"

    run(scenario)


def test_the_list_says_who_waits_too_long(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk_, desk_.signed_in("service") as browser:
            assert "note" not in (await browser.get("/alarms")).text
            await desk_.store.write(_spoke)
            late = NOW + 6 * MINUTE
            desk_.clock.advance(6 * MINUTE)
            found = await desk_.store.read(alarms.candidates, 1, late, late)

            def tell(_: Any) -> list[Any]:
                return []

            await desk_.store.write(alarms.sound, found, 1, late, "", tell)
            page = await browser.get("/alarms")
            assert (
                page.said("6 min ago") and page.said("&lt;script&gt;") and SCRIPT not in page.text
            )
            assert page.said("/console/inbox?c=kf%3AwkBANZHAN01%3Awm1")
            await desk_.store.write(desk.take, KEY, "service", late,
                                    await desk_.store.read(desk.glance, KEY))  # fmt: skip
            assert "note" not in (await browser.get("/alarms")).text
            assert await desk_.store.read(shifts.on_duty, late, "Asia/Shanghai") == []

    run(scenario)
