"""Tasks that wait for taps, against the platform: taken back and made again exactly once, whatever
dies in between; told, expired and counted at their minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import DAY, MINUTE
from bot.store import consent, people, pullback, tapdesk
from sandbox.world.load import DEFAULT
from tests.scenario.house import run, until
from tests.scenario.tapcrew import HOUR, NOON, Crew, Fuse, crew

GOVERNOR = """
[governor]
day = 100
week = 1000
month = 1000
promo_day = 100
promo_week = 1000
promo_month = 1000
trust_contacts = 0
ratio = 0
platform_month = 1000
"""


async def friends(home: Crew, n: int, account: str = "lin.xi") -> list[str]:
    made = await home.phone.customers(n)
    for who in made:
        await home.phone.post(f"/customers/{who}/add", userid=account)
        await home.store.write(people.ensure_member, who, home.clock.now())
        await home.store.write(people.befriend, who, account, home.clock.now() - 30 * DAY)
    return made


def states(home: Crew, text: str) -> list[str]:
    rows = home.rows("SELECT state FROM outbox WHERE dedupe = ? OR dedupe LIKE ? ORDER BY id",
                     text, text + "#%")  # fmt: skip
    return [row["state"] for row in rows]


async def waits(home: Crew, who: list[str], text: str) -> dict[str, Any]:
    await home.queue(who, text)
    await home.until(lambda: home.rows(
        "SELECT 1 FROM tap t JOIN outbox o ON o.id = t.outbox"
        " WHERE t.state = 'open' AND o.dedupe = ?", text))  # fmt: skip
    task = await home.open_task()
    assert task is not None and sorted(task["targets"]) == sorted(who)
    return task


def test_whoever_opts_out_is_off_the_task_within_a_minute(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            who = await friends(home, 3)
            await waits(home, who, "上新")
            at = home.clock.now()
            await home.store.write(consent.opt_out, who[1], at)
            await home.until(lambda: states(home, "上新") == ["cancelled", "waiting"])
            assert home.clock.now() - at < MINUTE
            (left,) = await home.phone.tasks("lin.xi")
            assert sorted(left["targets"]) == [who[0], who[2]]
            await home.tap(left)
            await home.until(lambda: states(home, "上新") == ["cancelled", "sent"])
            assert await home.got(who, "上新") == [1, 0, 1]
            (tap,) = home.rows("SELECT * FROM tap WHERE generation = 2")
            assert (tap["targets"], tap["covered"], tap["state"]) == (2, 2, "over")

    run(scenario)


@pytest.mark.parametrize(
    ("after", "taps"),
    [(True, True), (False, False), pytest.param(True, False, marks=pytest.mark.soak),
     pytest.param(False, True, marks=pytest.mark.soak)],
)  # fmt: skip
def test_at_whatever_step_the_process_dies_everybody_gets_it_once(
    tmp_path: Path, after: bool, taps: bool
) -> None:
    """Every write and every call of taking back and making again is the last one of a process,
    before it is done or just ``after``; with ``taps`` the owner taps at that moment."""

    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            step, burnt = 0, True
            while burnt:
                step += 1
                burnt = await _dies(home, step, after, taps)
            assert step > 8, "there are so many places to die at"

    run(scenario)


async def _dies(home: Crew, step: int, after: bool, taps: bool) -> bool:
    """One task, one process that dies at a step, and the next ones; False when it came through."""
    text, who = f"上新{step}", await friends(home, 3)
    await waits(home, who, text)
    await home.store.write(consent.opt_out, who[1], home.clock.now())
    home.start(fuse := Fuse(left=step, after=after))
    tapped = False
    while not (_rests(home, text) and (fuse.burnt or len(states(home, text)) > 1)):
        await home.rounds(1)
        if taps and fuse.burnt and not tapped and (task := await home.open_task()):
            await home.tap(task)
            tapped = True
    await _judge(home, who, text, tapped)
    return fuse.burnt


def _rests(home: Crew, text: str) -> bool:
    """True when nothing of it is under way."""
    busy = {"ready", "sending"} & set(states(home, text))
    return not busy and not home.rows("SELECT 1 FROM tap WHERE state = 'pulling'")


async def _judge(home: Crew, who: list[str], text: str, tapped: bool) -> None:
    """The sandbox's truth against the reply log and the tasks."""
    if not tapped and (task := await home.open_task()):
        assert sorted(task["targets"]) == [who[0], who[2]], "never with him"
        await home.tap(task)
    await home.until(lambda: not {"waiting"} & set(states(home, text)))
    got = await home.got(who, text)
    found = states(home, text)
    if found[-1] == "unsure":  # its creation never arrived: listed, and sent to nobody
        assert got == [0, 0, 0]
    elif tapped and found == ["sent"]:
        assert got == [1, 1, 1], "the tap came before the platform stopped it"
    else:
        assert got == [1, 0, 1]
        assert found == ["cancelled", "sent"]
    told = {row["member"]: row["n"] for row in home.rows(
        "SELECT member, COUNT(*) AS n FROM replies WHERE text = ? AND status = 'sent'"
        " GROUP BY member", text)}  # fmt: skip
    assert [told.get(one, 0) for one in who] == got, "the reply log tells the same"
    assert await home.phone.tasks("lin.xi") == []


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "http500", "rate_limit"])
def test_nothing_is_made_again_before_the_platform_is_known_to_have_stopped_it(
    tmp_path: Path, kind: str
) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            who = await friends(home, 2)
            await waits(home, who, "上新")
            await home.phone.post("/faults", on="api", kind=kind, path="cancel_groupmsg_send")
            await home.store.write(consent.opt_out, who[1], home.clock.now())
            await home.rounds(4)
            assert states(home, "上新") == ["waiting"]
            (tap,) = home.rows("SELECT state, trouble, tries FROM tap")
            assert tap["state"] == "pulling" and tap["trouble"] and tap["tries"] > 0
            await home.phone.clear_faults()
            await home.advance(2 * MINUTE)
            await home.until(lambda: states(home, "上新") == ["cancelled", "waiting"])
            await home.phone.post("/faults", on="api", kind=kind, path="get_groupmsg_task", n=3)
            (task,) = await home.phone.tasks("lin.xi")
            await home.tap(task)
            await home.until(lambda: states(home, "上新") == ["cancelled", "sent"])
            assert await home.got(who, "上新") == [1, 0]

    run(scenario)


