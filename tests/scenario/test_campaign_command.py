"""``onevoice campaign`` beside a database: what it prints, and what it refuses in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.core.clock import DAY
from bot.store import people
from bot.store.engine import Tx
from tests.scenario.house import brand, published

FILE = 'id = "hello"\ndo = "care"\npersona = "tester"\ntemplate = "care/day3"\ntitle = "问候"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A brand with a campaign and two friends, published."""
    path = brand(tmp_path)
    (tmp_path / "content" / "campaigns").mkdir()
    (tmp_path / "content" / "campaigns" / "hello.toml").write_text(FILE, "utf-8")

    def friends(tx: Tx, now: int) -> None:
        for member, account in (("wm1", "lin.xi"), ("wm2", "chen.mo")):
            people.ensure_member(tx, member, now, f"名{member}")
            people.befriend(tx, member, account, now - 60 * DAY)

    published(path, friends)
    return path


def call(config: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["campaign", *words, "--config", str(config)])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def document(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert call(config, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_from_draft_to_stop(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(config, capsys, "list")
    assert ([d["name"] for d in found["drafts"]], found["runs"]) == (["hello"], [])
    found = document(config, capsys, "preview", "hello")
    assert (found["count"], found["exact"]) == (2, True)
    assert [cost["account"] for cost in found["costs"]] == ["chen.mo", "lin.xi"]
    found = document(config, capsys, "preview", "hello", "--member", "wm1")
    assert found["belongs"]
    assert {one["code"] for one in found["looked"]} >= {"cap_day", "quiet_hours"}
    (run,) = document(config, capsys, "approve", "hello", "--as", "wu")["runs"]
    assert run["state"] == "approved"
    (run,) = document(config, capsys, "start", "hello")["runs"]
    assert run["state"] == "running"
    (run,) = document(config, capsys, "pause", "hello", "--note", "等一下")["runs"]
    assert (run["state"], run["note"]) == ("paused", "等一下")
    (run,) = document(config, capsys, "stop", "hello")["runs"]
    assert run["state"] == "stopped"
    (shown,) = document(config, capsys, "show", "hello")["runs"]
    assert (shown["state"], shown["counts"], shown["lift"]) == ("stopped", {}, None)
    for words in (["list"], ["show", "hello"], ["preview", "hello"],
                  ["preview", "hello", "--member", "wm1"]):  # fmt: skip
        assert call(config, *words) == 0
    assert "名wm1" in capsys.readouterr().out


REFUSED = [
    (["preview", "helo"], "did you mean 'hello'?"),
    (["show", "nothing"], "there is no campaign 'nothing'"),
    (["start", "hello"], "no run that is approved; it is draft"),
    (["resend", "hello"], "no run that is done or running or paused"),
    (["preview", "hello", "--member", "wm9"], "there is no member 'wm9'"),
]


def test_what_cannot_be_done_is_one_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for words, said in REFUSED:
        assert call(config, *words) == 2
        out, err = capsys.readouterr()
        assert said in err
        assert (out, err.count("\n")) == ("", 1)
