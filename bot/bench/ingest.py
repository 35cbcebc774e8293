"""``ingest``: durable callbacks a second, beside a server that keeps nothing and the usual shape.

Every contestant gets its own encrypted letters, all made before the clock starts, over 64 kept
connections. What the services say they have kept must equal what was answered with 200.
"""

from __future__ import annotations

import contextlib
import itertools
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.bench import services
from bot.bench.child import Child
from bot.bench.frame import BenchFailed, Result, alternating, cpus, ratio
from bot.bench.services import Service, installed

UNIT = "callbacks/s"
MISSING = "pip install flask gunicorn"
NO_FRAMEWORK = "pip install 'nonebot2[fastapi]' nonebot-adapter-onebot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long it is measured. ``letters`` are made for each round; when none is left it ends."""

    rounds: int = 5
    seconds: float = 2.0
    letters: int = 30_000
    slow_ms: float = 4.0
    repeats: float = 0.3


@dataclass(slots=True)
class Rounds:
    """Plays rounds on services and remembers what came of them."""

    load: Child
    plan: Plan
    seen: defaultdict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _first: itertools.count[int] = field(default_factory=itertools.count)

    def on(self, service: Service, **changes: Any) -> Callable[[], float]:
        """A contestant: plays one round, callbacks a second."""

        def play() -> float:
            before = service.child.cpu_seconds()
            order = {"port": service.port, "path": service.path, "make": service.make,
                     "first": next(self._first) * self.plan.letters, "n": self.plan.letters,
                     "seconds": self.plan.seconds}  # fmt: skip
            found = self.load.ask(**{**order, **changes})
            if found["other"] or found["cut"] or not found["ok"]:
                raise BenchFailed(f"a service of the benchmark refused or lost callbacks: {found}")
            found["cpu_us"] = (service.child.cpu_seconds() - before) / found["ok"] * 1e6
            self.seen[service.port].append(found)
            return int(found["ok"]) / float(found["seconds"])

        return play

    def median(self, service: Service, key: str) -> float:
        """The median of one figure over all rounds of a service."""
        return round(float(statistics.median(r[key] for r in self.seen[service.port])), 2)

    def check(self, service: Service) -> int:
        """How many messages it has kept: as many as were accepted. Raises BenchFailed."""
        accepted = sum(r["ok"] for r in self.seen[service.port])
        kept = service.kept() if service.kept else accepted
        if kept != accepted:
            raise BenchFailed(f"{accepted} callbacks were accepted, but {kept} were kept")
        return kept


def measure(progress: Callable[[str], None], plan: Plan | None = None) -> list[Result]:
    """The figures of ``ingest``. Raises BenchFailed when a callback was lost or refused."""
    plan = plan or Plan()
    serve, loads = cpus()
    with (
        tempfile.TemporaryDirectory(prefix="onevoice-bench-") as name,
        contextlib.ExitStack() as on,
    ):
        folder = Path(name)
        load = on.enter_context(Child(["-m", "bot.bench.load"], folder / "load.log", cpu=loads))
        load.ready()
        floor = on.enter_context(services.floor(folder, serve))
        progress("ingest: as it is")
        main = _main(folder, load, floor, plan, serve)
        progress("ingest: with repeats and at half load")
        others = _quiet(folder, load, floor, plan, serve, main.value)
        progress(f"ingest: each commit {plan.slow_ms:g} ms slower")
        return [main, *others, _slow(folder, load, floor, plan, serve)]


