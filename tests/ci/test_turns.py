"""In which order files are run, and what else a run does once."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from pathlib import Path

import pytest

from tests import shared
from tests.scenario import born
from tests.turns import Scheduler, in_turn


def test_every_file_has_its_turn_and_no_two_in_a_row_wait_where_there_is_work() -> None:
    names = ["tests/bench/a", *(f"tests/console/{n}" for n in range(7)), "tests/fuzz/a",
             *(f"tests/scenario/{n}" for n in range(5)), "tests/unit/a"]  # fmt: skip
    found = [names[n] for n in in_turn(names)]
    assert sorted(found) == sorted(names)
    assert (found[0], found[-2:]) == ("tests/bench/a", ["tests/fuzz/a", "tests/unit/a"])
    rooms = "".join(name.split("/")[1][0] for name in found[1:-2])
    assert re.fullmatch("(c+s)+c+", rooms), rooms
    for room in ("console", "scenario"):
        assert [name for name in found if room in name] == [name for name in names if room in name]
    assert in_turn(["tests/unit/a", "tests/unit/b"]) == [0, 1]
    assert in_turn([]) == []


@pytest.mark.parametrize(("file", "with_whom"), [
    ("tests/browser/test_a.py", "browser"), ("tests/architecture/test_a.py", "trees"),
    ("tests/unit/test_a.py", "tests/unit/test_a.py"),
])  # fmt: skip
def test_files_that_share_something_go_to_one_worker(file: str, with_whom: str) -> None:
    assert Scheduler._split_scope(Scheduler.__new__(Scheduler), file) == with_whom


def test_who_lives_is_found_and_who_does_not_is_not(tmp_path: Path) -> None:
    place = tmp_path / "mother"
    assert born._line(place) is None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(place))
        door.listen()
        line = born._line(place)
        assert line is not None
        line.close()
    assert born._line(place) is None


def test_only_one_of_the_run_makes_what_all_share() -> None:
    assert Path(os.environ[shared.FOLDER]) == shared.folder()
    with (
        shared.one_at_a_time("turns") as place,
        place.with_suffix(".lock").open("w") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with place.with_suffix(".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
