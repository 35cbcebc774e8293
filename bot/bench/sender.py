"""Both contestants of ``deliver`` in one process: the product's worker, and the bare HTTP client.

Each order sends ``n`` kf texts to the stub. What is queued is stored before the clock starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import aiohttp
import orjson
import uvloop

from bot.bench.child import say_ready
from bot.bench.services import brand
from bot.bench.slow import slow_down
from bot.bench.timed import TimedStore, commits_timed
from bot.core import heap
from bot.core.body import Text
from bot.core.clock import SystemClock
from bot.core.config import Config, load_config
from bot.core.model import Inbound, Outbound, Outcome, Sent
from bot.core.platform import Limits
from bot.core.policy import Verdict
from bot.library.library import Library
from bot.pipeline.deliver import Carrier, Deliver
from bot.pipeline.lastlook import LastLook
from bot.pipeline.loop import Bells, run_worker
from bot.store import inbox, outbox, replies
from bot.store.engine import Store, Tx
from bot.store.inbox import Settle
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.wecom import wire
from bot.wecom.gateway import Gateway
from bot.wecom.sending import kf_msgid

KF = "wkBENCHMARK0001"
TEXT = "绿茶用八十度的水泡两分钟就好，水太烫会苦。要是想喝得淡一些，第二泡再短半分钟。"
BATCH = 500


def message(number: int, now: int) -> Outbound:
    """An answer to a member of his own, so that no lane waits for another."""
    peer = f"wmBENCH{number:08}"
    talk = f"kf:{KF}:{peer}"
    return Outbound(
        lane=talk, pool="reply", channel="kf", account=KF, peer=peer, kind="reply",
        body=Text(f"{TEXT}（{number}）"), origin="reply", persona="bench", persona_version=1,
        conversation=talk, member=peer, dedupe=f"reply/kf:{number}/0", send_at=now, retry_at=now,
    )  # fmt: skip


def question(number: int, now: int) -> Inbound:
    """What it answers: it opens the kf window."""
    return Inbound(channel="kf", account=KF, dedupe=f"kf:{KF}:{number}", kind="text",
                   peer=f"wmBENCH{number:08}", text="绿茶用多少度的水泡？", sent_at=now,
                   received_at=now)  # fmt: skip


def queue(tx: Tx, numbers: Sequence[int], now: int) -> None:
    """Members write, and their answers wait to leave."""
    inbox.accept_all(tx, [question(number, now) for number in numbers], Settle(0, 0))
    for number in numbers:
        outbox.enqueue(tx, message(number, now), now)


def said(tx: Tx) -> dict[str, int]:
    """How many rows of the reply log there are, by status."""
    found: dict[str, int] = {}
    for row in replies.search(tx):
        found[row["status"]] = found.get(row["status"], 0) + 1
    return found


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/cgi-bin/kf/send_msg?access_token=bench-token"


def _body(row: Outbound, limits: Limits) -> bytes:
    return orjson.dumps({"touser": row.peer, "open_kfid": row.account,
                         "msgid": kf_msgid(row.dedupe), **wire.kf(row.body, limits)})  # fmt: skip


def _client(config: Config) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=config.deliver.reply_slots)
    return aiohttp.ClientSession(connector=connector)


async def raw(config: Config, port: int, first: int, n: int, now: int) -> dict[str, Any]:
    """The same bodies through the bare client, as many at once as the product sends."""
    rows = (message(number, now) for number in range(first, first + n))
    bodies = iter([_body(row, config.wecom.limits) for row in rows])
    url = _url(port)

    async def sender(http: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with http.post(url, data=body) as answer:
                assert orjson.loads(await answer.read())["errcode"] == 0

    slots = config.deliver.reply_slots
    async with _client(config) as http:
        began, cpu = perf_counter(), process_time()
        await asyncio.gather(*(sender(http) for _ in range(slots)))
        return {"seconds": perf_counter() - began, "cpu": process_time() - cpu}


class Bare:
    """In place of the gateway: the bare client's call. What is left is what the store costs."""

    def __init__(self, http: aiohttp.ClientSession, config: Config, port: int) -> None:
        self._http, self._limits = http, config.wecom.limits
        self._url = _url(port)

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        """One call."""
        async with self._http.post(self._url, data=_body(row, self._limits)) as answer:
            return Sent(orjson.loads(await answer.read())["msgid"])


class OpenDoor:
    """In place of the guard: everything leaves."""

    async def verdict(self, row: Outbound, now: int) -> Verdict | None:
        """Nothing is stopped."""
        return None


async def ours(
    config: Config, port: int, first: int, n: int, clock: SystemClock, *, what: str
) -> dict[str, Any]:
    """The real worker, from the first claim to the last commit, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="onevoice-bench-") as folder:
        path = Path(folder) / "onevoice.db"
        migrate_sqlite(path, clock.now())
        store = SqliteStore(path, readers=1)
        try:
            numbers = range(first, first + n)
            for chunk in _chunks(numbers):
                await store.write(queue, chunk, clock.now())
            found = await _deliver(config, port, store, clock, what)
            found["said"] = await store.read(said)
        finally:
            store.close()
    return found


def _chunks(numbers: range) -> list[range]:
    return [numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH)]


async def _deliver(
    config: Config, port: int, store: Store, clock: SystemClock, what: str
) -> dict[str, Any]:
    bells, stop = Bells(), asyncio.Event()
    watched = TimedStore(store) if what == "timed" else None
    library = Library(store, config, clock)
    await library.open()
    door = LastLook(store, library, config)
    async with _way(config, port, clock, what) as gateway:
        worker = Deliver("reply", watched or store, gateway, config, clock, bells,
                         door if what in ("ours", "timed") else OpenDoor())  # fmt: skip

        async def step(now: int) -> int | None:
            next_at = await worker.step(now)
            if next_at is None and worker.idle:
                stop.set()  # nothing is due and nothing under way
            return next_at

        began, cpu = perf_counter(), process_time()
        with commits_timed() as commits:
            await run_worker("deliver", step, bells.outbox["reply"], clock, stop)
        found: dict[str, Any] = {"seconds": perf_counter() - began, "cpu": process_time() - cpu}
    return found | ({"spent": {**watched.spent, **commits}} if watched else {})


@contextlib.asynccontextmanager
async def _way(config: Config, port: int, clock: SystemClock, what: str) -> AsyncIterator[Carrier]:
    if what == "rows":
        async with _client(config) as http:
            yield Bare(http, config, port)
        return
    async with Gateway(config, f"http://127.0.0.1:{port}", clock) as gateway:
        await gateway.keep_warm()
        yield gateway


def _spoken(config: Path) -> Path:
    """The folder with a persona whose words these are."""
    persona = config.parent / "personas" / "bench"
    persona.mkdir(exist_ok=True)
    text = f'id = "bench"\nname = "小盏"\ntype = "spokesperson"\n[accounts]\nkf = ["{KF}"]\n'
    (persona / "persona.toml").write_text(text, "utf-8")
    return config


async def serve(folder: Path) -> None:
    """Carries out the orders, one after another."""
    config, clock = load_config(_spoken(brand(folder))), SystemClock()
    loop = asyncio.get_running_loop()
    heap.settle()
    say_ready()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        what, port, first, n = order["what"], order["port"], order["first"], order["n"]
        if what == "raw":
            found = await raw(config, port, first, n, clock.now())
        else:
            found = await ours(config, port, first, n, clock, what=what)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if float(sys.argv[2]):
        slow_down(float(sys.argv[2]) / 1000)
    uvloop.run(serve(Path(sys.argv[1])))
