"""The page of rewards over real HTTP: what waits is decided there, and every button does what it
says once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.community.runs import plan
from bot.core.clock import HOUR
from bot.store import circling, coupons, people, rewardbook, taking_part
from bot.store.answers import Who
from bot.store.engine import Row, Tx
from bot.store.entering import begin
from scheduler.activities import moment
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

ZONE = "Asia/Shanghai"
ACTIVITY = (
    'id = "last"\ntitle = "<b>最后</b>"\ncircle = "tea"\nkind = "register"\n'
    '[when]\nannounce = "{at}"\nclose = "2d"\n'
    '[[rewards]]\nid = "cup"\ntitle = "杯垫"\nhow = "thing"\nto = "all"\nstock = 4\ncents = 500\n'
    '[[rewards]]\nid = "ten"\ntitle = "茶券"\nhow = "coupon"\nto = "all"\ncoupons = "spring"\n'
)
CIRCLE = 'id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\n'


def settle(tx: Tx, made: object, n: int) -> None:
    """Somebody of the circle takes part; the third and fourth on the same device."""
    now = NOW + HOUR + n
    people.ensure_member(tx, f"wm{n}", NOW - HOUR * 24 * 3, f"客人{n}")
    circling.admit(tx, "tea", f"wm{n}", now, rule="staff", actor="lin")
    who = Who(member=f"wm{n}", zone=ZONE, device="d2" if n in (2, 3) else f"e{n}")
    taking_part.sign_up(tx, made, who, now)  # type: ignore[arg-type]


async def open_house(desk: Reception) -> None:
    at = "2026-09-21 22:00"
    assert abs((moment(at, ZONE) or 0) - NOW) < 24 * HOUR
    for kind, name, text in (("circle", "tea", CIRCLE),
                             ("activity", "last", ACTIVITY.format(at=at))):  # fmt: skip
        await desk.store.write(publishing.publish, kind, name, {f"{name}.toml": text}, "disk", NOW)
    library = await desk.publish()
    made = library.cast.activities["last"]
    await desk.store.write(coupons.add, "spring", ["TEA-0001"], NOW, "lin")
    await desk.store.write(begin, plan(made, moment(at, ZONE) or 0, ZONE), ZONE, NOW)
    for n in range(5):
        await desk.store.write(settle, made, n)
    desk.clock.advance(2 * HOUR)


async def held(desk: Reception) -> list[Row]:
    return await desk.store.read(rewardbook.page, state="held")


def test_a_lead_decides_what_is_held_and_others_only_look(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("lead") as lead, desk.signed_in("service") as service:
                page = await lead.get("/rewards")
                assert page.said("&lt;b&gt;最后&lt;/b&gt;") and page.said("none left")
                assert page.said("on the same device as somebody else")
                row = (await held(desk))[0]
                seen = await service.get("/rewards")
                assert seen.said("Handed over") and not seen.said(">Accept<")
                refused = await service.post("/rewards/act", g=row["id"], do="accept")
                assert refused.status == 403 and len(await held(desk)) == 1
                bare = await lead.post("/rewards/act", g=row["id"], do="refuse", why=" ")
                assert (await lead.get(bare.location.removeprefix("/console"))).said("Say why")
                done = await asyncio.gather(*(
                    lead.post("/rewards/act", g=row["id"], do="accept", here="list")
                    for _ in range(2)))  # fmt: skip
                assert [one.status for one in done] == [303, 303]
                states = await desk.store.read(rewardbook.counts)
                assert states == {"granted": 4, "sent": 1, "failed": 5}
                one = await lead.get(f"/rewards/one?g={row['id']}")
                assert one.said("taken part") or one.said("took part")
                await service.post("/rewards/act", g=row["id"], do="hand", why="周六店里")
                states = await desk.store.read(rewardbook.counts)
                assert states["sent"] == 2

    run(scenario)


def test_codes_are_taken_whole_and_files_are_safe(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("lead") as lead:
                await lead.get("/rewards")
                bad = await lead.post("/rewards/codes", pool="spring", codes="TEA-2\nx y\n")
                assert (await lead.get(bad.location.removeprefix("/console"))).said("line 2")
                await lead.post("/rewards/codes", pool="spring", codes="TEA-2\nTEA-0001\n")
                pools = await desk.store.read(coupons.count)
                assert [(row["pool"], row["n"], row["free"]) for row in pools] == [("spring", 2, 1)]
                sheet = await lead.get("/rewards/grants.csv?s=failed")
                assert sheet.text.count("codes") == 4 and "TEA-0001" not in sheet.text
                assert (await lead.get("/rewards?s=nonsense")).status == 404

    run(scenario)
