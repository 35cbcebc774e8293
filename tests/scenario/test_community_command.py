"""``onevoice community`` beside a database: what somebody has, why, and what staff put right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.core.event import Event, Happened
from bot.store import events, people
from bot.store.engine import Tx
from tests.contract.test_community import CIRCLE, TEXT
from tests.scenario.house import brand, published


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A brand with a circle and its rules, published, and a member who checked in three times."""
    path = brand(tmp_path)
    for name, text in (("circles/tea", CIRCLE), ("community/tea", TEXT.replace(
            'announce = "groups/badge"\n', ""))):  # fmt: skip
        file = tmp_path / "content" / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def takes_part(tx: Tx, now: int) -> None:
        people.ensure_member(tx, "wm1", now, "小周")
        events.record(tx, [Event(kind=Happened.CHECKED, at=now + day, dedupe=f"checked/{day}",
                                 member="wm1", place="half@x", which=f"2026-11-0{day}",
                                 data={"circle": "tea"}) for day in (1, 2, 3)], now)  # fmt: skip

    published(path, takes_part)
    return path


def test_what_he_has_and_why(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*words: str) -> int:
        with pytest.raises(SystemExit) as caught:
            main([*words, "--config", str(config)])
        assert isinstance(caught.value.code, int)
        return caught.value.code

    def document(*words: str) -> Any:
        assert call(*words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    (found,) = document("community", "show", "wm1")["community"]
    assert (found["points"], found["level"], [one["id"] for one in found["badges"]]) == (
        11, "一", ["first", "row"])  # fmt: skip
    assert document("members", "show", "wm1")["level"] == "一"
    why = document("community", "why", "wm1", "三天")["because"]
    assert [one["event"] for one in why] == ["checked/1", "checked/2", "checked/3"]
    for words in (("grant", "host", "wm1", "--note", "带过一席"), ("codename", "wm1", "茶则"),
                  ("strike", "checked/2", "--note", "小号", "--as", "lin"),
                  ("points", "wm1", "-1", "--note", "记多了"), ("claim", "wm1", "seat")):  # fmt: skip
        assert call("community", *words) == 0
    assert capsys.readouterr().out.splitlines()[3:] == ["wm1: -1, has 3 points",
                                                        "wm1: seat (claimed/tea/seat/wm1/1)"]  # fmt: skip
    for words, said in ((("grant", "host", "wm1"), "say why"),
                        (("why", "wm1", "roww"), "did you mean 'row'"),
                        (("claim", "wm1", "seat"), "has it already"),
                        (("show", "nobody"), "no member"),
                        (("top", "milk"), "name a circle with --in")):  # fmt: skip
        assert call("community", *words) == 2
        assert said in capsys.readouterr().err
    assert call("community", "show", "wm1") == call("community", "list") == 0
    assert "is called 茶则" in capsys.readouterr().out
    assert call("community", "why", "wm1", "points") == call("community", "wall", "tea") == 0
    assert "struck" in capsys.readouterr().out
