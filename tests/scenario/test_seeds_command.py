"""``onevoice seeds`` and ``onevoice mission`` beside a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.store import circling, events, people
from bot.store.engine import Tx
from tests.contract.test_community import CIRCLE
from tests.contract.test_seeds import MISSION, TEXT
from tests.scenario.house import brand, published


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A circle with conditions and a mission, a member who meets all of them, and one who does not."""
    path = brand(tmp_path)
    for name, text in (
        ("circles/tea", CIRCLE),
        ("community/tea", TEXT),
        ("missions/lamp", MISSION),
    ):
        file = tmp_path / "content" / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def lives(tx: Tx, now: int) -> None:
        for member in ("wm1", "wm2"):
            people.ensure_member(tx, member, now, "小周")
            circling.admit(tx, "tea", member, now - 40 * DAY, rule="staff", actor="lin")
        told = [
            Event(
                kind=Happened.CHECKED,
                at=now - day * DAY,
                dedupe=f"checked/{day}",
                member="wm1",
                place="half@x",
                data={"circle": "tea"},
            )
            for day in (2, 3, 4)
        ]
        told += [
            Event(kind=Happened.JUDGED, at=now - 3 * DAY, dedupe="judged/1", member="wm1",
                  place="submitted/1", which="accepted", data={"circle": "tea"}),
            Event(kind=Happened.ORDERED, at=now - 9 * DAY, dedupe="order/1", member="wm1",
                  place="o1", amount=9_900, data={"status": "paid"}),
        ]  # fmt: skip
        events.record(tx, told, now)

    published(path, lives)
    return path


def test_from_the_list_to_the_mission(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*words: str) -> str:
        with pytest.raises(SystemExit) as caught:
            main([*words, "--config", str(config)])
        assert caught.value.code == 0, capsys.readouterr().err
        return capsys.readouterr().out

    def refused(*words: str) -> str:
        with pytest.raises(SystemExit) as caught:
            main([*words, "--config", str(config)])
        assert caught.value.code == 2
        return capsys.readouterr().err

    def document(*words: str) -> Any:
        return json.loads(call(*words, "--json"))

    found = document("seeds", "look", "tea")
    assert (found["looked"], found["fits"]) == (2, 1) and found["people"][0]["place"] == 1
    name = found["list"]
    assert "made" in call("seeds", "list", "tea") and name in call("seeds", "lists")
    assert "does not stand on" in refused("seeds", "ask", name, "wm2")
    assert "wm1: asked" in call("seeds", "ask", name, "wm1")
    assert "no conditions of 'milk'" in refused("seeds", "look", "milk")
    assert "role" in refused("mission", "take", "lamp", "wm1")
    assert call("seeds", "answer", "tea", "wm1", "--yes").strip() == "wm1: accepted"
    assert "none" in refused("seeds", "answer", "tea", "wm2", "--yes")
    shown = call("seeds", "show", name, "--check")
    assert "accepted" in shown and "it says the same now" in shown
    assert call("seeds", "cohort", name, "--csv").splitlines()[1].startswith("seed,1,1,")
    assert document("mission", "board", "wm1")["board"][0]["can"] == "take"
    call("mission", "take", "lamp", "wm1")
    call("mission", "prove", "lamp", "wm1", "--link", "https://example.com/1")
    [take] = document("mission", "show", "--waiting")["takes"]
    assert "say why" in refused("mission", "decide", take["take"], "--refuse")
    assert "accepted" in call("mission", "decide", take["take"], "--accept")
    assert "proved" in call("mission", "undo", take["take"], "--why", "不是他的")
    [lamp] = document("mission", "list")["missions"]
    assert (lamp["held"], lamp["states"]["proved"]) == (1, 1)
    assert "wm1: dropped" in call("mission", "drop", "lamp", "wm1")
    assert "ended" in call("seeds", "end", "tea", "wm1", "--why", "搬走了")
    assert document("mission", "board", "wm1")["board"] == []
