"""At the end of a run of everything: the tests that docs/capabilities.md names did run and pass.

A name in a table proves nothing while its test is skipped, left out or has lost its parameters. Tests
that only ``make soak`` runs are left out here; each capability has others besides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/capabilities.md"
NO_SERVER = "PostgreSQL is not tested"  # where there is none (tests/conftest.py)
_ROW = re.compile(r"^\| (A\d+(?:, A\d+)*) \| (.*) \|$", re.MULTILINE)
_TEST = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")


def rows(page: str) -> dict[str, str]:
    """The lines of its tables, by capability."""
    return {name: line for names, line in _ROW.findall(page) for name in names.split(", ")}


def named(page: str) -> list[tuple[str, str]]:
    """(file below tests/, function) of every test that a text names, each once."""
    return list(dict.fromkeys(_TEST.findall(page)))


@cache
def written_in(file: Path) -> Mapping[str, bool]:
    """The tests of a file as they are written, without importing it: name, whether it is a soak."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    all_soak = any(isinstance(node, ast.Assign) and _marks(node.value)
                   and any(isinstance(to, ast.Name) and to.id == "pytestmark" for to in node.targets)
                   for node in tree.body)  # fmt: skip
    return {node.name: all_soak or any(map(_marks, node.decorator_list)) for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}  # fmt: skip


def _marks(node: ast.expr) -> bool:
    """True for ``pytest.mark.soak``, also in a list; not for one parameter that is one."""
    if isinstance(node, ast.List | ast.Tuple):
        return any(map(_marks, node.elts))
    return isinstance(node, ast.Attribute) and node.attr == "soak"


def unproven(page: str, passed: Iterable[str], root: Path = ROOT) -> list[str]:
    """The tests that a capability names, that are no soak and did not pass; ``passed`` are ids of
    pytest."""
    names = {one.partition("[")[0] for one in passed}
    wanted = [(f"tests/{file}::{test}", written_in(root / "tests" / file).get(test, False))
              for file, test in named("\n".join(rows(page).values()))]  # fmt: skip
    return [name for name, soak in wanted if not soak and name not in names]


class Ran:
    """Listens to all reports, those of workers, too, and judges at the end."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.missing: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test of which one part failed has failed the run anyhow."""
        excused = report.skipped and NO_SERVER in str(report.longrepr)
        if excused or (report.when == "call" and not report.skipped):
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.shouldstop or session.shouldfail or session.exitstatus not in (0, 1):
            return  # it did not come to its end
        self.missing = unproven(PAGE.read_text(encoding="utf-8"), self.passed)
        if self.missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name in self.missing:
            terminalreporter.write_line(f"NOT RUN {name}: named by docs/capabilities.md", red=True)


def whole(config: pytest.Config) -> bool:
    """True for a run of everything that is no soak; not for a choice of files or tests."""
    option = config.option
    everything = config.args_source is config.ArgsSource.TESTPATHS
    chosen = option.keyword or option.deselect or option.ignore or option.collectonly
    again = any(getattr(option, name, False) for name in ("lf", "stepwise"))
    return everything and option.markexpr == "not soak" and not chosen and not again


def pytest_configure(config: pytest.Config) -> None:
    """The process that the workers report to listens."""
    if not hasattr(config, "workerinput") and whole(config):
        config.pluginmanager.register(Ran(), "ran")
