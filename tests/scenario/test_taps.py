"""Tasks that wait for taps, against the platform: taken back and made again exactly once, whatever
dies in between; told, expired and counted at their minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import MINUTE
from bot.store import consent, people
from tests.scenario.house import run
from tests.scenario.tapcrew import Crew, Fuse, crew

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
"""


async def friends(home: Crew, n: int, account: str = "lin.xi") -> list[str]:
    made = await home.phone.customers(n)
    for who in made:
        await home.phone.post(f"/customers/{who}/add", userid=account)
        await home.store.write(people.ensure_member, who, home.clock.now())
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
