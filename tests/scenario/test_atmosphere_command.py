"""``onevoice atmosphere``, ``health`` and ``moderation`` beside a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands.casting import setting_of
from bot.community.moderating import Flag, parse_moderation
from bot.core.clock import DAY
from bot.core.config import load_config
from bot.core.contacts import Chat, Seat
from bot.store import chats, moderation
from bot.store.engine import Tx
from bot.store.moderation import Heard
from tests.contract.test_atmosphere import ASK, TEAM
from tests.contract.test_community import CIRCLE
from tests.contract.test_moderation import RULES
from tests.scenario.house import brand, published
from tests.scenario.test_commands import in_here

FILES = {"circles/tea.toml": CIRCLE, "groups/ask.j2": ASK, "atmosphere/tea.toml": TEAM.replace('"groups/gone", ', ""),
         "moderation.toml": RULES}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A team, a group and a case."""
    path = brand(tmp_path)
    for name, text in FILES.items():
        file = tmp_path / "content" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def life(tx: Tx, now: int) -> None:
        seats = tuple(Seat(member=f"wm{n}", joined_at=now - DAY) for n in range(5))
        chats.put_chat(tx, Chat(id="wr1", owner="lin.xi", name="一群", made_at=1, seats=seats), now)
        made = Heard(source="archive:1", spot="group", place="wr1", text="加我微信", said_at=now,
                     member="wm1", flags=(Flag("ads", "remind", "加我微信"),))  # fmt: skip
        moderation.keep(tx, made, parse_moderation(RULES), now)
        setting = setting_of(tx, load_config(path), now)
        assert list(setting.cast.atmospheres) == ["tea"]

    published(path, life)
    return path


def ask(config: Path, *words: str, code: int = 0) -> Any:
    """A command with --json, understood; of one that is refused what it said."""
    end = ["--config", str(config), *(["--json"] if code == 0 and words[1] in JSON else [])]
    found = in_here(*words, *end)
    assert found.returncode == code, found.stderr
    return json.loads(found.stdout) if "--json" in end else found.stdout + found.stderr


JSON = ("week", "prompts", "group", "list", "why")


def test_shifts_groups_and_cases_are_shown_and_decided(config: Path) -> None:
    week = ask(config, "atmosphere", "week", "--of", "2031-03-12")
    assert week["week"] == "2031-03-10" and len(week["shifts"]) == 7 and week["gaps"] == []
    id = week["shifts"][2]["id"]
    assert id == "tea/noon@2031-03-12T14:00/lin.xi"
    assert ask(config, "atmosphere", "hand", id, "chen.mo") == f"{id}: chen.mo\n"
    assert "申报" in ask(config, "atmosphere", "hand", id, "xu.man", code=2)
    assert (
        ask(config, "atmosphere", "week", "--of", "2031-03-12")["shifts"][2]["userid"] == "chen.mo"
    )
    assert ask(config, "atmosphere", "prompts") == {"prompts": []}
    assert "没有第 7 件" in ask(config, "atmosphere", "done", "7", code=2)
    [group] = ask(config, "health", "group", "一群")["groups"]
    assert (group["circle"], group["measured"], group["weeks"]) == ("tea", 30, [])
    assert group["advice"] == [{"part": "taking_part", "at": "/console/activities"}]
    assert "no customer group" in ask(config, "health", "group", "没有", code=2)
    [case] = ask(config, "moderation", "list")["cases"]
    assert (case["rule"], case["text"], case["state"]) == ("ads", "加我微信", "waiting")
    assert "为什么" in ask(config, "moderation", "decide", "1", "remove", code=2)
    assert ask(config, "moderation", "decide", "1", "remove", "--note", "移出了") == "1: removed\n"
    assert ask(config, "moderation", "why", "来加 我微信")["found"] == [
        {"rule": "ads", "act": "remind", "found": "加我微信"}]  # fmt: skip
