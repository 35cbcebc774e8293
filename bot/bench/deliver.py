"""``deliver``: kf texts a second through the real worker, beside the bare client on the same stub.

The worker claims rows, commits, calls, and commits their fate with its audit and reply rows. The
floor posts the same bodies with the same client library, as many at once, and keeps nothing.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.child import Child
from bot.bench.frame import BenchFailed, Result, alternating, cpus, ratio
from bot.bench.services import SECRETS

UNIT = "messages/s"
# The floor; everything; calls of the bare client and the real rows; everything but the guard.
WAYS = ("raw", "ours", "rows", "calls")
# What the queries of one message are for, in the detail of the result.
SHARES: Mapping[str, tuple[str, ...]] = {
    "claim_us": ("outbox_claim", "conversations_hold", "conversation_count_sent"),
    "finish_us": ("outbox_finish",), "replies_us": ("reply_status",), "audit_us": ("audit_add",),
    "events_us": ("event_reached",), "commit_us": ("commit",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is sent in each round."""

    rounds: int = 5
    messages: int = 6_000
    slow_ms: float = 4.0


class Senders:
    """The process that sends, and the stub that counts what arrived."""

    def __init__(self, sender: Child, stub: Child, port: int, n: int) -> None:
        self._sender, self._stub, self._port, self._n = sender, stub, port, n
        self._first = 0
        self._cpu: dict[str, list[float]] = {what: [] for what in (*WAYS, "timed")}
        self.delivered = 0

    def cpu_of(self, what: str) -> float:
        """CPU time of a message, in µs; the median of the rounds."""
        return round(statistics.median(self._cpu[what]), 1)

    def rest(self) -> dict[str, float]:
        """What the whole costs beside calls and rows, in µs of CPU time a message: the gateway
        with its tokens, files and verdicts, and the last look of the guard."""
        ours, rows, calls = (self.cpu_of(what) for what in ("ours", "rows", "calls"))
        return {"gateway_us": round(calls - rows, 1), "guard_us": round(ours - calls, 1)}

    def on(self, what: str) -> Callable[[], float]:
        """A contestant: sends once, messages a second."""
        return lambda: self._n / float(self.send(what)["seconds"])

    def send(self, what: str) -> dict[str, Any]:
        """One round. Raises BenchFailed unless each message arrived once and is logged as sent."""
        found = self._sender.ask(what=what, port=self._port, first=self._first, n=self._n)
        self._first += self._n
        seen = self._stub.ask()
        if seen != {"calls": self._n, "messages": self._n}:
            raise BenchFailed(f"{self._n} messages were sent, but the stub saw {seen}")
        if what != "raw" and found["said"] != {"sent": self._n}:
            raise BenchFailed(f"the reply log says {found['said']} of {self._n} messages")
        self.delivered += self._n if what != "raw" else 0
        self._cpu[what].append(found["cpu"] / self._n * 1e6)
        return found


def measure(progress: Callable[[str], None], plan: Plan | None = None) -> list[Result]:
    """The figures of ``deliver``. Raises BenchFailed when a message was lost or doubled."""
    plan = plan or Plan()
    progress("deliver: as it is, and in parts")
    with _senders(plan, 0) as senders:
        floor, whole, rows, _ = alternating(plan.rounds, *map(senders.on, WAYS))
        costs = _costs(senders.send("timed"), plan.messages)
        found = [
            _result("deliver", whole, floor, senders, "ours", senders.rest()),
            _result("deliver.rows", rows, floor, senders, "rows", costs),
        ]
    progress(f"deliver: each commit {plan.slow_ms:g} ms slower")
    with _senders(plan, plan.slow_ms) as senders:
        floor, whole = alternating(plan.rounds, senders.on("raw"), senders.on("ours"))
        found.append(_result("deliver.slow_disk", whole, floor, senders, "ours",
                             {"commit_ms": plan.slow_ms}))  # fmt: skip
    return found


def _result(
    name: str, rate: float, floor: float, senders: Senders, what: str, more: Mapping[str, float]
) -> Result:
    cost, base = senders.cpu_of(what), senders.cpu_of("raw")
    return Result(
        name=name, value=round(rate), unit=UNIT, floor=round(floor),
        ratio_to_floor=ratio(rate, floor),
        detail={"cpu_us": cost, "floor_cpu_us": base, "cpu_ratio_to_floor": ratio(base, cost),
                "delivered": senders.delivered, **more},
    )  # fmt: skip


def _costs(found: Mapping[str, Any], n: int) -> dict[str, float]:
    """Where the store's time goes, in µs for each message; measured in a round of its own."""
    spent: Mapping[str, float] = found["spent"]
    named = {share: sum(spent.get(query, 0.0) for query in queries)
             for share, queries in SHARES.items()}  # fmt: skip
    inside = sum(seconds for name, seconds in spent.items() if name.startswith("in "))
    queries = sum(seconds for share, seconds in named.items() if share != "commit_us")
    named["rows_us"] = inside - queries  # between rows and values: JSON, verdicts, audit texts
    costs = {share: round(seconds / n * 1e6, 1) for share, seconds in named.items()}
    return {**costs, "messages_per_commit": round(2 * n / max(spent["commits"], 1), 1)}


@contextlib.contextmanager
def _senders(plan: Plan, slow_ms: float) -> Any:
    serve, others = cpus()
    with tempfile.TemporaryDirectory(prefix="onevoice-bench-") as name:
        folder = Path(name)
        command = ["-m", "bot.bench.sender", str(folder / "brand"), str(slow_ms)]
        with (
            Child(["-m", "bot.bench.stub"], folder / "stub.log", cpu=others) as stub,
            Child(command, folder / "sender.log", cpu=serve, env=SECRETS) as sender,
        ):
            port = stub.ready()["port"]
            sender.ready()
            yield Senders(sender, stub, port, plan.messages)
