"""A campaign to a million members, planned and handed over by processes that are killed at random:
nobody has a second row or a second message, and the memory stays small."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from bot.core.clock import DAY
from bot.store.sqlite import SqliteStore
from scheduler import steering
from tests.contract.campaigning import MORNING, Stage
from tests.contract.conftest import SqliteBench

MEMBERS = 1_000_000
PER_100_000 = 60.0  # seconds of planning
MOST_MB = 512
KILLS = 6


def fill(path: Path) -> None:
    """Members who are friends of one account or both, with talks and a history."""
    since = MORNING - 60 * DAY
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous=OFF")
        ids = [f"wm{number * 7_919 % 1_000_003:07}" for number in range(MEMBERS)]
        db.executemany("INSERT INTO member (id, created_at) VALUES (?, ?)",
                       ((one, since) for one in ids))  # fmt: skip
        for account, step in (("lin.xi", 1), ("chen.mo", 4)):
            db.executemany("INSERT INTO friend (member, account, since) VALUES (?, ?, ?)",
                           ((one, account, since) for one in ids[::step]))  # fmt: skip
        db.executemany(
            "INSERT INTO replies (at, persona, persona_version, account, channel, member, kind,"
            " origin, operator, text, status, outbox, peer)"
            " VALUES (?, 'tester', 1, 'lin.xi', 'contact', ?, 'care', 'flow:a:b', 'bot', '你好',"
            " 'sent', ?, ?)",
            ((MORNING - days * DAY, one, number, one) for number, one in enumerate(ids)
             for days in (6, 20)),
        )  # fmt: skip
        db.commit()


class Opened(SqliteBench):
    """The database as it lies there."""

    def __init__(self, path: Path) -> None:
        self.path, self.store = path, SqliteStore(path, readers=2)


def carry_on(path: Path) -> None:
    """One process: it goes on where the last one ended, until it is done or killed."""
    bench = Opened(path)
    Stage(bench).work(steps=1_000_000)
    bench.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    path.with_name("megabytes").write_text(f"{most:.0f}", "ascii")


def look(path: Path, sql: str) -> tuple[int, ...]:
    with closing(sqlite3.connect(path)) as db:
        found: tuple[int, ...] = db.execute(sql).fetchone()
        return found


@pytest.mark.soak
def test_a_million_members_and_processes_that_are_killed(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    shutil.copy(migrated, path)
    fill(path)
    bench = Opened(path)
    stage = Stage(bench)
    stage.write_file('holdout = 0.1\ngoal = "reply"')
    stage.approve()
    bench.write(steering.start, stage.setting, "offer", "wu")
    bench.close()
    rng, context, kills = Random(8), multiprocessing.get_context("spawn"), 0
    began, planned = time.monotonic(), 0.0
    while True:
        process = context.Process(target=carry_on, args=(path,))
        process.start()
        until = time.monotonic() + rng.uniform(5, 60) if kills < KILLS else float("inf")
        while process.is_alive() and time.monotonic() < until:
            process.join(0.5)
            if not planned and look(path, "SELECT COUNT(planned_at) FROM campaign") == (1,):
                planned = time.monotonic() - began
        if not process.is_alive():
            break
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        kills += 1
    assert process.exitcode == 0
    assert planned < PER_100_000 * MEMBERS / 100_000
    assert int((tmp_path / "megabytes").read_text("ascii")) < MOST_MB
    assert look(path, "SELECT COUNT(*), COUNT(DISTINCT member) FROM recipient") == (MEMBERS,) * 2
    (control,) = look(path, "SELECT COUNT(*) FROM recipient WHERE state = 'control'")
    assert abs(control / MEMBERS - 0.1) < 0.002
    said = look(path, "SELECT COUNT(*), COUNT(DISTINCT member) FROM replies"
                      " WHERE origin LIKE 'campaign:%'")  # fmt: skip
    assert said == (MEMBERS - control,) * 2
