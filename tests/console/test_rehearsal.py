"""The page of rehearsals over real HTTP, with a real rehearsal of few members."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.console.compared import Change, compared
from bot.core.clock import ManualClock
from bot.core.config import load_config
from bot.core.rehearsing import Wish
from bot.rehearsal.runs import KEPT, Runs
from tests.scenario.house import BRAND, run
from tests.scenario.reception import NOW, Reception, reception
from tests.waiting import until

WISH = Wish(start="2026-09-21", days=2, members=10, seed=1, by="lead")
ASKED = {"days": "2", "members": "10", "seed": "1"}


def runs_in(folder: Path, clock: Any = None, **more: float) -> Runs:
    config = load_config(BRAND / "config.toml")
    kept = replace(config, store=replace(config.store, data=str(folder)))
    return Runs(kept, clock or ManualClock(NOW), **more)


async def over(folder: Path) -> None:
    """Waits until the rehearsal that was begun has ended."""
    await until((folder / "rehearsals" / str(NOW)).exists, "it ended")


def report(**more: Any) -> dict[str, Any]:
    spread = {"mean": 2.5, "p50": 2, "p95": 6, "max": 9}
    return {"start": "2026-09-21", "days": 2, "members": 10, "seed": 1, "digest": "a" * 64,
            "messages": 30, "inbound": 5, "outbound": 25, "feeds": 40, "per_member": spread,
            "unasked": spread, "refusals": {"cap_day": 3, "not valid on": 1},
            "taps": {"lin.xi": 4}} | more  # fmt: skip


def keep(folder: Path, id: int, end: str = "done", **more: Any) -> None:
    """A rehearsal that is over, as the folder holds it."""
    place = folder / "rehearsals" / str(id)
    place.mkdir(parents=True)
    (place / "wish.json").write_text(json.dumps({"id": id, **asdict(WISH)}))
    (place / "end.json").write_text(json.dumps({"end": end, "ended_at": id}))
    (place / "report.json").write_text(json.dumps(report(**more)))
    (place / "report.html").write_text(f"<h1>{id}</h1>")


def test_one_is_started_watched_and_read(tmp_path: Path) -> None:
    """And the digest that comes out is that of the command with the same options."""

    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as su:
            assert (await su.get("/rehearsal")).status == 200  # the platform is not there yet
            assert (await su.post("/rehearsal/start", **ASKED)).status == 503
            house.console.rehearsals = runs = runs_in(tmp_path, house.clock)
            first = await su.get("/rehearsal")
            assert first.said("No rehearsal yet") and first.said("Start a rehearsal")
            for name, wrong in (("days", "93"), ("members", "9"), ("seed", "x")):
                answer = await su.post("/rehearsal/start", **ASKED | {name: wrong})
                assert answer.status == 422 and answer.said(f'value="{wrong}"')
            answer = await su.post("/rehearsal/start", days="92", members="2000", seed="1")
            assert answer.status == 422 and answer.said("60,000")
            await begin_and_watch(house, su)
            await over(tmp_path)
            page = await su.get("/rehearsal")
            part = await su.get("/rehearsal", headers={"HX-Request": "true"})
            assert part.headers["HX-Refresh"] == "true"  # an open page opens anew
            (kept,) = (await runs.look()).kept
            assert kept.end == "done" and kept.report is not None, page.text
            assert kept.wish == WISH
            assert page.said(kept.report["digest"]) and page.said("no earlier report")
            await read_it(su, kept.id)
            names = {path.name for path in (tmp_path / "rehearsals" / str(kept.id)).iterdir()}
            assert names == {"wish.json", "end.json", "report.json", "report.html", "log"}
            assert (await house.store.read(_trail)) == ["start"]

    run(scenario)


async def begin_and_watch(house: Reception, su: Any) -> None:
    assert (await su.post("/rehearsal/start", **ASKED)).location == "/console/rehearsal"
    page = await su.get("/rehearsal")
    assert page.said("Started by lead: 2 days") and page.said("every 2s")
    assert not page.said("Start a rehearsal")
    again = await su.post("/rehearsal/start", **ASKED)
    assert again.location == "/console/rehearsal"
    assert (await su.get("/rehearsal")).said("Another rehearsal is running")
    async with house.signed_in("content") as other:
        page = await other.get("/rehearsal")
        assert page.said("Started by lead") and not page.said("/rehearsal/stop")
        assert (await other.post("/rehearsal/stop")).status == 403


async def read_it(su: Any, id: int) -> None:
    framed = await su.get(f"/rehearsal/report?id={id}")
    assert framed.said("<h1>预演 2026-09-21")
    policy = framed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "sandbox" in policy and "script" not in policy
    assert "Content-Disposition" not in framed.headers
    saved = await su.get(f"/rehearsal/report?id={id}&save=1")
    assert ".html" in saved.headers["Content-Disposition"]
    for other in ("1", "../../etc", ""):
        assert (await su.get(f"/rehearsal/report?id={other}")).status == 404
    assert (await su.get("/rehearsal?id=1")).status == 404


def _trail(tx: Any) -> list[str]:
    from bot.store import audit

    return [row["event"] for row in audit.history(tx, "rehearsal", NOW)]


def test_one_at_a_time_over_all_processes_and_whoever_may_can_stop_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        here, there = runs_in(tmp_path), runs_in(tmp_path)
        assert not await there.stop()
        assert await here.start(WISH) == NOW
        assert await there.start(WISH) is None
        seen = await there.look()
        assert seen.now is not None and seen.now.wish == WISH
        assert await there.stop()
        await over(tmp_path)
        seen = await here.look()
        assert seen.now is None and [one.end for one in seen.kept] == ["stopped"]
        await here.close()

    run(scenario)


def test_the_child_is_gone_when_its_process_closes(tmp_path: Path) -> None:
    async def scenario() -> None:
        runs = runs_in(tmp_path)
        await runs.start(WISH)
        await runs.close()
        assert [one.end for one in (await runs.look()).kept] == ["lost"]
        assert await runs.start(WISH) is not None  # the lock is free: nobody holds it any more
        await runs.close()

    run(scenario)


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    async def scenario() -> None:
        runs = runs_in(tmp_path, limit=0.0)
        await runs.start(WISH)
        await over(tmp_path)
        assert [one.end for one in (await runs.look()).kept] == ["slow"]
        await runs.close()

    run(scenario)


def test_what_went_wrong_is_told_in_its_own_words(tmp_path: Path) -> None:
    keep(tmp_path, 5, "failed")
    (tmp_path / "rehearsals" / "5" / "log").write_text("day 1/2\nrehearsal.toml:3: no such key\n")

    async def scenario() -> None:
        (failed,) = (await runs_in(tmp_path).look()).kept
        assert failed.why == "rehearsal.toml:3: no such key" and failed.report is None

    run(scenario)


def test_the_last_ten_reports_are_kept_and_the_last_failure(tmp_path: Path) -> None:
    for n in range(KEPT + 2):
        keep(tmp_path, 1_000 + n)
    for n in range(2):
        keep(tmp_path, 500 + n, "failed")
    (tmp_path / "rehearsals" / "now").mkdir()

    async def scenario() -> None:
        runs = runs_in(tmp_path)
        await runs.start(WISH)
        await runs.stop()
        await over(tmp_path)
        await runs.close()
        kept = (await runs.look()).kept
        assert [one.id for one in kept] == [NOW, *range(1_001 + KEPT, 1_001, -1)]

    run(scenario)


def test_a_process_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    keep(tmp_path, 7)
    (tmp_path / "rehearsals" / "7").rename(tmp_path / "rehearsals" / "now")

    async def scenario() -> None:
        runs = runs_in(tmp_path)
        seen = await runs.look()
        assert seen.now is None and [one.end for one in seen.kept] == ["lost"]
        assert await runs.start(WISH) == NOW
        await runs.close()

    run(scenario)


def test_the_page_says_what_is_different_from_the_one_before(tmp_path: Path) -> None:
    keep(tmp_path, NOW - 9_000_000)
    keep(tmp_path, NOW - 6_000_000)
    keep(tmp_path, NOW - 3_000_000, digest="b" * 64, members=20, outbound=31,
         refusals={"cap_day": 10}, taps={"lin.xi": 4, "chen.mo": 2})  # fmt: skip

    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as su:
            house.console.rehearsals = runs_in(tmp_path)
            page = await su.get("/rehearsal")
            for words in ("+7", "+6", "+2", "chen.mo", "the content is not valid then",
                          "The two differ in Simulated customers", "b" * 64):  # fmt: skip
                assert page.said(words), words
            older = await su.get(f"/rehearsal?id={NOW - 6_000_000}")
            assert older.said("The same as the one before") and not older.said("+7")

    run(scenario)


@pytest.mark.parametrize("before", [None, report(digest="c" * 64)])
def test_changes_are_counted_from_the_report_before(before: dict[str, Any] | None) -> None:
    found = compared(report(refusals={"a": 1, "cap_day": 2}), before)
    assert found.figures[0] == Change("messages", 30, before and 30)
    assert not found.same and found.other == ()
    assert [(one.name, one.more) for one in found.refusals] == (
        [("cap_day", -1), ("a", 1), ("not valid on", -1)] if before else [("cap_day", 0), ("a", 0)]
    )


def test_the_child_runs_behind_everything_else_and_ends_with_its_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        runs = runs_in(tmp_path)
        lock = os.open(tmp_path / "free", os.O_CREAT)
        await asyncio.to_thread(runs._prepare, NOW, WISH)
        child, leash = await runs._spawn(WISH, lock)
        os.close(lock)
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(own + 15, 19)
        os.close(leash)  # and it ends
        assert await asyncio.wait_for(child.wait(), 60) == 1

    run(scenario)
