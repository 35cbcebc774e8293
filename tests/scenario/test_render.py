"""``onevoice render`` and ``lint`` from outside: every text, reason and finding, one JSON document."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.config import load_config
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.store.migrate import migrate_sqlite
from bot.store.opening import FILE
from bot.store.sqlite import SqliteStore
from tests.scenario.test_commands import BRAND, in_here

HEAD = '+++\ntitle = "x"\ngenre = "story"\norigin = "BGC"\n'
NAME = '[vars.n]\nsource = "member.name"\nsample = "小周"\nfallback = "你"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(BRAND, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def put(home: Path) -> Callable[[str, str], None]:
    def write(name: str, text: str) -> None:
        path = home / "content" / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    return write


def render(home: Path, *arguments: str) -> tuple[int, Any, str]:
    done = in_here("render", *arguments, "--config", str(home / "config.toml"))
    shown = json.loads(done.stdout) if "--json" in arguments and done.stdout else done.stdout
    return done.returncode, shown, done.stderr


def test_a_template_for_all_samples(home: Path, put: Callable[[str, str], None]) -> None:
    put("parts/sign", "慢慢来。")
    put("care/hello", f'{HEAD}{NAME}+++\n{{{{ n }}}}，好。{{% include "sign" %}}')
    code, found, _ = render(home, "care/hello", "--persona", "tester", "--json")
    assert (code, found["ok"]) == (0, True)
    # what somebody's own name brings about is no fault of the template
    assert found["findings"] == []
    assert (found["template"], found["kind"]) == ("care/hello", "care")
    texts = {cell["member"]: cell["text"] for cell in found["cells"]}
    assert texts["plain"] == "小周，好。慢慢来。"
    assert texts["nameless"] == "你，好。慢慢来。"
    assert {(cell["persona"], cell["limit"]) for cell in found["cells"]} == {("tester", 2048)}
    code, found, _ = render(home, "care/hello", "--sample", "2", "--json")
    assert len(found["cells"]) == 2 * len({cell["persona"] for cell in found["cells"]})
    code, shown, _ = render(home, "content/care/hello.j2")
    assert code == 0 and "小周，好。慢慢来。" in shown and "普通会员" in shown


def test_an_error_of_the_template_fails_the_command(
    home: Path, put: Callable[[str, str], None]
) -> None:
    put("groups/hello", f"{HEAD}{NAME}+++\n{{{{ n }}}}，好。")
    code, found, _ = render(home, "groups/hello", "--json", "--sample", "1")
    assert (code, found["ok"]) == (1, False)
    assert [(f["file"], f["line"], f["rule"]) for f in found["findings"]] == [
        ("content/groups/hello.j2", 5, "template.personal")
    ]


def test_what_cannot_be_shown_is_named(home: Path, put: Callable[[str, str], None]) -> None:
    put("care/bad", f"{HEAD}+++\n好\n{{{{ gone }}}}")
    put("care/lost", f'{HEAD}+++\n{{% include "gone" %}}')
    rows = (
        (["care/bad"], "content/care/bad.j2:7"),
        (["care/lost"], "content/care/lost.j2:6"),
        (["care/hallo"], "no template"),
        (["care/day1", "--persona", "testr"], "did you mean 'tester'?"),
        (["care/day1", "--sample", "99"], "--sample"),
        (["care/day1", "--member", "wm1"], "no database"),
    )  # fmt: skip
    for arguments, words in rows:
        code, shown, said = render(home, *arguments)
        assert (code, shown) == (2, ""), arguments
        assert words in said and said.count("\n") == 1


def test_a_member_of_the_database(home: Path) -> None:
    config = str(home / "config.toml")
    assert in_here("migrate", "--config", config).returncode == 0
    code, _, said = render(home, "care/day1", "--member", "wm1")
    assert (code, "no member 'wm1'" in said) == (2, True)


def test_an_edit_of_what_serves_is_told(home: Path, put: Callable[[str, str], None]) -> None:
    config = load_config(home / "config.toml")
    migrate_sqlite(config.data_dir / FILE, 1)
    store = SqliteStore(config.data_dir / FILE, readers=1)
    asyncio.run(store.write(publish_disk, read_disk(config), 2, live=True))
    store.close()

    def edits() -> list[tuple[str, str]]:
        done = in_here("lint", "--config", str(home / "config.toml"), "--json")
        found = json.loads(done.stdout)["findings"]
        return [(f["file"], f["severity"]) for f in found if f["rule"] == "template.edited"]

    assert edits() == []
    put("care/day1", (home / "content/care/day1.j2").read_text("utf-8") + "慢慢来。\n")
    assert edits() == [("content/care/day1.j2", "info")]
