"""Remarks and tags that staff change here go to the platform, unless the client was faster: then
both are shown, and nobody is overwritten before a person decides."""

from __future__ import annotations

from pathlib import Path

from bot.pipeline.loop import Bells
from bot.pipeline.wishes import Wishes
from bot.store import contacts, wishes
from tests.scenario.house import platform, run
from tests.scenario.test_contacts import Office, friends, office


def worker(desk: Office) -> Wishes:
    return Wishes(desk.store, desk.contacts, desk.config, desk.clock, Bells())


async def step(desk: Office) -> None:
    await worker(desk).step(desk.clock.now())


async def wish(desk: Office, who: str, ours: str) -> bool:
    return await desk.store.write(wishes.note, who, "lin.xi", wishes.REMARK, ours,
                                  desk.clock.now(), "wang")  # fmt: skip


async def there(desk: Office, who: str) -> str:
    person = await desk.contacts.people.get(who)
    assert person is not None
    return person.follows[0].remark


def test_both_sides_change_a_remark(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            (who,) = await friends(phone, 1)
            await desk.sync_whole()
            assert await wish(desk, who, "周-B栋")
            await step(desk)
            assert (
                await there(desk, who) == "周-B栋" and desk.rows("SELECT * FROM friend_wish") == []
            )
            assert not await wish(desk, who, "周-B栋")

            assert await wish(desk, who, "周姐")
            await phone.post("/staff/lin.xi/remark", customer=who, remark="老周")
            await step(desk)
            (both,) = await desk.store.read(wishes.of, who)
            assert (both["ours"], both["theirs"]) == ("周姐", "老周")
            await step(desk)
            assert await there(desk, who) == "老周"
            await desk.store.write(wishes.decide, who, "lin.xi", wishes.REMARK, True,
                                   desk.clock.now(), "wang")  # fmt: skip
            await step(desk)
            assert await there(desk, who) == "周姐" and await desk.store.read(wishes.of, who) == []

            assert await wish(desk, who, "x" * 21)
            await step(desk)
            (row,) = await desk.store.read(wishes.of, who)
            assert "20" in row["note"] and await there(desk, who) == "周姐"

    run(scenario)


def test_a_tag_is_worn_because_either_side_wants_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            (who,) = await friends(phone, 1)
            await desk.sync_whole()
            (hot,) = (tag.id for tag in (await desk.contacts.tags.add("意向", ["热"])).tags)
            now = desk.clock.now()
            assert await desk.store.write(wishes.tag, who, "lin.xi", hot, True, now, "wang")
            await step(desk)
            assert await desk.store.read(contacts.tags_of, who) == {"lin.xi": [hot]}
            assert not await desk.store.write(wishes.tag, who, "lin.xi", hot, True, now, "wang")
            assert await desk.store.write(wishes.tag, who, "lin.xi", hot, False, now, "wang")
            await phone.post("/staff/lin.xi/tag", customer=who, remove=[hot])
            await step(desk)
            assert desk.rows("SELECT * FROM friend_wish") == []
            assert await desk.store.write(wishes.tag, who, "lin.xi", "gone", True, now, "wang")
            await step(desk)
            (row,) = await desk.store.read(wishes.of, who)
            assert "40068" in row["note"]

    run(scenario)
