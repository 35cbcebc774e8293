"""``onevoice init``: a folder of one's own, which the doctor finds well and the tests of which pass."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from bot.commands.check import check
from bot.commands.init import init
from bot.commands.test import test as examine
from bot.core.config import load_config
from bot.library.starter import NAME_MAX, refused
from sandbox.world.load import read


def call(*words: str) -> Result:
    return CliRunner().invoke(init, words)


def test_the_folder_is_well_and_its_conversations_go_as_written(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    said = call(str(folder), "--brand", "山前", "--persona", "小山").stdout
    assert f"files in {folder}" in said and "onevoice run" in said
    config = str(folder / "config.toml")
    looked = CliRunner().invoke(check, ["--config", config])
    # what only the brand itself can answer is the one thing that is open
    assert looked.exit_code == 0, looked.output
    assert [line.split(":")[0] for line in looked.output.splitlines() if "warning" in line] == [
        "content/circles/friends.toml"
    ]
    ran = CliRunner().invoke(examine, ["--config", config])
    assert ran.exit_code == 0 and "went as written" in ran.output
    left = [path for path in folder.rglob("*") if path.is_file() and "@" in _words(path)]
    assert not left
    assert "我是小山，山前的智能助手" in _words(folder / "content" / "welcome" / "host.j2")


def _words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_its_world_knows_the_accounts_that_its_persona_speaks_through(tmp_path: Path) -> None:
    call(str(tmp_path / "shop"))
    config = load_config(tmp_path / "shop" / "config.toml")
    assert config.world_file is not None
    _, begin = read(config.world_file)
    store = begin(0)
    assert set(store.staff) == {"first", "second"} and set(store.kf_accounts) == {"wkSTART000001"}


def test_nothing_is_written_over_and_names_that_break_files_are_refused(tmp_path: Path) -> None:
    kept = tmp_path / "README.md"
    kept.write_text("mine", encoding="utf-8")
    again = call(str(tmp_path))
    assert again.exception is not None and "is there already; nothing was written" in str(
        again.exception
    )
    assert kept.read_text(encoding="utf-8") == "mine" and list(tmp_path.iterdir()) == [kept]
    assert not refused("半盏 Half") and refused("") and refused('a"b') and refused("{{ x }}")
    assert refused("长" * (NAME_MAX + 1)) and not refused("长" * NAME_MAX)
    wrong = call(str(tmp_path / "new"), "--brand", "a\nb")
    assert wrong.exception is not None and not (tmp_path / "new").exists()
