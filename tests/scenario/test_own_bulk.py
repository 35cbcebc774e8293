"""Bulk messages that colleagues send on their own use up what the platform lets a customer get."""

from __future__ import annotations

from pathlib import Path

from bot.core.clock import DAY, HOUR
from bot.pipeline.loop import Bells
from bot.pipeline.ownbulk import OwnBulk
from bot.store import governor
from tests.scenario.house import platform, run
from tests.scenario.test_contacts import friends, office


def test_what_a_colleague_sends_on_his_own_is_counted_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            one, two, three = await friends(phone, 3)
            now = desk.clock.now()

            async def sends(*people: str) -> None:
                await phone.post("/staff/lin.xi/bulk", customers=list(people), text="周末见")

            async def counted() -> dict[str, int]:
                people = [one, two, three]
                return await desk.store.read(governor.own_bulk, people, now - 40 * DAY)

            worker = OwnBulk(desk.store, desk.contacts, desk.config, desk.clock, Bells())
            await sends(one, two)
            await worker.step(desk.clock.now())
            assert await counted() == {}, "the platform is still dispatching it"
            await desk.advance(60)
            again = await worker.step(desk.clock.now())
            assert again is not None
            assert await counted() == {one: 1, two: 1}
            await sends(one)
            assert await worker.step(desk.clock.now()) == again, "it is not time yet"
            assert await counted() == {one: 1, two: 1}
            await desk.advance(HOUR // 1_000)
            await worker.step(desk.clock.now())
            assert await counted() == {one: 2, two: 1}

    run(scenario)
