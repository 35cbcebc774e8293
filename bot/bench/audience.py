"""Segments of three conditions over 1,000,000 members and 5,000,000 tags.

The floor is the sentence that one would write by hand for the same segment, over the same
database; a ratio of 1 means that the words of an editor cost nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.bench.frame import BenchFailed, Result, alternating, ratio
from bot.bench.sample import NOW, Desk, database, fill
from bot.core.audience import Audience
from bot.core.clock import DAY
from bot.store import audience, filling
from scheduler.audience import parse_audience

MEMBERS, ROUNDS = 1_000_000, 5
SINCE = NOW - 30 * DAY
WORDS: Mapping[str, str] = {
    "small": "标签:T95 且 非 标签:T0 且 活跃<30天",
    "large": "tag:T0 AND NOT tag:T1 AND active<30d",
    "negative": "推广:可 且 非 (标签:T0 或 活跃<30天)",
}
PAGE = 1_000


def measure(progress: Callable[[str], None], *, members: int = MEMBERS) -> list[Result]:
    """Milliseconds for the count of each segment, with its hits. Raises BenchFailed if they differ
    from the hand-written sentence's."""
    with database() as desk:
        began, busy = time.perf_counter(), time.process_time()
        build(desk, members, progress)
        built = {"built_s": time.perf_counter() - began, "built_cpu_s": time.process_time() - busy}
        return [_segment(desk, name, built, progress) for name in WORDS]


def build(desk: Desk, members: int, progress: Callable[[str], None]) -> None:
    """The world: ``members`` members, five tags, a friendship and a chat each."""
    desk.write(filling.put_tags)
    fill(desk, filling.put_people, members, filling.STEP, NOW,
         told=lambda done: progress(f"audience: {done:,} of {members:,} members"))  # fmt: skip


def _segment(
    desk: Desk, name: str, built: Mapping[str, float], progress: Callable[[str], None]
) -> Result:
    wanted = parse_audience(WORDS[name], {}, "UTC")
    hits = desk.read(audience.count, wanted, NOW)
    if hits != desk.read(filling.segment, name, SINCE):
        raise BenchFailed(f"audience.{name}: {hits} hits, but the hand-written sentence differs")
    progress(f"audience: {name}, {hits:,} hits")
    ours, floor, page = alternating(
        ROUNDS,
        lambda: _ms(lambda: desk.read(audience.count, wanted, NOW)),
        lambda: _ms(lambda: desk.read(filling.segment, name, SINCE)),
        lambda: _ms(lambda: desk.read(audience.page, wanted, NOW, "", PAGE)),
    )
    return Result(
        name=f"audience.{name}", value=ours, unit="ms", floor=floor,
        ratio_to_floor=ratio(floor, ours),
        detail={"hits": hits, "words": WORDS[name], "first_page_ms": page, **built,
                "all_ids_s": _ms(lambda: _all(desk, wanted, hits)) / 1_000},
    )  # fmt: skip


def _all(desk: Desk, wanted: Audience, hits: int) -> None:
    found = desk.read(lambda tx: sum(map(len, audience.chunks(tx, wanted, NOW, 10 * PAGE))))
    if found != hits:
        raise BenchFailed(f"{found} ids, but {hits} were counted")


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
