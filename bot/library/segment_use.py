"""Where a segment is used: campaigns, steps of flows, circles, other segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.store.segments import Segment
from scheduler.campaigns import Campaign
from scheduler.conditions import SEGMENT
from scheduler.sketch import read, rows


@dataclass(frozen=True, slots=True)
class Use:
    """``kind``: campaign, flow, circle or segment; ``name`` finds it, ``title`` is for people."""

    kind: str
    name: str
    title: str


def named(words: str) -> frozenset[str]:
    """Segments that an audience names; none where it cannot be read."""
    try:
        return frozenset(row.value for _, row in rows(read(words)) if row.field == SEGMENT)
    except BadInput:
        return frozenset()


def uses(
    cast: Cast | None, drafts: Iterable[Campaign], segments: Iterable[Segment]
) -> dict[str, list[Use]]:
    """What names each segment: what serves, campaigns that are being written, other segments that
    are in sight."""
    found: dict[str, list[Use]] = {}
    for words, use in (*_serving(cast), *_written(drafts), *_segments(segments)):
        for name in named(words):
            if use not in found.setdefault(name, []):
                found[name].append(use)
    return found


def _serving(cast: Cast | None) -> Iterator[tuple[str, Use]]:
    if cast is None:
        return
    yield from _written(cast.campaigns)
    for flow in cast.flows:
        for step in flow.file.step:
            yield step.when, Use("flow", flow.id, flow.file.title or flow.id)
    for circle in cast.circles.values():
        yield circle.admission.auto, Use("circle", circle.id, circle.title)


def _written(campaigns: Iterable[Campaign]) -> Iterator[tuple[str, Use]]:
    for one in campaigns:
        yield one.file.audience, Use("campaign", one.id, one.file.title or one.id)


def _segments(segments: Iterable[Segment]) -> Iterator[tuple[str, Use]]:
    for one in segments:
        if one.archived_at is None:
            yield one.words, Use("segment", one.name, one.name)
