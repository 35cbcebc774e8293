"""What may stand in [seeds] of a file of content/community."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.community.matching import WHEN
from bot.core.decode import nearest
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath

if TYPE_CHECKING:
    from bot.community.seeds import Seeds

Wrong = Iterator[tuple[KeyPath, str, str]]
DAYS_MAX = 730


def wrong(made: Seeds | None) -> Wrong:
    """Everything that is wrong with it."""
    if made is None:
        return
    yield from _spans(made)
    if not 1 <= made.days <= DAYS_MAX:
        yield ("seeds", "days"), f"is not within 1 and {DAYS_MAX}", "days = 90"
    if made.places < 0:
        yield ("seeds", "places"), "is below 0", "0 is without a limit"
    if not 1 <= made.active.days <= made.days:
        yield ("seeds", "active", "days"), f"is not within 1 and {made.days}", "days = 12"
    if made.quality.posts < 1:
        yield ("seeds", "quality", "posts"), "is below 1", "posts = 2"
    yield from _loyal(made)
    for key in ("active", "quality"):
        for i, when in enumerate(getattr(made, key).when):
            if when not in WHEN:
                yield ("seeds", key, "when", i), f"{when!r} is nothing that counts", nearest(
                    when, WHEN)  # fmt: skip


def _spans(made: Seeds) -> Wrong:
    for key in ("answer", "again", "lasts"):
        yield from _span(("seeds", key), getattr(made, key))


def _loyal(made: Seeds) -> Wrong:
    loyal = made.loyal
    if loyal.stay:
        yield from _span(("seeds", "loyal", "stay"), loyal.stay)
    for key in ("orders", "brought"):
        if getattr(loyal, key) < 0:
            yield ("seeds", "loyal", key), "is below 0", "0: is not asked for"
    if not (loyal.stay or loyal.orders > 0 or loyal.brought > 0):
        yield ("seeds", "loyal"), "asks for nothing", 'stay = "60d"'


def _span(at: KeyPath, text: str) -> Wrong:
    try:
        if parse_span(text) < 1:
            yield at, "is no time", 'write it as "60d"'
    except ValueError as exc:
        yield at, str(exc), 'write it as "60d"'