OWNERS = ("lin.xi", "chen.mo", "su.he", "zhou.yan", "gu.song", "xu.man", "bai.lu", "qin.yue")
TIMES = """
[taps]
deadline = "6h"
remind_after = ["1h", "2h"]
escalate_after = "3h"
[service]
alarm_to = ["he.qing"]
"""


def eight(folder: Path) -> Path:
    """The sample world with eight members of the staff who have customers."""
    more = "".join(f'[[staff]]\nuserid = "{x}"\nname = "{x}"\ncan_add = true\n' for x in OWNERS[6:])
    path = folder / "world.toml"
    path.write_text(DEFAULT.read_text("utf-8") + more, "utf-8")
    return path


async def told(home: Crew, n: int) -> list[tuple[str, str]]:
    """(userid, text) of every message of the application, in order, once there are so many. The
    platform lists a call a moment after it has answered it."""

    async def look() -> list[dict[str, Any]] | None:
        calls = await home.phone.calls("message/send")
        return calls if len(calls) >= n else None

    calls = await until(look, f"{n} messages") if n else await home.phone.calls("message/send")
    assert len(calls) == n
    return [(call["body"]["touser"], call["body"]["text"]["content"]) for call in calls]


@pytest.mark.parametrize("each", [4, pytest.param(40, marks=pytest.mark.soak)])
def test_every_owner_sees_his_own_and_everything_comes_at_its_minute(
    tmp_path: Path, each: int
) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR + TIMES, world=eight(tmp_path)) as home:
            at = home.clock.now()
            who = {x: await friends(home, 2, x) for x in OWNERS}
            for x in OWNERS:
                for n in range(each):
                    await home.queue(who[x], f"{x} {n}", lane=f"contact:{x}/bulk", account=x,
                                     peer=x, operator=x, kind="care")  # fmt: skip
            open_rows = "SELECT 1 FROM tap WHERE opened_at IS NOT NULL"
            while len(home.rows(open_rows)) < 8 * each:
                await home.rounds(1, every=0)
            for x in OWNERS:  # one taps, and a friend of his has left
                await home.phone.post(f"/customers/{who[x][1]}/delete", userid=x)
                await home.tap((await home.phone.tasks(x))[0])
            await home.advance(HOUR - 2 * MINUTE)
            await home.rounds(2, every=MINUTE)
            await told(home, 0)
            await home.round()
            first = await told(home, 8)
            assert sorted(x for x, _ in first) == sorted(OWNERS)
            assert all(f"有 {each - 1} 个任务等你点发" in text for _, text in first)
            assert len(await home.phone.calls("remind_groupmsg_send")) == 8 * (each - 1)
            await home.advance(at + 3 * HOUR - MINUTE - home.clock.now())
            await home.rounds(1, every=MINUTE)
            assert sorted(x for x, _ in (await told(home, 16))[8:]) == sorted(OWNERS)
            await home.round()
            to, text = (await told(home, 17))[-1]
            assert to == "he.qing"
            assert f"有 {8 * (each - 1)} 个任务一直没有人点发" in text
            await _each_his_own(home)
            await home.advance(at + 6 * HOUR - MINUTE - home.clock.now())
            await home.rounds(1, every=MINUTE)
            assert len(home.rows("SELECT 1 FROM outbox WHERE state = 'waiting'")) == 8 * (each - 1)
            await home.rounds(3)
            found = home.rows("SELECT state, COUNT(*) AS n FROM outbox WHERE channel = 'contact'"
                              " GROUP BY state ORDER BY state")  # fmt: skip
            assert {r["state"]: r["n"] for r in found} == {"expired": 8 * (each - 1), "sent": 8}
            assert [await home.phone.tasks(x) for x in OWNERS] == [[]] * 8
            await _each_his_own(home)

    run(scenario)


