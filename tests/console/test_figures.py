"""The page of figures over real HTTP, and its pictures."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from bot.console.charts.bars import FOOT, HEIGHT, WIDTH, Point, bars
from bot.core.body import Text
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.model import Inbound, Outbound
from bot.store import figures_event, figures_making, inbox, outbox
from bot.store.engine import Tx
from bot.store.inbox import Settle
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

FORMULA = "=1+1"


def talk(tx: Tx, at: int, peer: str, wait: int, operator: str) -> None:
    """A member writes, and after so long somebody answers."""
    key = f"kf:wk1:{peer}"
    inbox.accept_all(tx, [Inbound(
        channel="kf", account="wk1", peer=peer, kind="text", text="在吗", sent_at=at,
        received_at=at, dedupe=f"{peer}/{at}")], Settle(0, 0))  # fmt: skip
    outbox.enqueue(tx, Outbound(
        lane=key, pool="reply", channel="kf", account="wk1", peer=peer, kind="reply",
        body=Text("在"), origin="reply:1:0", persona="tester", persona_version=1, conversation=key,
        member=peer, operator=operator, dedupe=f"r/{peer}/{at}", send_at=at, retry_at=at,
    ), at + wait)  # fmt: skip


def world(tx: Tx) -> None:
    for day in range(5):
        at = NOW - day * DAY - 2 * HOUR
        talk(tx, at, "wm1", 2_000, "bot")
        talk(tx, at + HOUR, "wm1", 4 * MINUTE, "lin")
        talk(tx, at, "wm2", 20 * MINUTE, FORMULA)
    figures_event.put_back(tx, "kf:wk1:wm1", "idle", NOW - HOUR)


async def settle(desk: Reception) -> None:
    zone = desk.console.config.timezone
    while (made := await desk.store.read(figures_making.prepare, NOW, zone)) is not None:
        await desk.store.write(figures_making.put, made)


def number(text: str, words: str) -> str:
    found = re.search(rf'<b class="big num">([^<]*)</b><span>{words}</span>', text)
    assert found, words
    return found[1]


def compared(text: str, words: str) -> list[str]:
    """What became of a figure: before, now, and how many times."""
    row = text.partition('<table id="before">')[2].partition(f">{words}</th>")[2]
    return re.findall(r"<td[^>]*>([^<]*)</td>", row.partition("</tr>")[0])


def test_numbers_tables_and_files_of_the_days_that_were_asked_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("analyst") as browser:
            empty = await browser.get("/figures")
            assert empty.said("No figures for these days")
            await desk.store.write(world)
            early = await browser.get("/figures?days=7")
            assert early.said('value="0" max="4"') and early.said("Summing up earlier days")
            await settle(desk)
            page = await browser.get("/figures?days=7")
            assert not page.said("Summing up") and len(page.text.encode()) < 60_000
            assert number(page.text, "Who answers first") == "15"
            assert number(page.text, "First answer by the persona") == "2.1 s"
            assert number(page.text, "Effective") == "5"
            assert page.said("persona 33% · model 0% · staff 67%")
            assert re.search(r"half within 4 min \d+ s, nine of ten within 20 min \d+ s", page.text)
            assert page.text.count('class="chart"') == 12 + 12, "by day, and before and after"
            later = await browser.get("/figures?since=2026-09-19&until=2026-09-21")
            assert compared(later.text, "Effective") == ["2", "3", "× 1.50"], "three days of five"
            assert compared(later.text, "First answer by staff, median")[2] == "× 1.00"
            file = await browser.get("/figures.csv?table=before&since=2026-09-19&until=2026-09-21")
            assert "Effective,2,3,1.5" in file.text.splitlines()
            assert compared(later.text, "Customers per staff hour") == ["4.0", "4.0", "× 1.00"]
            assert compared(later.text, "Session length")[1] == "8 min 0 s"
            assert compared(later.text, "Answered in time") == ["67%", "67%", "× 1.00"]
            today = await browser.get("/figures?days=1&account=kf:wk1&persona=tester")
            assert not today.said("Day by day")
            assert (await browser.get("/figures?days=1&account=kf:none")).said("No figures")
            file = await browser.get("/figures.csv?table=people&days=28")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert [row[0] for row in rows] == ["Who", f"'{FORMULA}", "Persona (rules)", "lin"]
            assert float(rows[2][5]) == pytest.approx(2.0, rel=0.051)
            for table in ("days", "personas", "accounts", "reasons"):
                file = await browser.get(f"/figures.csv?table={table}")
                assert file.status == 200 and len(file.text.splitlines()) > 1
            assert (await browser.get("/figures.csv?table=x")).status == 404

    run(scenario)


def test_odd_days_are_told_and_become_the_usual_ones(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            for query, words in (
                ("since=2026-02-30", "Write a day like"), ("since=x", "Write a day like"),
                ("since=2026-09-01&until=2026-08-01", "The first day comes before the last"),
                ("since=2020-01-01&until=2026-08-01", "92 days at most"),
                ("since=9999-12-31&until=9999-12-31", "Write a day like"),
            ):  # fmt: skip
                answer = await browser.get(f"/figures?{query}")
                assert answer.status == 200 and answer.said(words), query
            fine = await browser.get("/figures?since=2026-09-01&until=2026-09-03")
            assert fine.status == 200 and 'class="note bad"' not in fine.text

    run(scenario)


def test_bars_stand_on_zero_and_stay_inside() -> None:
    for values in ([3.0], [0.0, 0.0], [1.0, None, 4.0, 2.0], [float(i) for i in range(92)]):
        made = bars([Point(f"d{i}", value, str(value), value and value * 2)
                     for i, value in enumerate(values)])  # fmt: skip
        for bar in made.bars:
            assert bar.y + bar.height == pytest.approx(HEIGHT - FOOT)
            assert bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y >= 0
        solid = [bar.height for bar in made.bars if not bar.pale]
        known = [value for value in values if value is not None]
        if max(known):
            scale = max(solid) / max(known)
            assert solid == pytest.approx([value * scale for value in known], abs=0.02)
        for note in made.notes:
            assert 0 <= note.x <= WIDTH
            assert 0 < note.y < HEIGHT
    assert bars([]).bars == ()
