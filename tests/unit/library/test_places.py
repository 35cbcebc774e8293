"""Where a file lies: always within the two folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.library import places


@pytest.mark.parametrize(("kind", "name", "file"), [
    ("template", "../care/day1", "day1.j2"), ("template", "care/../../day1", "day1.j2"),
    ("template", "care//day1", "day1.j2"), ("template", "/etc/passwd", "passwd.j2"),
    ("template", "care/day1", "../day1.j2"), ("template", "care/day1", "day2.j2"),
    ("template", "flows/day1", "day1.j2"), ("template", "care/日", "日.j2"),
    ("template", "care/.git", ".git.j2"), ("template", "care/a\nb", "a\nb.j2"),
    ("template", "care/day1", "parts/x.j2"), ("template", "parts/x", "x.j2"),
    ("flow", "../calendar", "calendar.toml"), ("flow", "a/b", "b.toml"),
    ("persona", "..", "persona.toml"), ("persona", "tester", "../second/persona.toml"),
    ("persona", "tester", "tests/../x.toml"), ("persona", "tester", "run.py"),
    ("brand", "other", "brand.toml"), ("calendar", "calendar", "catalogue.csv"),
    ("config", "config", "config.toml"),
])  # fmt: skip
def test_no_name_leads_out_of_the_two_folders(kind: str, name: str, file: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        places.check(kind, name, {file: "x"})
    assert refused.value.code == "place"


@pytest.mark.parametrize(("kind", "name", "file", "place"), [
    ("template", "welcome/a/day0", "day0.j2", "content/welcome/a/day0.j2"),
    ("flow", "welcome", "welcome.toml", "content/flows/welcome.toml"),
    ("persona", "tester", "tests/first.toml", "personas/tester/tests/first.toml"),
    ("brand", "brand", "brand.toml", "personas/brand.toml"),
    ("catalogue", "catalogue", "catalogue.csv", "content/catalogue.csv"),
])  # fmt: skip
def test_everything_has_its_place(
    config: Config, kind: str, name: str, file: str, place: str
) -> None:
    places.check(kind, name, {file: "x"})
    assert places.path_of(config, kind, name, file) == (config.home / place).resolve()
    assert places.shown(kind, name, file) == place


def test_a_text_has_a_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "FILE_MAX", 6)
    places.check("template", "care/a", {"a.j2": "茶水"})
    with pytest.raises(ContentRefused, match="over 6 bytes"):
        places.check("template", "care/a", {"a.j2": "茶水。"})


def test_what_is_replaced_is_replaced_whole_and_a_draft_left_by_a_kill_goes(
    config: Config, tmp_path: Path
) -> None:
    path = config.content_dir / "care" / "day1.j2"
    left = path.with_name(".day1.j2.abc.tmp")
    left.write_text("half", "utf-8")
    before = path.read_text("utf-8")
    with pytest.raises(places.Moved):
        places.put(config, "template", "care/day1", {"day1.j2": "new"}, {"day1.j2": "other"})
    assert path.read_text("utf-8") == before
    places.put(config, "template", "care/day1", {"day1.j2": "new"}, {"day1.j2": before})
    assert path.read_text("utf-8") == "new" and not left.exists()
    places.put(config, "template", "care/day1", {"day1.j2": "new"}, {"day1.j2": "whatever"})
    assert path.read_text("utf-8") == "new", "done already"
