"""At full size: every hostile file under a second, within 64 MB, and the event loop goes on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.soak
def test_a_hostile_author_costs_little() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.unit.studio.hostile_run"],
                          capture_output=True, text=True, check=True, timeout=300)  # fmt: skip
    found = json.loads(done.stdout)
    assert found["files"] >= 100
    assert found["cpu"] < 1.0, found
    assert found["grown_mb"] < 64, found
    assert found["gap"] < 0.05, found
