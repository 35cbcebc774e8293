"""Whether somebody stands behind an account, asked of a platform over real HTTP."""

from __future__ import annotations

from pathlib import Path

from bot.pipeline.standing import EVERY, START, Standing
from bot.store import troubles
from tests.scenario.house import House, house, platform, run

KF = "wkBANZHAN01"


async def found(home: House, looks: Standing, now: int) -> dict[tuple[str, str], tuple[str, str]]:
    assert home.app.parts is not None
    assert await looks.step(now) == now + EVERY
    rows = await home.app.parts.store.read(troubles.standing)
    return {(row["channel"], row["account"]): (row["code"], row["detail"]) for row in rows}


def test_servicers_and_owners_that_are_gone_are_found_and_found_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, roles=("web",)) as home:
            parts = home.app.parts
            assert parts is not None
            now, api = parts.clock.now(), parts.gateway._with("kf").api
            looks = Standing(parts.store, parts.gateway, parts.library, parts.bells)
            assert await looks.step(now) == now + START
            before = await found(home, looks, now)
            assert ("kf", KF) not in before and ("contact", "lin.xi") not in before
            served = (await api.call("kf/servicer/list", open_kfid=KF))["servicer_list"]
            people = {"open_kfid": KF, "userid_list": [row["userid"] for row in served]}
            await api.call("kf/servicer/del", people)
            await phone.post("/staff/lin.xi/resign")
            after = await found(home, looks, now + EVERY)
            assert after["kf", KF] == ("no_servicer", "")
            assert after["contact", "lin.xi"][0] in ("owner_left", "owner_disabled")
            # the platform does not answer: what was known stays
            await phone.post("/faults", on="api", kind="http500", path="kf/servicer/list", n=9)
            assert (await found(home, looks, now + 2 * EVERY))["kf", KF] == ("no_servicer", "")
            await phone.clear_faults()
            await api.call("kf/servicer/add", people)
            assert ("kf", KF) not in await found(home, looks, now + 3 * EVERY)
            trail = home.rows("SELECT event, before, after FROM audit WHERE subject = ? ORDER BY id",
                              f"account:kf:{KF}")  # fmt: skip
            assert [tuple(row.values()) for row in trail] == [
                ("trouble", "", "no_servicer"), ("well", "no_servicer", "")]  # fmt: skip

    run(scenario)
