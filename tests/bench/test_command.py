"""``onevoice bench``: one JSON document, or a table that says what each floor is."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from bot.bench.frame import Result
from bot.cli import cli
from bot.commands import bench


def result(name: str, usual: float | None = None) -> Result:
    return Result(name=name, value=90.0, unit="callbacks/s", floor=100.0, ratio_to_floor=0.9,
                  ratio_to_usual=usual, detail={"rounds": 5})  # fmt: skip


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two benchmarks that know their figures already."""

    def module(results: list[Result]) -> ModuleType:
        made = ModuleType("planted")

        def measure(progress: Callable[[str], None]) -> list[Result]:
            progress("measuring")
            return results

        made.measure = measure  # type: ignore[attr-defined]
        return made

    monkeypatch.setitem(sys.modules, "planted_a", module([result("ingest", 5.0),
                                                          result("ingest.slow_disk")]))  # fmt: skip
    monkeypatch.setitem(sys.modules, "planted_b", module([result("tick")]))
    monkeypatch.setattr(bench, "MODULES", {"ingest": "planted_a", "tick": "planted_b"})
    yield
    tempfile.tempdir = None


def run(*arguments: str) -> str:
    found = CliRunner().invoke(cli, ["bench", *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


def test_one_name_is_one_object_with_its_further_figures() -> None:
    found = json.loads(run("ingest", "--json"))
    assert (found["name"], found["ratio_to_usual"]) == ("ingest", 5.0)
    assert [one["name"] for one in found["more"]] == ["ingest.slow_disk"]
    assert "ratio_to_usual" not in found["more"][0]


def test_without_a_name_it_is_a_list() -> None:
    found = json.loads(run("--json"))
    assert [one["name"] for one in found] == ["ingest", "tick"]
    assert "more" not in found[1]


def test_people_read_what_each_floor_is() -> None:
    text = " ".join(run("ingest").split())
    assert "90.0%" in text and "5 ×" in text
    assert f"floor of ingest: {bench.FLOORS['ingest']}" in text


def test_the_files_of_a_benchmark_go_where_they_are_told(tmp_path: Path) -> None:
    run("tick", "--json", "--data", str(tmp_path))
    assert Path(tempfile.gettempdir()) == tmp_path


def test_an_unknown_benchmark_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli, ["bench", "nothing"]).exit_code == 2
