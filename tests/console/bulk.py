"""A console that has been in use for long: many conversations and messages with all that stands
around them, on either engine, and one conversation of a persona that serves."""

from __future__ import annotations

from bot.core.clock import DAY
from bot.core.rota import Shift
from bot.store import alarms, figures_making, index, mentions, quick, shifts
from bot.store.engine import Tx
from bot.store.figures_making import Made, day_after
from bot.store.figures_talk import Stretch
from tests.console.desk import answered, hear, said, talk
from tests.contract import filling
from tests.contract.test_inbox_scale import CORPUS as CHARACTERS
from tests.scenario.reception import NOW, Reception

MIXED = "发SKU88款"
CORPUS = f"{CHARACTERS[:2_000]}{MIXED}{CHARACTERS[2_000:]}"
RARE = "龘靐"  # in one line, the first of all
WORDS = {
    "frequent character": "你", "frequent word": "你好", "usual word": CHARACTERS[500:502],
    "rare word": RARE, "12 characters": CHARACTERS[500:512], "mixed": "sku88款",
    "nothing": "齉龖", "nothing, of known pairs": CHARACTERS[1000:1002] + CHARACTERS[3000:3002],
    "nothing, latin": "zzz9",
}  # fmt: skip
KEY = "kf:wk1:wmBench1000000005"
PEER = "wmLive"
SECOND = 1_000
PEOPLE = 50
OLDER_DAYS = 80  # days that are there as sums only, as after retention


async def fill(desk: Reception, talks: int, lines: int, step: int) -> None:
    """``lines`` messages, one a second and the last now, in ``talks`` conversations."""
    write, begin = desk.store.write, 1_000_000 - lines
    await hear(desk, said(0, "wmFirst", f"{RARE}的茶", at=NOW - 1_000_001 * SECOND))
    for first in range(0, talks, step):
        await write(filling.put_talks, first, min(talks, first + step) - 1, NOW)
    for first in range(begin, 1_000_000, step):
        span = (first, min(1_000_000, first + step) - 1)
        await write(filling.put_sent, *span, talks, NOW, CORPUS)
        await write(filling.put_lines, *span, talks, NOW, CORPUS)
    await write(filling.put_deeds, lines // 20, talks, NOW)
    await write(filling.put_notes, 0, talks - 1, talks, NOW, CORPUS)
    await write(filling.put_friends, talks, NOW)
    for kind in index.KINDS:
        while await write(index.fill, kind, NOW + 10**9):
            pass


async def staff_it(desk: Reception, talks: int) -> int:
    """Colleagues with their shifts, notes that name the lead, saved answers, alarms; and a
    conversation of the persona tester. The id of an answer in it."""
    for number in range(PEOPLE):
        await desk.add(f"staff{number}", "service")
    zone = desk.console.config.timezone

    def around(tx: Tx) -> None:
        for number in range(PEOPLE):
            for weekday in range(5):
                shifts.add(tx, Shift(login=f"staff{number}", kind="weekly", weekday=weekday,
                                     opens=540, closes=1_080), "owner", NOW, zone)  # fmt: skip
        for number in range(5, min(talks, 400), 10):
            key = f"kf:wk{number % 4}:wmBench{1_000_000_000 + number}"
            mentions.note(tx, key, "staff1", "@lead 看一下", NOW)
        for number in range(60):
            quick.add(tx, "tester", f"发货 {number}", "{name}你好，两天内发出。" * 4, "lead", NOW)
        late = alarms.candidates(tx, alarms.FIRST, NOW, NOW)
        alarms.sound(tx, late, alarms.FIRST, NOW, "too long", lambda _: ())

    await desk.store.write(around)
    await hear(desk, *(said(n, PEER, "几天发货", at=NOW - SECOND * (9 - n)) for n in range(8)))
    rows = await desk.store.read(
        lambda tx: tx.rows("thread_inbox", conversation=talk(PEER), before=1 << 60, n=9)
    )
    return await answered(desk, PEER, "下单后两天内发出。", rows[0]["id"])


async def sum_up(desk: Reception) -> None:
    """The figures of all days that are over; before them a quarter of a year like the last day."""
    zone, store = desk.console.config.timezone, desk.store
    made, last = await store.read(figures_making.prepare, NOW, zone), None
    while made is not None:
        await store.write(figures_making.put, made)
        last = made if made.stretch.length >= DAY else last
        made = await store.read(figures_making.prepare, NOW, zone)
    if last is None:
        return
    begins = last.stretch.begins
    for _ in range(OLDER_DAYS):
        begins, ends = day_after(begins, zone, -1), begins
        await store.write(figures_making.put, Made(Stretch(begins, ends, begins), 0, last.counts))
