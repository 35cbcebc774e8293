"""A crowd: how much it does, that it is the same for the same seed, what it remembers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.sandbox.conftest import house
from tests.waiting import until

SCRIPT = {"per_minute": 60_000, "seconds": 0.1, "seed": 7, "repeats": 0.3}
KINDS = {"kf": 5, "add": 3, "app": 1, "tap": 1}


async def over(home: Any, crowd: str) -> dict[str, Any]:
    """The crowd's view once every delivery was made."""

    async def done() -> dict[str, Any] | None:
        found: dict[str, Any] = await home.see(f"/crowds/{crowd}")
        made = not found["running"] and found["deliveries"] == found["offered"]
        return found if made else None

    return await until(done, "every delivery is made", pause=0.01)


async def go(home: Any, **more: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    crowd = (await home.do("/crowds", SCRIPT | {"mix": KINDS} | more))["id"]
    return await over(home, crowd), await home.see(f"/crowds/{crowd}/acts")


def test_a_crowd_makes_so_many_deliveries_and_three_in_ten_are_repeats(play) -> None:
    async def story(home) -> None:
        seen, acts = await go(home)
        assert 100 <= seen["offered"] <= 101
        assert len(acts) == seen["acts"] == sum(seen["kinds"].values())
        assert 15 <= seen["offered"] - seen["acts"] <= 45
        assert sum(act["tries"] for act in acts) == seen["offered"]
        assert all(act["answered"] == act["tries"] for act in acts)
        assert len(set(home.receiver.texts)) == len(acts), "a repeat carries the same words"

    play(story)


def test_the_same_seed_makes_the_same_crowd() -> None:
    async def acts(**more: Any) -> list[tuple[Any, ...]]:
        async with house(**more) as home:
            _, found = await go(home, repeats=0)
            return [(act["kind"], act["who"], act["account"], act["key"]) for act in found]

    async def main() -> None:
        assert await acts() == await acts()

    asyncio.run(main())


def test_what_was_done_stands_in_the_truth_and_each_delivery_has_its_time(play) -> None:
    async def story(home) -> None:
        seen, acts = await go(home, mix={"kf": 1}, texts=["在吗"], kf=["wkBANZHAN02"])
        messages = (await home.see("/state?part=kf_messages"))["kf_messages"]
        assert {row["msgid"] for row in messages} == {act["key"] for act in acts}
        assert {row["text"]["content"] for row in messages} == {"在吗"}
        deliveries = await home.see("/crowds/crowd01/deliveries")
        assert len(deliveries) == seen["offered"]
        assert all(status == 200 and ms >= 0 for _, ms, status in deliveries)

    play(story)


@pytest.mark.parametrize("wrong", [{"mix": {"sing": 1}}, {"mix": {"kf": 0}}, {"repeats": 1}])
def test_a_script_that_makes_no_sense_is_refused(play, wrong) -> None:
    async def story(home) -> None:
        status, found = await home.control("POST", "/crowds", SCRIPT | wrong)
        assert status == 400 and found["error"]

    play(story)
