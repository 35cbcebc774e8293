"""The task desk and the page of an account's owner over real HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.core.body import Text
from bot.core.clock import DAY, HOUR
from bot.core.model import TapResult, TapStatus
from bot.core.taptime import Timing
from bot.store import outbox, pullback, taps, tapwatch
from bot.store.outbox import Receiver
from bot.store.pullback import Pull
from tests.contract.making import LEASE, WINDOW, task
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

TIMING = Timing(deadline=DAY, reminders=(HOUR,), escalate=2 * HOUR)


async def waits(house: Reception, number: int, text: str, account: str, **more: Any) -> int:
    """A task that waits for an account's owner."""
    people = [Receiver(f"wm{account}{n}", f"wm{account}{n}") for n in range(3)]
    row = task(number, body=Text(text), lane=f"contact:{account}/bulk", account=account,
               dedupe=f"b/{account}/{number}", **more)  # fmt: skip
    made = await house.store.write(outbox.enqueue, row, NOW, people)
    assert made is not None
    batch = await house.store.write(outbox.claim, "bulk", NOW, "l", NOW + LEASE, 9, WINDOW)
    (claimed,) = batch.rows
    verdict = outbox.Verdict("human", NOW, provider_id=f"m{made}")
    await house.store.write(outbox.finish, claimed, verdict, NOW)
    await house.store.write(taps.open_new, NOW, TIMING)
    return made


async def made_again(house: Reception, id: int, member: str) -> int:
    row = await house.store.read(tapwatch.task, id)
    assert row is not None
    wish = Pull(why="open_complaint", again_at=NOW, drops={member: "open_complaint"})
    await house.store.write(pullback.pull, row, wish, NOW)
    made = await house.store.write(pullback.settle, row, TapStatus(done=False), NOW)
    assert made is not None
    return made


def test_leads_see_all_owners_only_their_own_and_stopping_is_asked_of_the_platform(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as su,
            house.signed_in("readonly") as guest,
            house.browser() as lin,
        ):
            assert (await su.get("/tasks")).said("Nothing waits for a tap")
            first = await waits(house, 1, "周末上新<b>", "lin.xi")
            second = await waits(house, 2, "早安", "chen.mo", kind="promo")
            page = await su.get("/tasks")
            assert (
                page.said("周末上新&lt;b&gt;") and page.said("早安") and page.said("reached 0 / 3")
            )
            assert not (await su.get("/tasks?account=lin.xi")).said("早安")
            await house.add("lin", "service", userid="lin.xi")
            assert (await lin.sign_in("lin")).status == 303
            mine = await lin.get("/tasks/mine")
            assert mine.said("周末上新&lt;b&gt;") and not mine.said("早安")
            assert (await lin.get("/tasks")).status == 403
            assert (await guest.get("/tasks/mine")).said("no WeCom userid")
            page = await guest.get(f"/tasks/{first}")
            assert page.said("3 customers") and not page.said("Stop this task")
            assert (await guest.post(f"/tasks/{first}/stop")).status == 403
            await su.get(f"/tasks/{first}")
            assert (
                await su.post(f"/tasks/{first}/stop", why="价格错了")
            ).location == "/console/tasks"
            assert (await su.get("/tasks")).said("being taken back")
            row = await house.store.read(tapwatch.task, first)
            assert row is not None
            await house.store.write(pullback.settle, row, TapStatus(done=False), NOW)
            page = await su.get(f"/tasks/{first}")
            assert page.said("价格错了") and page.said("taken back")
            assert (await lin.get("/tasks/mine")).said("Nothing waits for your tap")
            await su.post(f"/tasks/{first}/stop")
            assert (await su.get("/tasks")).said("This task is over already")
            assert (await su.get("/tasks/999")).status == 404
            await _reached(house, second, su)

    run(scenario)


async def _reached(house: Reception, id: int, su: Any) -> None:
    """One is left out, the rest is tapped: who got it, who did not, and why."""
    again = await made_again(house, id, "wmchen.mo1")
    page = await su.get(f"/tasks/{id}")
    assert page.said("has an open complaint") and page.said("moved to the new task")
    assert page.said(f"made again as {again}") and page.said("without 1")
    assert (await su.get("/tasks")).said("on its way")
    batch = await house.store.write(outbox.claim, "bulk", NOW, "l", NOW + LEASE, 9, WINDOW)
    for row in batch.rows:
        await house.store.write(outbox.finish, row, outbox.Verdict("human", NOW, provider_id="x"),
                                NOW)  # fmt: skip
    await house.store.write(taps.open_new, NOW, TIMING)
    row = await house.store.read(tapwatch.task, again)
    assert row is not None
    results = (TapResult(peer="wmchen.mo0", ok=True),
               TapResult(peer="wmchen.mo2", ok=False,
                         note="not a friend of this account any more"))  # fmt: skip
    await house.store.write(taps.report, row, TapStatus(done=True, tapped=True, results=results),
                            NOW)  # fmt: skip
    page = await su.get(f"/tasks/{again}")
    assert page.said("reached 1 / 2") and page.said("no friend any more") and page.said("made 2×")
    assert (await su.get("/tasks")).said("Done in the last three days")
