"""Two staff at the pages of the inbox and the persona race for one message: one answer each time."""

from __future__ import annotations

import asyncio
import random

import aiohttp
import pytest

from bot.core.clock import HOUR
from bot.store import audit, inbox
from bot.store.engine import Store
from tests.console.racing import STAFF, Desk
from tests.contract.conftest import Bench, PostgresBench, SqliteBench
from tests.contract.making import AT_ONCE, said
from tests.contract.race import ACCOUNT, PERSONA, WIRES
from tests.contract.test_race import ENDS, MOST
from tests.scenario.reception import NOW


async def race(desk: Desk, number: int) -> list[tuple[str, str]]:
    """One message of one member; who answered with which words."""
    message = said(number, at=desk.clock.now(), peer=f"wm{number}", account=ACCOUNT,
                   text="几天发货")  # fmt: skip
    await desk.desk.write(inbox.accept_all, [message], AT_ONCE)
    key, before = message.conversation, set(desk.platform.heard)
    desk.mood = random.Random(number)
    desk.platform.wire = WIRES[number % 3]
    release = {name: (number + place) % 2 == 0 for place, name in enumerate(STAFF)}
    actors = {name: (lambda name=name: desk.staff(name, key, release=release[name]))
              for name in STAFF} | {PERSONA: desk.persona}  # fmt: skip
    await desk.driver.run(actors, random.Random(number))
    desk.clock.advance(HOUR)
    for _ in range(3):
        await desk.work()
    new = [words for dedupe, words in desk.platform.heard.items() if dedupe not in before]
    desk.outcomes["the persona answered"] += any(who == "bot" for who, _ in new)
    trail = await desk.desk.read(audit.history, "conversation", key)
    takers = [row["actor"] for row in trail if row["event"] in ("take", "pick_up")]
    assert len(new) == 1, (number, new, desk.driver.path)
    assert new[0][0] == "bot" or new[0][0] in takers, (number, new, trail)
    desk.driver.path.clear()
    return new


async def races(mine: Store, theirs: Store, least: int) -> Desk:
    """So many races, and on until every end was met: which one a race takes is not quite the seed's."""
    desk = Desk(mine, theirs, NOW)
    runner, url = await desk.serve()
    jars = [aiohttp.CookieJar(unsafe=True) for _ in STAFF]
    language = {"Accept-Language": "en"}
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=jars[0], headers=language) as lin,
            aiohttp.ClientSession(cookie_jar=jars[1], headers=language) as chen,
        ):
            for http, name in zip((lin, chen), STAFF, strict=True):
                await desk.sign_in(http, url, name)
            for number in range(MOST):
                if number >= least and not missing(desk):
                    break
                await race(desk, number)
    finally:
        await runner.cleanup()
    return desk


def missing(desk: Desk) -> list[str]:
    return [end for end in ENDS if not desk.outcomes[end]]


def proven(desk: Desk) -> None:
    assert not missing(desk), (missing(desk), desk.outcomes)


def test_one_answer_each_time(db: Bench) -> None:
    proven(asyncio.run(races(db.store, db.store, 25 if isinstance(db, SqliteBench) else 10)))


@pytest.mark.soak
def test_a_thousand_races_at_the_pages(db: Bench) -> None:
    proven(asyncio.run(races(db.store, db.store, 1_000)))


@pytest.mark.soak
def test_a_thousand_races_with_the_pages_in_a_process_of_their_own(
    pg: PostgresBench, other: Store
) -> None:
    """What the console writes meets the persona's writes in the database alone."""
    proven(asyncio.run(races(pg.store, other, 1_000)))
