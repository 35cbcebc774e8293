"""A campaign in the whole house: it waits for taps, one owner taps, the rest is stopped, and the
ledger says what the platform says."""

from __future__ import annotations

from pathlib import Path

from bot.library.speech import Setting
from bot.store.engine import Tx
from bot.workers import Parts
from scheduler import steering
from tests.scenario.house import House, brand, opened, platform, run, until
from tests.scenario.test_schedule import befriend, jump_to, task_of

FILE = (
    'id = "hello"\ndo = "care"\npersona = "tester"\ntemplate = "care/day3"\n'
    'audience = "joined<1h"\n'
)
SAID = "第 3 天的问候：今天喝水了吗？"


def parts_of(home: House) -> Parts:
    assert home.app.parts is not None
    return home.app.parts


def states(home: House) -> dict[str, int]:
    """The ledger in numbers."""
    rows = home.rows("SELECT state, COUNT(*) AS n FROM recipient GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


def test_who_was_tapped_for_has_it_and_the_rest_is_taken_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            brand(tmp_path)
            (tmp_path / "content" / "campaigns").mkdir()
            (tmp_path / "content" / "campaigns" / "hello.toml").write_text(FILE, "utf-8")
            await jump_to(phone, 12, 0, weekday=1)
            async with opened(tmp_path, phone) as home:
                await home.follows()
                parts = parts_of(home)
                first = await befriend(phone, "lin.xi", 2)
                second = await befriend(phone, "chen.mo", 2)

                def begin(tx: Tx) -> None:
                    now = parts.clock.now()
                    setting = Setting.of(parts.config, parts.library.cast, now)
                    steering.approve(tx, setting, "hello", "wu")
                    steering.start(tx, setting, "hello", "wu")

                await parts.store.write(begin)
                home.app.bells.ring_all()
                task = await task_of(phone, "lin.xi", "bulk_single")
                other = await task_of(phone, "chen.mo", "bulk_single")
                assert (sorted(task["targets"]), sorted(other["targets"])) == (first, second)  # type: ignore[call-overload]
                await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
                await until(lambda: states(home) == {"sent": 2, "queued": 2}, "results came in")
                await parts.store.write(steering.stop, "hello", parts.clock.now(), "wu", "够了")
                home.app.bells.ring_all()
                await until(
                    lambda: states(home) == {"sent": 2, "cancelled": 2}, "it was taken back"
                )
                assert [t["status"] for t in await phone.tasks("chen.mo")] != ["unsent"]
                for who in first:
                    assert (await phone.texts(who))[-1] == SAID
                for who in second:
                    assert SAID not in await phone.texts(who)
                (row,) = home.rows("SELECT state, note FROM campaign")
                assert (row["state"], row["note"]) == ("stopped", "够了")

    run(scenario)
