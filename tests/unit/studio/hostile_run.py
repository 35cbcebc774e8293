"""Runs every hostile file the way the product does, and prints what it cost as one JSON line.

A process of its own, so that its memory is its own: the event loop beats in the main thread while
the files are read in another, as the library reads them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from bot.core.errors import BadInput
from bot.core.guarding import Guarding
from bot.library.review import Judges, review_audience, review_template
from bot.persona.brand import Brand
from bot.studio.lint import Rules, lint_template, lint_twins
from bot.studio.matrix import matrix
from bot.studio.parse import parse_template
from tests.unit.studio.hostile import BODIES, FILES, HEAD, PARTS

BEAT = 0.005  # seconds
ROUNDS = 3
GOOD = HEAD + "{{ name }}，好。{% for x in items %}{{ x }}{% endfor %}"


def work(source: str) -> None:
    """Everything that is done with a file before it serves."""
    with suppress(BadInput):
        template = parse_template("care/x", source, "x.j2", PARTS)
        lint_template(template, Rules(taboo=("第一", "最好"), goods=("白茶",)))
        list(lint_twins([template]))
        list(review_template(template, Judges(Brand(name="x"), (), Guarding())))
        list(review_audience(template, {}, "Asia/Shanghai"))
        list(matrix(template, {"p": {}}))


def cpu(source: str) -> float:
    """Seconds of CPU for one file."""
    began = time.process_time()
    work(source)
    return time.process_time() - began


async def gap(run: Callable[[], None]) -> float:
    """The longest that the loop waited for its turn while ``run`` was at work in a thread."""
    task = asyncio.ensure_future(asyncio.to_thread(run))
    longest, last = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(BEAT)
        now = time.perf_counter()
        longest, last = max(longest, now - last - BEAT), now
    await task
    return longest


def main() -> None:
    sources = [*(HEAD + body for body in BODIES), *FILES]
    work(GOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = {number: cpu(source) for number, source in enumerate(sources)}
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # What holds the loop up does so every time; a busy machine does not.
    gaps = {number: min(asyncio.run(gap(partial(work, source))) for _ in range(ROUNDS))
            for number, source in enumerate(sources)}  # fmt: skip
    sys.stdout.write(json.dumps({"files": len(sources), "cpu": max(spent.values()), "gap": max(gaps.values()),
                      "grown_mb": grown / 1024, "slowest": max(spent, key=spent.__getitem__),
                      "longest": max(gaps, key=gaps.__getitem__)}))  # fmt: skip


if __name__ == "__main__":
    main()
