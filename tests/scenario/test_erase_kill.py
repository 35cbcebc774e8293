"""A process that erases somebody is killed by SIGKILL in the middle. The next one that starts goes on
with it to the end, and no byte of his is left."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.clock import MINUTE, ManualClock
from bot.core.config import Config, Wecom
from bot.pipeline.retention import Retention
from bot.store import eraser, erasing
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from tests.contract.test_erasing import HIM, NOW, lived

# Erases, and dies at the n-th step of a stage: between two transactions, or with half of the bytes
# cleared.
DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store import eraser
from bot.store.sqlite import SqliteStore

file, member, stage, step, now = Path(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4]), int(sys.argv[5])

def tell(doing, n, of):
    if (doing, n) == (stage, step):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = SqliteStore(file)
    await eraser.secure(store)
    begun = await eraser.remove(store, member, "boss", now, tell)
    await eraser.close(store, begun, file, now, tell, whole=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(("stage", "step"), [("sweeping", 9), ("clearing", 1)])
def test_whoever_starts_after_the_kill_ends_what_was_begun(
    tmp_path: Path, stage: str, step: int
) -> None:
    file = tmp_path / "onevoice.db"
    migrate_sqlite(file, NOW)

    async def life() -> None:
        store = SqliteStore(file)
        await store.write(lived)
        store.close()

    asyncio.run(life())
    ended = subprocess.run(
        [sys.executable, "-c", DYING, str(file), HIM, stage, str(step), str(NOW)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    async def again() -> None:
        store = SqliteStore(file)
        (left,) = await store.read(erasing.unfinished)
        assert (left.swept_at is None) == (stage == "sweeping")
        keeper = Retention(store, Config(wecom=Wecom(corp_id="ww1")), ManualClock(NOW), file)
        await keeper.step(NOW + MINUTE)
        (done,) = await store.read(erasing.latest)
        assert done.done_at == NOW + MINUTE and not done.todo and done.counts["friend"]
        assert await eraser.may_hold(store, file) == []
        assert await store.write(erasing.begin, HIM, "boss", NOW) is None
        store.close()

    asyncio.run(again())
    for part in tmp_path.glob("onevoice.db*"):
        assert HIM.encode() not in part.read_bytes(), part
