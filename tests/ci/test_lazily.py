"""A worker that imports a file when its turn comes, and says less of it, reports what one that imports
all of them does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenario.process import ROOT

FILES = {
    "a/test_one.py": "def test_one(): pass",
    "a/test_only_long.py": "import pytest\n@pytest.mark.soak\ndef test_long(): raise SystemError",
    "test_all_sorts.py": """
import pytest

@pytest.fixture(scope="module")
def held():
    yield
    raise ValueError("could not let go")

@pytest.mark.parametrize("n", [1, 2, 3])
def test_three(held, n): pass

def test_wrong(): assert [1] == [2]

@pytest.mark.soak
def test_long(held): raise SystemError("nobody asked for it")
""",
    "test_broken.py": "import nothing_of_that_name",
    "test_elsewhere.py": "import pytest; pytest.importorskip('nothing_of_that_name', exc_type=ImportError)",
    "test_none.py": "import pytest\n@pytest.mark.soak\ndef test_long(): raise SystemError",
    "test_z.py": "def test_last(): pass",
}


@pytest.mark.parametrize("more", [["-n", "1", "--dist", "loadfile"], []], ids=["worker", "alone"])
def test_whatever_happens_in_a_file_is_told(tmp_path: Path, more: list[str]) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = soak\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.lazily", "-p", "tests.turns", "--lazily",
               *more, "-m", "not soak",
               "-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:cacheprovider"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=90)  # fmt: skip
    said = done.stdout
    counts = dict(reversed(pair) for pair in re.findall(r"(\d+) (\w+)", said.splitlines()[-1]))
    counts.pop("deselected", None)  # workers do not tell
    assert counts == {"failed": "1", "passed": "5", "skipped": "1", "errors": "2"}, said
    assert done.returncode == 1
    for words in ("test_all_sorts.py::test_wrong", "At index 0 diff: 1 != 2", "could not let go",
                  "No module named 'nothing_of_that_name'"):  # fmt: skip
        assert words in said
