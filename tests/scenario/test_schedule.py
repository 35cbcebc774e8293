"""Days pass: flow steps, the weekly post, moments. The platform's clock is moved, nobody sleeps."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.config import load_config
from bot.offset import clock_of
from tests.scenario.house import House, Phone, brand, house, opened, platform, run, until

ZONE = ZoneInfo("Asia/Shanghai")


async def jump_to(
    phone: Phone, hour: int, minute: int, *, days: int = 0, weekday: int = -1
) -> None:
    """Moves the platform's clock forward to the next such local time."""
    now_ms = (await phone.get("/clock"))["now_ms"]
    now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZONE)
    then = (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=5, microsecond=0)
    while then <= now or (weekday >= 0 and then.weekday() != weekday):
        then += timedelta(days=1)
    await phone.post("/clock", advance_s=(then - now).total_seconds())


@contextlib.asynccontextmanager
async def tuesday(folder: Path) -> AsyncIterator[tuple[Phone, House]]:
    """A house that opens on a Tuesday at noon, when nothing of the calendar is due."""
    async with platform() as phone:
        await jump_to(phone, 12, 0, weekday=1)
        async with house(folder, phone) as home:
            yield phone, home


async def befriend(phone: Phone, account: str, n: int) -> list[str]:
    """New customers who added an account and were welcomed."""
    people = await phone.customers(n)
    for who in people:
        await phone.post(f"/customers/{who}/add", userid=account)
    for who in people:
        await until(lambda who=who: phone.texts(who), "a welcome")  # type: ignore[misc]
    return people


async def task_of(phone: Phone, staff: str, kind: str) -> dict[str, object]:
    """The first task of a kind that waits for this person's tap."""

    async def look() -> dict[str, object] | None:
        tasks = await phone.tasks(staff)
        return next((t for t in tasks if t["kind"] == kind), None)

    found: dict[str, object] = await until(look, f"a {kind} task for {staff}")
    return found


async def settled(home: House, kind: str) -> list[dict[str, object]]:
    """Reply rows of a kind, once none of them is queued or waiting."""

    def look() -> list[dict[str, object]]:
        rows = home.rows("SELECT * FROM replies WHERE kind = ? ORDER BY id", kind)
        final = rows and all(r["status"] not in ("queued", "waiting_tap") for r in rows)
        return rows if final else []

    found: list[dict[str, object]] = await until(look, f"{kind} rows are final")
    return found


