"""Tasks that wait for taps, against the platform: taken back and made again exactly once, whatever
dies in between; told, expired and counted at their minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import DAY, MINUTE
from bot.store import consent, inbox, outbox, people, pullback, tapdesk, turns
from bot.store.engine import Tx
from sandbox.world.load import DEFAULT
from tests.contract.making import AT_ONCE, LEASE, answer, nothing_said, said
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
moments_day = 100
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
    [(False, True), pytest.param(True, True, marks=pytest.mark.soak),
     pytest.param(True, False, marks=pytest.mark.soak),
     pytest.param(False, False, marks=pytest.mark.soak)],
)  # fmt: skip
def test_at_whatever_step_the_process_dies_everybody_gets_it_once(
    tmp_path: Path, after: bool, taps: bool
) -> None:
    """Every write and every call of taking back and making again is the last one of a process,
    before it is done or just ``after``; with ``taps`` the owner taps at that moment."""

    async def scenario() -> None:
        # so seldom that only the question after the stop sees a tap of the last moment
        async with crew(tmp_path, extra=GOVERNOR, tasks_every='"1m"') as home:
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


def test_nothing_is_made_again_before_the_platform_is_known_to_have_stopped_it(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            for kind in ("drop_after", "drop_before", "http500", "rate_limit"):
                await _stopped_late(home, kind)

    run(scenario)


async def _stopped_late(home: Crew, kind: str) -> None:
    who = await friends(home, 2)
    await waits(home, who, kind)
    await home.phone.post("/faults", on="api", kind=kind, path="cancel_groupmsg_send")
    await home.store.write(consent.opt_out, who[1], home.clock.now())
    await home.rounds(4)
    assert states(home, kind) == ["waiting"]
    (tap,) = home.rows("SELECT * FROM tap WHERE state <> 'over'")
    assert tap["state"] == "pulling" and tap["trouble"] and tap["tries"] > 0
    await home.phone.clear_faults()
    await home.advance(2 * MINUTE)
    await home.until(lambda: states(home, kind) == ["cancelled", "waiting"])
    await home.phone.post("/faults", on="api", kind=kind, path="get_groupmsg_task", n=3)
    (task,) = await home.phone.tasks("lin.xi")
    await home.tap(task)
    await home.until(lambda: states(home, kind) == ["cancelled", "sent"])
    await home.phone.clear_faults()
    await home.advance(2 * MINUTE)
    assert await home.got(who, kind) == [1, 0]


async def hears(home: Crew, who: str, number: int, **ends: Any) -> None:
    """He writes to the persona's kf account; with ``ends`` the turn is done, and how."""
    now = home.clock.now()
    words = said(number, at=now, peer=who, account="wkBANZHAN01")
    await home.store.write(inbox.accept_all, [words], AT_ONCE)
    for held in await home.store.write(turns.claim, now, "t", now + LEASE, 9, 5) if ends else ():
        await home.store.write(turns.finish, held, nothing_said(**ends), now)


def test_whoever_gives_a_reason_is_off_and_the_others_are_left_alone(tmp_path: Path) -> None:
    """A complaint, a question that stays open, a night elsewhere; and a question that is answered
    at once, which takes nobody off."""

    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            who = await friends(home, 4)
            await waits(home, who, "上新")
            at = home.clock.now()
            await hears(home, who[0], 1, waiting_since=at, waiting_why="complaint")
            await hears(home, who[1], 2, waiting_since=None)
            await home.store.write(answer_to, who[1], at)
            await home.until(lambda: len(states(home, "上新")) == 2)
            assert home.clock.now() - at < MINUTE
            await home.until(lambda: states(home, "上新") == ["cancelled", "waiting"])
            await hears(home, who[2], 3)
            asked = home.clock.now()
            await home.until(lambda: len(states(home, "上新")) == 3)
            assert 20_000 <= home.clock.now() - asked < MINUTE
            await home.until(lambda: states(home, "上新")[-1] == "waiting")
            await home.store.write(lambda tx: tx.run("member_zone", id=who[3],
                                                     zone="America/New_York"))  # fmt: skip
            await home.until(lambda: states(home, "上新")[3:] == ["waiting"])
            (task,) = await home.phone.tasks("lin.xi")
            assert task["targets"] == [who[1]]
            notes = {row["member"]: row["note"] for row in home.rows(
                "SELECT member, note FROM replies WHERE note <> 'again'")}  # fmt: skip
            assert notes == {who[0]: "open_complaint", who[2]: "open_question", who[1]: "",
                             who[3]: "quiet_hours"}  # fmt: skip

    run(scenario)


def answer_to(tx: Tx, who: str, now: int) -> None:
    """The persona answered him."""
    key = f"kf:wkBANZHAN01:{who}"
    outbox.note_said(tx, answer(1, peer=who, account="wkBANZHAN01", conversation=key,
                                state="sent"), now + 1)  # fmt: skip


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


@pytest.mark.parametrize("each", [2, pytest.param(40, marks=pytest.mark.soak)])
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


def test_of_two_moments_one_is_published_and_one_called_off_on_the_platform(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR + TIMES) as home:
            common: dict[str, Any] = {"kind": "moment", "channel": "moment"}
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


def test_of_two_equal_texts_the_one_that_never_arrived_is_not_taken_for_the_other(
    tmp_path: Path,
) -> None:
    """Two lots of one campaign: the first never came to the platform, the second did, and neither
    call was answered."""

    async def scenario() -> None:
        async with crew(tmp_path, extra=GOVERNOR) as home:
            who = await friends(home, 4)
            lots = (who[:2], who[2:])
            for kind, lot in zip(("drop_before", "drop_after"), lots, strict=True):
                path = "add_msg_template"
                await home.phone.post("/faults", on="api", kind=kind, path=path, n=1)
                await home.queue(lot, "上新", dedupe=kind)
                await home.until(lambda kind=kind: home.rows(  # type: ignore[misc]
                    "SELECT 1 FROM outbox WHERE dedupe = ? AND attempts = 1", kind))  # fmt: skip
            found = "SELECT state FROM outbox WHERE channel = 'contact' ORDER BY id"
            await home.until(
                lambda: [r["state"] for r in home.rows(found)] == ["unsure", "waiting"]
            )
            await home.advance(2 * HOUR)
            await home.rounds(2)
            (task,) = await home.phone.tasks("lin.xi")
            assert sorted(task["targets"]) == sorted(lots[1])
            await home.tap(task)
            await home.rounds(2)
            assert [r["state"] for r in home.rows(found)] == ["unsure", "sent"]
            assert await home.got(who, "上新") == [0, 0, 1, 1]
            desk = await home.store.read(tapdesk.desk, 0)
            assert [one.origin for one in desk.unsure] == ["campaign:spring:1"]

    run(scenario)
