"""Segments of three conditions over 1,000,000 members and 5,000,000 tags.

The floor is the sentence that one would write by hand for the same segment, over the same
database; a ratio of 1 means that the words of an editor cost nothing. ``audience.sets`` counts and
lists in memory (``store/sets.py``) what the same sentence counts. Times are of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.bench.frame import BenchFailed, Result, alternating, ratio
from bot.bench.sample import NOW, Desk, database, fill
from bot.core.audience import Audience
from bot.core.clock import DAY
from bot.store import audience, filling
from bot.store.sets import Sets
from scheduler.audience import parse_audience

MEMBERS, ROUNDS = 1_000_000, 5
DAYS = {"some": 63, "many": 66}  # 8,000 and 300,000 of 1,000,000; the others ask for 30
WORDS: Mapping[str, str] = {
    "small": "标签:T95 且 非 标签:T0 且 活跃<30天",
    "some": "标签:T95 且 非 标签:T0 且 活跃<63天",
    "large": "tag:T0 AND NOT tag:T1 AND active<30d",
    "many": "推广:可 且 非 标签:T0 且 活跃<66天",
    "negative": "推广:可 且 非 (标签:T0 或 活跃<30天)",
}
IN_MEMORY = ("some", "many")
# Whose hand-written sentence is another's, over other days.
SAME = {"small": "some"}
PAGE, SCREEN = 1_000, 50


def measure(progress: Callable[[str], None], *, members: int = MEMBERS) -> list[Result]:
    """Milliseconds for the count of each segment, with its hits. Raises BenchFailed if they differ
    from the hand-written sentence's."""
    with database() as desk:
        began, busy = time.perf_counter(), time.process_time()
        build(desk, members, progress)
        built = {"built_s": time.perf_counter() - began, "built_cpu_s": time.process_time() - busy}
        built["database_mb"] = desk.path.stat().st_size / 1e6
        results = [_segment(desk, name, built, progress) for name in WORDS]
        sets = Sets()
        return results + [_in_memory(desk, name, sets, progress) for name in IN_MEMORY]


def build(desk: Desk, members: int, progress: Callable[[str], None]) -> None:
    """The world: ``members`` members, five tags of a file, a friendship and a chat each."""
    desk.write(filling.put_own_tags)
    fill(desk, filling.put_people, members, filling.STEP, NOW,
         told=lambda done: progress(f"audience: {done:,} of {members:,} members"))  # fmt: skip


def _segment(
    desk: Desk, name: str, built: Mapping[str, float], progress: Callable[[str], None]
) -> Result:
    wanted = parse_audience(WORDS[name], {}, "UTC")
    hits = desk.read(audience.count, wanted, NOW)
    since = NOW - DAYS.get(name, 30) * DAY
    if hits != desk.read(filling.segment, SAME.get(name, name), since):
        raise BenchFailed(f"audience.{name}: {hits} hits, but the hand-written sentence differs")
    progress(f"audience: {name}, {hits:,} hits")
    ours, floor, page = alternating(
        ROUNDS,
        lambda: _ms(lambda: desk.read(audience.count, wanted, NOW)),
        lambda: _ms(lambda: desk.read(filling.segment, SAME.get(name, name), since)),
        lambda: _ms(lambda: desk.read(audience.page, wanted, NOW, "", PAGE)),
    )
    return Result(
        name=f"audience.{name}", value=ours, unit="ms", floor=floor,
        ratio_to_floor=ratio(floor, ours),
        detail={"hits": hits, "words": WORDS[name], "first_page_ms": page, **built,
                "all_ids_s": _ms(lambda: _all(desk, wanted, hits)) / 1_000},
    )  # fmt: skip


def _in_memory(
    desk: Desk, name: str, sets: Sets, progress: Callable[[str], None]
) -> Result:  # fmt: skip
    wanted = parse_audience(WORDS[name], {}, "UTC")
    since = NOW - DAYS[name] * DAY
    first = _ms(lambda: desk.read(audience.count, wanted, NOW, sets))
    hits = desk.read(audience.count, wanted, NOW, sets)
    if hits != desk.read(filling.segment, SAME.get(name, name), since):
        raise BenchFailed(f"audience.sets.{name}: {hits} hits, but the database has others")
    progress(f"audience: {name} in memory, {hits:,} hits")
    ours, floor, page, screen = alternating(
        ROUNDS,
        lambda: _ms(lambda: desk.read(audience.count, wanted, NOW, sets)),
        lambda: _ms(lambda: desk.read(filling.segment, SAME.get(name, name), since)),
        lambda: _ms(lambda: desk.read(audience.page, wanted, NOW, "", PAGE, sets)),
        lambda: _ms(lambda: desk.read(audience.page, wanted, NOW, "", SCREEN, sets)),
    )
    return Result(
        name=f"audience.sets.{name}", value=ours, unit="ms", floor=floor,
        ratio_to_floor=ratio(floor, ours),
        detail={"hits": hits, "words": WORDS[name], "first_page_ms": page,
                "first_50_ms": screen, "first_count_ms": first, "sets_mb": sets.bytes() / 1e6},
    )  # fmt: skip


def _all(desk: Desk, wanted: Audience, hits: int) -> None:
    found = desk.read(lambda tx: sum(map(len, audience.chunks(tx, wanted, NOW, 10 * PAGE))))
    if found != hits:
        raise BenchFailed(f"{found} ids, but {hits} were counted")


def _ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1_000