def test_day_one_reaches_friends_as_one_bulk_task_that_waits_for_the_owner(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            people = await befriend(phone, "lin.xi", 3)
            await jump_to(phone, 10, 0, days=1)
            await home.follows()
            beside = clock_of(load_config(tmp_path / "config.toml"))
            assert abs(beside.now() - home.app.clock.now()) < 1_000, "commands live at that time"
            task = await task_of(phone, "lin.xi", "bulk_single")
            assert sorted(task["targets"]) == people  # type: ignore[call-overload]
            assert task["text"] == "第 1 天的问候：今天喝水了吗？"
            for who in people:
                assert len(await phone.texts(who)) == 1, "nothing goes out without the tap"
            waits = "SELECT 1 FROM replies WHERE kind = 'care' AND status = 'waiting_tap'"
            await until(lambda: len(home.rows(waits)) == 3, "the log says it waits for a tap")
            await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
            for who in people:
                assert (await phone.texts(who))[1:] == ["第 1 天的问候：今天喝水了吗？"]
            rows = await settled(home, "care")
            assert [(r["status"], r["operator"]) for r in rows] == [("sent", "lin.xi")] * 3
            assert sorted(str(r["member"]) for r in rows) == people

    run(scenario)


def test_a_member_whose_kf_window_is_open_gets_the_step_there_without_a_tap(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            (who,) = await befriend(phone, "lin.xi", 1)
            await jump_to(phone, 9, 0, days=1)
            await home.follows()
            await phone.write(who, "你好")
            await until(lambda: phone.texts(who, "kf"), "an answer")
            await jump_to(phone, 10, 0)
            rows = await settled(home, "care")
            assert [(r["channel"], r["status"]) for r in rows] == [("kf", "sent")]
            assert (await phone.texts(who, "kf"))[-1] == "第 1 天的问候：今天喝水了吗？"
            assert await phone.tasks("lin.xi") == []

    run(scenario)


def test_a_member_who_left_gets_nothing_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            (who,) = await befriend(phone, "lin.xi", 1)
            await phone.post(f"/customers/{who}/delete", userid="lin.xi")
            await until(lambda: home.rows("SELECT 1 FROM friend WHERE until IS NOT NULL"), "gone")
            await jump_to(phone, 10, 0, days=1)
            (row,) = await until(
                lambda: home.rows("SELECT * FROM due WHERE kind = 'flow' AND state = 'skipped'"),
                "the step was left out",
            )
            assert "not a friend" in row["note"]
            assert await phone.tasks("lin.xi") == []

    run(scenario)


def test_the_weekly_post_waits_for_taps_in_customer_groups_and_goes_out_in_the_internal_one(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            await until(lambda: len(home.rows("SELECT 1 FROM chat")) >= 2, "the groups are known")
            await jump_to(phone, 20, 0, weekday=2)
            first = await task_of(phone, "lin.xi", "bulk_group")
            second = await task_of(phone, "chen.mo", "bulk_group")
            assert (first["targets"], second["targets"]) == (["wrBANZHAN01"], ["wrBANZHAN02"])
            internal = await until(lambda: phone.get("/chats/wrINTERNAL01/messages"), "the post")
            assert internal[-1]["text"] == "周三茶席：今晚喝什么？"
            await phone.post(f"/staff/lin.xi/tasks/{first['id']}/confirm")
            await phone.post(f"/staff/chen.mo/tasks/{second['id']}/refuse")
            sent = await until(
                lambda: home.rows("SELECT * FROM replies WHERE kind = 'group_post'"
                                  " AND channel = 'group' AND status = 'sent'"),
                "the first owner's post is in the log",
            )  # fmt: skip
            assert [(r["account"], r["peer"], r["operator"]) for r in sent] == [
                ("lin.xi", "wrBANZHAN01", "lin.xi")]  # fmt: skip

    run(scenario)


def test_a_moment_is_a_task_for_every_account_and_visible_only_after_the_tap(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            (who,) = await befriend(phone, "lin.xi", 1)
            await jump_to(phone, 8, 30, weekday=0)
            mine = await task_of(phone, "lin.xi", "moment")
            await task_of(phone, "chen.mo", "moment")
            assert await phone.texts(who, "moment") == []
            await phone.post(f"/staff/lin.xi/tasks/{mine['id']}/confirm")
            assert await phone.texts(who, "moment") == ["早上好，水刚烧开。"]
            rows = await until(
                lambda: home.rows("SELECT * FROM replies WHERE kind='moment' AND status='sent'"),
                "the moment is in the log",
            )
            assert [(r["account"], r["member"], r["operator"]) for r in rows] == [
                ("lin.xi", None, "lin.xi")]  # fmt: skip

    run(scenario)


def test_an_occurrence_that_is_long_gone_is_skipped_and_the_next_one_stands_ready(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            await until(lambda: home.rows("SELECT 1 FROM due WHERE kind = 'calendar'"), "a plan")
            await jump_to(phone, 23, 30, weekday=2)
            (row,) = await until(
                lambda: home.rows("SELECT * FROM due WHERE key LIKE 'calendar/weekly/%'"
                                  " AND state = 'skipped'"), "the post was left out",
            )  # fmt: skip
            assert row["note"] == "more than 2h late"
            assert home.rows("SELECT 1 FROM due WHERE key LIKE 'calendar/weekly/%'"
                             " AND state = 'waiting'")  # fmt: skip

    run(scenario)


def test_a_post_out_of_its_dates_is_left_out_with_the_reason(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            brand(tmp_path)
            post = tmp_path / "content" / "groups" / "weekly.j2"
            text = post.read_text("utf-8").replace('origin = "BGC"',
                                                   'origin = "BGC"\nvalid_to = 2020-01-01')  # fmt: skip
            post.write_text(text, "utf-8")
            await jump_to(phone, 12, 0, weekday=1)
            async with opened(tmp_path, phone) as home:
                await jump_to(phone, 20, 0, weekday=2)
                (row,) = await until(
                    lambda: home.rows("SELECT * FROM due WHERE key LIKE 'calendar/weekly/%'"
                                      " AND state = 'skipped'"), "the post was left out",
                )  # fmt: skip
                assert "not valid on" in row["note"]

    run(scenario)
