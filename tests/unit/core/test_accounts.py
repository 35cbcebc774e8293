"""When staff are told that a robot has no connection."""

from __future__ import annotations

from bot.core.accounts import PATIENCE, Trouble, of_robots


def test_a_robot_is_offline_after_a_while_and_well_as_soon_as_it_is_back() -> None:
    now = 10_000_000
    lost = {"up": 0, "blink": now - PATIENCE + 1, "gone": now - PATIENCE}
    assert of_robots(lost, {"gone": "taken"}, now) == {
        "up": Trouble(), "gone": Trouble("offline", "taken"),
    }  # fmt: skip
