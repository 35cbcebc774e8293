"""The same targets, guided by coverage, for longer: ``make fuzz``, and a part of ``make soak``."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import ROOT, TARGETS

SECONDS = int(os.environ.get("ONEVOICE_FUZZ_SECONDS", "20"))
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None,
        reason="atheris has wheels for CPython 3.11 to 3.13 on Linux x86-64 only",
    ),
]


@pytest.mark.parametrize("target", TARGETS)
def test_coverage_guided(target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz.guided", target, str(tmp_path / "corpus"),
               f"-max_total_time={SECONDS}", "-seed=1"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                          timeout=SECONDS + 120)  # fmt: skip
    assert done.returncode == 0, done.stderr[-4_000:]
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    assert runs is not None, done.stderr[-2_000:]
    assert int(runs[1]) > 50
