"""Red packets against the sandbox's till, over the wire: each is paid once, whatever breaks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from bot.adapters.pay import open_pay
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.paying import Packet, Paid, Pay
from bot.store import granting, merging, people
from sandbox.rules import oa, pay
from sandbox.server import Sandbox
from scheduler.paying import LEASE, Paying
from tests.contract.conftest import Bench, SqliteBench
from tests.contract.test_activities import do
from tests.contract.test_content_desk import CONFIG
from tests.contract.test_flows import World
from tests.contract.test_rewards import every, out, strike, world

__all__ = ["world"]
PAY = replace(CONFIG, pay=Pay(enabled=True, account="oa", send_name="半盏"))
R = TypeVar("R")


class Till:
    """A merchant, and the worker that pays, on a loop beside the test."""

    def __init__(self, world: World) -> None:
        self.world, self._stack = world, AsyncExitStack()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self._open())

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _open(self) -> None:
        self.sandbox = Sandbox(frozen_at=self.world.now)
        await self.sandbox.start()
        self._stack.push_async_callback(self.sandbox.stop)
        self.http = await self._stack.enter_async_context(aiohttp.ClientSession())
        made = await self._stack.enter_async_context(open_pay(PAY, self.sandbox.world.base))
        assert made is not None
        self.payments, self.paying = made, Paying(self.world.db.store, made, PAY)

    def close(self) -> None:
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def step(self, later: int = 0) -> None:
        self.world.now += later
        self.sandbox.world.clock.advance(later)
        self.run(self.paying.step(self.world.now))

    def call(self, method: str, to: str, **body: Any) -> Any:
        async def ask() -> Any:
            url = f"{self.sandbox.world.base}/sandbox/{to}"
            async with self.http.request(method, url, json=body) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        return self.run(ask())

    @property
    def paid(self) -> list[str]:
        return [one["status"] for one in self.call("GET", "pay")]

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(row["state"], row["why"]) for row in every(self.world)]

    def earn(self, member: str, openid: str = "") -> None:
        """He takes part; with an id at the official account he may be paid."""
        do(self.world, "sign_up", "money", member)
        if openid:
            self.follow(member, openid)

    def follow(self, member: str, openid: str) -> None:
        oa.touch(self.sandbox.world, openid, "subscribe")
        tell, now = self.world.db.write, self.world.now
        tell(people.ensure_member, f"oa:{openid}", now)
        tell(merging.merge, f"oa:{openid}", member, "staff", now, "lin")


@pytest.fixture
def db(migrated: Path, tmp_path: Path) -> Iterator[Bench]:
    """One engine: what is asked of the other stands in test_rewards_soak.py."""
    bench = SqliteBench(migrated, tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def till(world: World) -> Iterator[Till]:
    made = Till(world)
    world.db.write(granting.more, "money", "packet", world.now, n=0, cents=2_000, why="多",
                   actor="lin")  # fmt: skip
    yield made
    made.close()


def test_a_packet_is_paid_and_what_nobody_opens_comes_back(till: Till) -> None:
    for n in range(2):
        till.earn(f"wm{n}", f"o{n}")
    till.step(MINUTE)
    assert till.paid == ["SENT", "SENT"]
    assert till.states == [("sent", ""), ("sent", "")]
    till.call("POST", f"pay/{every(till.world)[0]['paid_no']}/open")
    till.step(25 * HOUR)
    assert till.states == [("sent", ""), ("failed", "back")]
    assert out(till.world, "money", "packet") == (1, 188)  # the money may be spent again
    till.world.tick(7 * DAY)
    assert till.states == [("settled", ""), ("failed", "back")]


def test_an_unknown_outcome_is_asked_about_and_never_paid_anew(till: Till) -> None:
    for n, fault in enumerate(("drop_before", "drop_after", "http500", "kill")):
        till.earn(f"wm{n}", f"o{n}")
        if fault == "kill":  # the process dies between the call and the row
            till.paying._write = lambda *_: None  # type: ignore[method-assign, assignment]
            till.step(MINUTE)
            assert till.states[n] == ("paying", "") and len(till.paid) == n + 1
            till.run(_anew(till))
            till.step(LEASE)
        else:
            till.call("POST", "faults", on="api", kind=fault, path="sendredpack", n=1)
            till.step(MINUTE)
            assert till.states[n] == ("unsure", "")
            till.step(5 * MINUTE)
        till.step(10 * MINUTE)
        till.step(10 * MINUTE)
        assert till.states[n] == ("sent", ""), fault
        assert till.paid == ["SENT"] * (n + 1), fault
    assert till.call("POST", "pay")["balance"] == 1_000_000 - 4 * 188


async def _anew(till: Till) -> None:
    till.paying = Paying(till.world.db.store, till.payments, PAY)


def test_refusals_that_pass_wait_and_codes_that_say_nothing_are_asked_about(till: Till) -> None:
    till.earn("wm0", "o0")
    till.call("POST", "pay", balance=100)
    till.step(MINUTE)
    assert till.states == [("granted", "pay")]
    assert every(till.world)[0]["note"].startswith("NOTENOUGH")
    till.call("POST", "pay", balance=1_000, code="SYSTEMERROR", done=True, on="sendredpack")
    till.step(HOUR)
    assert till.states == [("unsure", "")] and till.paid == ["SENT"]
    till.step(2 * MINUTE)
    assert till.states == [("sent", "")] and till.paid == ["SENT"]


def test_what_stays_unknown_stands_in_the_list(till: Till) -> None:
    till.earn("wm0", "o0")
    till.call("POST", "pay", code="SYSTEMERROR", n=99)
    for _ in range(5):
        till.step(2 * DAY)
    row = every(till.world)[0]
    assert (row["state"], row["retry_at"], till.paid) == ("unsure", None, [])
    assert "SYSTEMERROR" in row["note"]


def test_who_is_not_known_to_the_account_is_waited_for(till: Till) -> None:
    till.earn("wm0")
    till.step(MINUTE)
    assert till.states == [("granted", "openid")] and till.paid == []
    till.world.tick()
    told = till.world.db.look("SELECT member FROM happening WHERE event = 'reward_waiting'")
    assert [row["member"] for row in told] == ["wm0"]
    till.follow("wm0", "o0")
    till.step(HOUR)
    assert till.states == [("sent", "")]
    till.earn("wm1")
    till.step(MINUTE)
    till.step(31 * DAY)
    assert till.states[1] == ("failed", "openid")


def test_what_lost_its_ground_is_not_paid_and_what_is_paid_is_a_loss(till: Till) -> None:
    for n in range(2):
        till.earn(f"wm{n}", f"o{n}")
    first, second = (row["cause"] for row in every(till.world))
    strike(till.world, first)
    till.step(MINUTE)
    assert till.states == [("clawed", "gone"), ("sent", "")] and till.paid == ["SENT"]
    strike(till.world, second)
    assert [row["loss"] for row in every(till.world)] == [None, 188]
    assert out(till.world, "money", "packet") == (1, 188)  # what is out stays counted


def pay_packet(number: str, openid: str, cents: int) -> Packet:
    return Packet(number=number, openid=openid, cents=cents, title="见面礼")


def test_the_till_pays_one_number_once_and_knows_its_own_signature(till: Till) -> None:
    oa.touch(till.sandbox.world, "o1", "subscribe")
    packet = pay_packet("ov1", "o1", 188)
    assert [till.run(till.payments.send(packet)).fate for _ in range(2)] == ["sent", "sent"]
    assert till.run(till.payments.send(pay_packet("ov1", "o1", 200))).fate == "unsure"
    assert till.run(till.payments.send(pay_packet("ov2", "o1", 99))) == Paid(
        "never", "MONEY_LIMIT 红包金额发放限制")  # fmt: skip
    assert till.run(till.payments.find("ov9")).fate == "absent"
    assert len(pay.books(till.sandbox.world)["packets"]) == 1
    till.payments._calls._secret = "another"  # type: ignore[attr-defined]
    assert till.run(till.payments.send(packet)) == Paid("later", "SIGN_ERROR 签名失败")