def _main(folder: Path, load: Child, floor: Service, plan: Plan, cpu: int) -> Result:
    rounds = Rounds(load, plan)
    with contextlib.ExitStack() as on:
        ours = on.enter_context(services.product(folder / "product", cpu))
        peers = _peers(on, folder / "usual")
        contestants = [floor, ours, *peers.values()]
        rates = alternating(plan.rounds, *(rounds.on(service) for service in contestants))
        began = perf_counter()
        kept = rounds.check(ours)
        behind = (perf_counter() - began) / kept * 1e6
        for service in (floor, *peers.values()):
            rounds.check(service)
        more = {name: round(rate) for name, rate in zip(peers, rates[2:], strict=True)}
        return Result(
            name="ingest", value=round(rates[1]), unit=UNIT, floor=round(rates[0]),
            ratio_to_floor=ratio(rates[1], rates[0]),
            ratio_to_usual=ratio(rates[1], rates[2]) if "usual" in peers else None,
            detail={**_cost(rounds, ours, floor), **_missing(more),
                    "p99_ms": rounds.median(ours, "p99_ms"),
                    "floor_p99_ms": rounds.median(floor, "p99_ms"),
                    "rounds": plan.rounds, "kept": kept, "sorting_us": round(behind, 2)},
        )  # fmt: skip


def _peers(on: contextlib.ExitStack, folder: Path) -> dict[str, Service]:
    """The services that are installed, the usual one first."""
    found = {}
    if installed("flask", "gunicorn"):
        found["usual"] = on.enter_context(services.usual(folder))
    if installed("nonebot", "nonebot.adapters.onebot", "uvicorn"):
        found["framework"] = on.enter_context(services.framework(folder.parent))
    return found


def _missing(rates: Mapping[str, float]) -> dict[str, float | str]:
    """The peers' figures, or what to install for them."""
    return {"usual": rates.get("usual", MISSING), "framework": rates.get("framework", NO_FRAMEWORK)}


def _cost(rounds: Rounds, ours: Service, floor: Service) -> dict[str, float | str]:
    """CPU time of the servers: it says the same on a busy machine as on a quiet one."""
    cost, base = rounds.median(ours, "cpu_us"), rounds.median(floor, "cpu_us")
    return {"cpu_us": cost, "floor_cpu_us": base, "cpu_ratio_to_floor": ratio(base, cost)}


def _quiet(
    folder: Path, load: Child, floor: Service, plan: Plan, cpu: int, rate: float
) -> list[Result]:
    with services.product(folder / "quiet", cpu) as ours:
        half = Rounds(load, plan)
        pace = {"rate": rate / 2}
        alternating(plan.rounds, half.on(floor, **pace), half.on(ours, **pace))
        late, base = half.median(ours, "p99_ms"), half.median(floor, "p99_ms")
        again = Rounds(load, plan)
        mixed = {"repeats": plan.repeats}
        rates = alternating(plan.rounds, again.on(floor, **mixed), again.on(ours, **mixed))
    return [
        Result(name="ingest.p99", value=late, unit="ms", floor=base,
               ratio_to_floor=ratio(late, base),
               detail={"rate": round(rate / 2), "p50_ms": half.median(ours, "p50_ms"),
                       "kept": sum(r["ok"] for r in half.seen[ours.port])}),
        Result(name="ingest.repeats", value=round(rates[1]), unit=UNIT, floor=round(rates[0]),
               ratio_to_floor=ratio(rates[1], rates[0]),
               detail={**_cost(again, ours, floor), "share": plan.repeats}),
    ]  # fmt: skip


def _slow(folder: Path, load: Child, floor: Service, plan: Plan, cpu: int) -> Result:
    rounds = Rounds(load, plan)
    with contextlib.ExitStack() as on:
        ours = on.enter_context(services.product(folder / "slow", cpu, plan.slow_ms))
        peers = {}
        if installed("flask", "gunicorn"):
            peers["usual"] = on.enter_context(services.usual(folder / "slow-usual", plan.slow_ms))
        contestants = [floor, ours, *peers.values()]
        rates = alternating(plan.rounds, *(rounds.on(service) for service in contestants))
        kept = [rounds.check(service) for service in contestants][1]
    return Result(
        name="ingest.slow_disk", value=round(rates[1]), unit=UNIT, floor=round(rates[0]),
        ratio_to_floor=ratio(rates[1], rates[0]),
        ratio_to_usual=ratio(rates[1], rates[2]) if peers else None,
        detail={**_cost(rounds, ours, floor), "commit_ms": plan.slow_ms, "kept": kept,
                "p99_ms": rounds.median(ours, "p99_ms"),
                "usual": round(rates[2]) if peers else MISSING},
    )  # fmt: skip