async def _each_his_own(home: Crew) -> None:
    """What the desk shows of each owner against the sandbox's truth."""
    for x in OWNERS:
        found = await home.store.read(tapdesk.desk, 0, x)
        mine = [*found.standing, *found.done]
        assert {one.account for one in mine} == {x}
        truth = {task["ref"]: task for task in await home.phone.get(f"/staff/{x}/tasks?all=1")}
        names = {r["id"]: r["provider_id"] for r in home.rows("SELECT id, provider_id FROM outbox")}
        assert {names[one.outbox] for one in mine} == truth.keys()
        for one in mine:
            task = truth[names[one.outbox]]
            results = list(task["results"].values())
            assert (one.covered, one.targets) == (results.count(1), len(task["targets"]))
            assert (one.state == "open") == (task["status"] == "waiting")


def test_what_nobody_tapped_is_away_at_night_and_back_in_the_morning(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR, at=NOON + 9 * HOUR) as home:
            who = await friends(home, 2)
            await home.queue(who, "上新")
            await home.queue(["wrBANZHAN01"], "晚上好", channel="group", kind="group_post",
                             lane="group:lin.xi/bulk", dedupe="post")  # fmt: skip
            await home.rounds(3)
            await home.advance(20 * MINUTE - 20_000)
            await home.rounds(1, every=0)
            kinds = {task["kind"] for task in await home.phone.tasks("lin.xi")}
            assert kinds == {"bulk_single", "bulk_group"}
            await home.advance(10_000)
            await home.rounds(3)
            assert home.clock.now() < NOON + 9 * HOUR + 30 * MINUTE, "before the night begins"
            (left,) = await home.phone.tasks("lin.xi")
            assert left["kind"] == "bulk_group", "a group may read it when it likes"
            assert states(home, "上新") == ["cancelled", "ready"]
            for _ in range(11):
                await home.advance(HOUR)
                await home.round()
                assert "bulk_single" not in {t["kind"] for t in await home.phone.tasks("lin.xi")}
            await home.advance(NOON + 20 * HOUR + 30 * MINUTE - home.clock.now())
            await home.rounds(2)
            (back,) = [t for t in await home.phone.tasks("lin.xi") if t["kind"] == "bulk_single"]
            assert sorted(back["targets"]) == sorted(who)
            await home.tap(back)
            await home.rounds(2)
            assert await home.got(who, "上新") == [1, 1]

    run(scenario)


def test_a_moment_and_a_post_expire_and_are_called_off_on_the_platform(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=TIMES) as home:
            common: dict[str, Any] = {"persona": "", "kind": "moment", "channel": "moment"}
            await home.queue(["lin.xi"], "早", lane="moment:lin.xi/bulk", **common)
            late = await home.queue(["lin.xi"], "晚", lane="moment:lin.xi/bulk", **common)
            await home.rounds(2)
            assert len(await home.phone.tasks("lin.xi")) == 2
            await home.tap((await home.phone.tasks("lin.xi"))[0])
            await home.store.write(pullback.call_off, late, "stopped", home.clock.now(), "chief")
            await home.rounds(3)
            rows = home.rows("SELECT state, note FROM outbox WHERE channel = 'moment' ORDER BY id")
            assert [(r["state"], r["note"]) for r in rows] == [("sent", ""),
                                                               ("cancelled", "stopped")]  # fmt: skip
            assert await home.phone.tasks("lin.xi") == []

    run(scenario)
