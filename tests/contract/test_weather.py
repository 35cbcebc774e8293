"""Weather that the brand tells of: friends who live there hear a kind word, once, on its day."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.clock import DAY
from bot.core.weather import Weather
from bot.core.weather import weather as understood
from bot.store import correcting, weather
from bot.store.engine import Tx
from tests.contract.conftest import Bench
from tests.contract.test_content_desk import CONFIG
from tests.contract.test_flows import MORNING, World, step

ZONE = CONFIG.timezone
TODAY = date(2026, 9, 22)


@pytest.fixture
def world(db: Bench) -> World:
    return World(db)


def lives(world: World, **cities: str) -> None:
    def write(tx: Tx) -> None:
        for member, city in cities.items():
            correcting.correct(tx, member, "city", city, world.now, "wu")

    world.db.write(write)


def test_who_lives_there_begins_the_flow_on_that_day_and_nobody_else(world: World) -> None:
    world.publish("cold", 'trigger = "weather:寒潮"\nonce = "event"', step("a", day=0))
    world.publish("any", 'trigger = "weather"\nonce = "year"', step("a", day=0))
    for n in range(1, 5):
        world.friend(f"wm{n}", at=world.now - 90 * DAY)
    lives(world, wm1="杭州", wm2="杭州市", wm3="成都")

    def tell(*told: Weather) -> list[Weather]:
        return world.db.write(weather.tell, told, "wu", world.now, ZONE)

    assert world.now == MORNING
    cold = Weather("杭州", "寒潮", TODAY)
    ahead = Weather("成都", "台风", date(2026, 9, 23))
    assert tell(cold, ahead) == [cold, ahead] and tell(cold) == []
    world.tick()
    assert set(world.runs("cold")) == set(world.runs("any")) == {"wm1", "wm2"}
    world.tick(DAY)
    assert set(world.runs("any")) == {"wm1", "wm2", "wm3"} and "wm3" not in world.runs("cold")
    found = world.db.read(weather.latest)
    assert [(row["kind"], row["begun"]) for row in found] == [("台风", 1), ("寒潮", 4)]
    assert [row["kind"] for row in world.db.read(weather.ahead, "成都", date(2026, 9, 23))] == [
        "台风"
    ]
    assert world.db.read(weather.ahead, "", TODAY) == []


def test_news_that_come_too_late_and_flows_that_are_gone_begin_nothing(world: World) -> None:
    world.friend("wm1", at=world.now - 90 * DAY)
    lives(world, wm1="杭州")
    world.db.write(weather.tell, [Weather("杭州", "大雪", TODAY)], "wu", world.now, ZONE)
    world.tick(2 * DAY)
    [row] = world.db.look("SELECT state, note FROM due WHERE kind = 'weather'")
    assert (row["state"], row["note"]) == ("skipped", "the day is over")
    told = Weather("杭州", "寒潮", date(2026, 9, 24))
    world.db.write(weather.tell, [told], "wu", world.now, ZONE)
    world.tick()
    assert "no flow begins with it" in [
        row["note"] for row in world.db.look("SELECT note FROM due WHERE kind = 'weather'")]  # fmt: skip


@pytest.mark.parametrize(("cells", "fault"), [
    ({"city": "", "kind": "寒潮"}, "city"), ({"city": "杭 州", "kind": "寒潮"}, "city"),
    ({"city": "杭州", "kind": "寒朝"}, "寒潮"), ({"city": "杭州", "kind": "寒潮", "day": "x"}, "no day"),
    ({"city": "杭州", "kind": "寒潮", "day": "2026-09-21"}, "over"),
    ({"city": "杭州", "kind": "寒潮", "day": "2026-12-21"}, "30 days"),
])  # fmt: skip
def test_what_cannot_be_understood_is_told(cells: dict[str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        understood(cells, TODAY)
    assert understood({"city": "杭州市", "kind": "高温"}, TODAY) == Weather("杭州", "高温", TODAY)
