"""``onevoice activity`` beside a database: what takes place, what is handed in, who wins and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.commands.casting import setting_of
from bot.community.runs import plan
from bot.core.clock import DAY, HOUR
from bot.core.config import load_config
from bot.store import circling, people, taking_part
from bot.store.answers import Who
from bot.store.engine import Tx
from bot.store.entering import begin
from tests.contract.test_community import CIRCLE
from tests.scenario.house import brand, published

ZONE = "Asia/Shanghai"
PHOTO = """id = "photo"
title = "冬天"
circle = "tea"
kind = "contest"
moderated = true
judge = "staff"
winners = 1
[when]
every = "daily 06:00"
close = "3d"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A contest that is on, with an entry that nobody has looked at."""
    path = brand(tmp_path)
    for name, text in (("circles/tea", CIRCLE), ("activities/photo", PHOTO)):
        file = tmp_path / "content" / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def takes_part(tx: Tx, now: int) -> None:
        setting = setting_of(tx, load_config(path), now)
        made = setting.cast.activities["photo"]
        begin(tx, plan(made, now - HOUR, ZONE), ZONE, now)
        people.ensure_member(tx, "wm1", now - DAY, "小周")
        circling.admit(tx, "tea", "wm1", now - HOUR, rule="staff", actor="lin")
        taking_part.submit(tx, made, Who(member="wm1", zone=ZONE), now, text="雪地里的杯子")

    published(path, takes_part)
    return path


def test_from_the_plan_to_calling_it_off(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    def call(*words: str) -> int:
        with pytest.raises(SystemExit) as caught:
            main(["activity", *words, "--config", str(config)])
        assert isinstance(caught.value.code, int)
        return caught.value.code

    def document(*words: str) -> Any:
        capsys.readouterr()
        assert call(*words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    (line,) = document("list")["activities"]
    assert (line["id"], line["kind"], line["state"]) == ("photo", "contest", "announced")
    ahead = document("dry-run", "photo")
    assert [one["do"] for one in ahead["steps"]] == ["announce", "open", "close", "judge", "award"]
    assert ahead["flows"] == []
    (entry,) = document("entries", "photo")["entries"]
    assert (entry["name"], entry["state"], entry["data"]) == (
        "小周", "waiting", {"text": "雪地里的杯子"})  # fmt: skip
    assert call("judge", "photo", entry["ticket"], "--reject") == 2  # says no why
    assert call("judge", "photo", entry["ticket"][:5], "--accept") == 0
    found = document("show", line["run"])
    assert [(one["state"], one["n"]) for one in found["counts"]] == [("counted", 1)]
    assert document("winners", line["run"])["winners"] == []
    assert call("winners", line["run"], "--pick", entry["ticket"], "--why", "好看") == 2  # it is on
    for words in (("list",), ("show", "photo"), ("dry-run", "photo"), ("entries", "photo"),
                  ("winners", "photo"), ("cancel", line["run"], "--why", "下雪")):  # fmt: skip
        assert call(*words) == 0
    assert "1 took part" in capsys.readouterr().out
    assert call("cancel", line["run"], "--why", "下雪") == 2
    assert call("show", "nothing") == 2
