"""docs/capabilities.md: every capability, with tests that exist; and the run that says they ran."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ran import NO_SERVER, PAGE, ROOT, Ran, named, rows, unproven, whole, written_in

TEXT = PAGE.read_text(encoding="utf-8")
ALL = [f"A{number}" for number in range(1, 70)]


def test_every_capability_has_a_row_and_only_one() -> None:
    lines = [name for names in re.findall(r"^\| (A[\d, A]+) \|", TEXT, re.MULTILINE)
             for name in names.split(", ")]  # fmt: skip
    assert sorted(lines, key=lambda name: int(name[1:])) == ALL
    assert rows(TEXT).keys() == set(ALL)


def test_every_capability_is_shown_by_tests_that_exist() -> None:
    for name, line in rows(TEXT).items():
        found = [written_in(ROOT / "tests" / file).get(test) for file, test in named(line)]
        missing = [one for one, soak in zip(named(line), found, strict=True) if soak is None]
        assert not missing, f"{name}: there is no {missing}"
        assert False in found, f"{name} names no test that make test runs"
    gone = [one for one in named(TEXT) if one[1] not in written_in(ROOT / "tests" / one[0])]
    assert gone == []


def test_what_it_names_is_there() -> None:
    for path in set(re.findall(r"`((?:bot|scheduler|content)/[\w./]+)`", TEXT)):
        assert (ROOT / path).exists(), path


SAMPLE = """
| A1 | x | `bot/x.py` | `unit/test_x.py::test_a`, `unit/test_x.py::test_b` |
| A2, A3 | y | `bot/y.py` | `unit/test_x.py::test_big`, `unit/test_y.py::test_all` |
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "test_x.py": "import pytest\ndef test_a(): ...\ndef helper(): ...\n"
                     "@pytest.mark.soak\ndef test_big(): ...\ndef test_b(): ...\n",
        "test_y.py": "import pytest\npytestmark = [pytest.mark.soak]\ndef test_all(): ...\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / "tests/unit").mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests/unit" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_did_not_pass_is_named_and_soaks_are_left_out(root: Path) -> None:
    assert rows(SAMPLE).keys() == {"A1", "A2", "A3"}
    assert unproven(SAMPLE, ["tests/unit/test_x.py::test_a[sqlite]"], root) == [
        "tests/unit/test_x.py::test_b"
    ]
    assert unproven(SAMPLE, [], root) == ["tests/unit/test_x.py::test_a",
                                          "tests/unit/test_x.py::test_b"]  # fmt: skip


def reported(name: str, *, skipped: bool = False, when: str = "call", why: str = "") -> Any:
    return SimpleNamespace(nodeid=name, skipped=skipped, when=when, longrepr=why)


def ended(*reports: Any, **session: Any) -> tuple[Ran, Any]:
    ran = Ran()
    for one in reports:
        ran.pytest_runtest_logreport(one)
    at = SimpleNamespace(**{"shouldstop": False, "shouldfail": False, "exitstatus": 0} | session)
    ran.pytest_sessionfinish(at)
    return ran, at


def test_a_run_in_which_one_was_skipped_fails_and_one_in_which_all_ran_does_not() -> None:
    wanted = [f"tests/{file}::{test}" for file, test in named(TEXT)]
    ran, session = ended(*map(reported, wanted))
    assert (ran.missing, session.exitstatus) == ([], 0)
    ordinary = unproven(TEXT, [])
    skipped = [reported(name, skipped=name == ordinary[0]) for name in wanted]
    ran, session = ended(*skipped, reported(ordinary[0], when="setup"))
    assert (ran.missing, session.exitstatus) == (ordinary[:1], 1)
    there = [reported(name, skipped=name == ordinary[0], why=NO_SERVER) for name in wanted]
    assert ended(*there)[0].missing == [], "two processes want a server that is not everywhere"
    ran, session = ended(shouldstop="-x")
    assert (ran.missing, session.exitstatus) == ([], 0), "a run that was broken off proves nothing"


def test_a_choice_of_tests_is_no_run_of_everything(pytestconfig: pytest.Config) -> None:
    source = pytestconfig.ArgsSource

    def config(args: Any = source.TESTPATHS, **option: Any) -> Any:
        usual = {"keyword": "", "deselect": None, "ignore": None, "collectonly": False,
                 "markexpr": "not soak", "lf": False, "stepwise": False}  # fmt: skip
        return SimpleNamespace(args_source=args, ArgsSource=source,
                               option=SimpleNamespace(**usual | option))  # fmt: skip

    assert whole(config())
    for other in (config(source.ARGS), config(keyword="x"), config(markexpr="soak"),
                  config(lf=True), config(deselect=["a"]), config(collectonly=True)):  # fmt: skip
        assert not whole(other)
