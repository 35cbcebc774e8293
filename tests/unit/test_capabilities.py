"""docs/capabilities.md names tests that exist, and no capability as whole and as missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/capabilities.md").read_text(encoding="utf-8")
WHOLE, _, MISSING = PAGE.partition("## Not complete yet")


@cache
def named_in(file: str) -> frozenset[str]:
    """The functions of a file that pytest collects."""
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    return frozenset(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


def rows(part: str) -> dict[str, str]:
    """The lines of its tables, by capability."""
    found = re.findall(r"^\| (A\d+(?:, A\d+)*) \| (.*) \|$", part, re.MULTILINE)
    return {name: line for names, line in found for name in names.split(", ")}


def test_every_capability_is_shown_by_tests_that_exist() -> None:
    shown = rows(WHOLE)
    assert len(shown) >= 30
    for name, line in shown.items():
        named = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", line)
        assert named, f"{name} names no test"
        for file, test in named:
            assert test in named_in(file), f"{name}: tests/{file} has no {test}"


def test_nothing_is_whole_and_missing() -> None:
    assert rows(MISSING) and not rows(WHOLE).keys() & rows(MISSING).keys()


def test_what_it_names_is_there() -> None:
    for path in set(re.findall(r"`((?:bot|scheduler|content)/[\w./]+)`", WHOLE)):
        assert (ROOT / path).exists(), path
