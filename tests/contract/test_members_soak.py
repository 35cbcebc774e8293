"""A file of a million members with five tags each: how fast it is taken over, in how much memory,
and how large the database becomes."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import roll
from tests.scenario.house import brand, look

MEMBERS = 1_000_000
ROWS_PER_SECOND = 15_000
MOST_MB = 256
MOST_BYTES = 1_000_000_000


@pytest.mark.soak
def test_a_million_members_are_taken_over(tmp_path: Path) -> None:
    config, file = brand(tmp_path), tmp_path / "m.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        roll.write(out, MEMBERS)
    words = [sys.executable, "-m", "bot", "members", "import", str(file), "--config", str(config)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = (tmp_path / "data" / "onevoice.db").stat().st_size
    sys.stderr.write(f"{MEMBERS / seconds:.0f} rows/s of one core, {after.ru_maxrss / 1024:.0f} MB, "
                     f"database {size / 1e6:.0f} MB\n")  # fmt: skip
    assert f"{MEMBERS} members added" in done.stdout
    (row,) = look(tmp_path / "data", "SELECT COUNT(*) AS n FROM member_tag")
    assert row["n"] == MEMBERS * roll.WORN
    assert after.ru_maxrss / 1024 < MOST_MB and size < MOST_BYTES
    assert MEMBERS / seconds > ROWS_PER_SECOND
