"""Robots in config.toml: where they connect, what they must know, what cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.core.body import Text
from bot.core.clock import ManualClock
from bot.core.config import Config, load_config
from bot.core.errors import BadInput
from bot.core.model import Later, Never, Outbound, Outcome
from bot.wecom.robot.account import accounts, robot_doors
from bot.wecom.robot.robots import Robots

BASE = """
[wecom]
mode = "{mode}"
corp_id = "ww1"
[wecom.apps.assistant]
agent_id = 1
"""


def config(folder: Path, robots: str, mode: str = "sandbox") -> Config:
    path = folder / "config.toml"
    path.write_text(BASE.format(mode=mode) + robots, "utf-8")
    return load_config(path)


def robot(name: str, bot_id: str, **more: str) -> str:
    lines = [f"[wecom.robots.{name}]", f'bot_id = "{bot_id}"']
    return "\n".join([*lines, *(f'{k} = "{v}"' for k, v in more.items()), ""])


def test_with_the_sandbox_the_socket_lies_beside_the_api(tmp_path: Path) -> None:
    (desk,) = accounts(config(tmp_path, robot("desk", "A1")), "http://127.0.0.1:8090/")
    assert (desk.url, desk.secret) == ("ws://127.0.0.1:8090/aibot", "sandbox-robot-secret")
    assert desk.secret not in repr(desk)


def test_live_it_is_the_platforms_or_the_configured_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S", "s1")
    found = config(tmp_path, robot("a", "A1", secret_env="S")
                   + robot("b", "A2", secret_env="S", url="wss://own"), "live")  # fmt: skip
    assert [x.url for x in accounts(found, "https://x")] == [
        "wss://openws.work.weixin.qq.com", "wss://own"]  # fmt: skip


def test_live_a_secret_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"wecom\.robots\.desk\.secret"):
        accounts(config(tmp_path, robot("desk", "A1", secret_env="NOBODY_SET_IT"), "live"), "")


def test_one_robot_stands_there_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="twice"):
        accounts(config(tmp_path, robot("a", "A1") + robot("b", "A1")), "http://x")


def test_only_url_mode_has_a_door_and_no_application_has_its_name(tmp_path: Path) -> None:
    both = config(tmp_path, robot("a", "A1") + robot("b", "A2", mode="callback"))
    doors = robot_doors(both)
    assert list(doors) == ["b"] and doors["b"].receive_id == ""
    with pytest.raises(BadInput, match="application"):
        robot_doors(config(tmp_path, robot("assistant", "A1", mode="callback")))


@pytest.mark.parametrize(("account", "fate"), [("A1", Later), ("nobody", Never)])
def test_what_is_not_connected_waits_and_what_is_not_known_never_leaves(
    tmp_path: Path, account: str, fate: type
) -> None:
    async def send() -> Outcome:
        async with aiohttp.ClientSession() as http:
            found = config(tmp_path, robot("desk", "A1"))
            robots = Robots(found, "http://127.0.0.1:1", ManualClock(), http)
            return await robots.send(Outbound(
                lane="x", pool="reply", channel="robot", account=account, peer="li.na",
                kind="reply", body=Text("好"), origin="reply:1:0", persona="p", persona_version=1,
                dedupe="d", send_at=0,
            ))  # fmt: skip

    assert isinstance(asyncio.run(send()), fate)
