"""An independent judge over what a persona posted to customer groups and to moments: it knows the
tasks on the platform and the numbers of the rules, nothing of the product's tables or code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 86_400_000
TOGETHER = 120_000  # tasks of one text made within this are one post to many


@dataclass(frozen=True, kw_only=True)
class FeedLaw:
    """The numbers, and the mark of a post that sells. Of ``window`` ms, ``share`` may sell, but one
    always may; ``gap`` others stand between two that do."""

    posts_day: int = 2
    moments_day: int = 2
    moments_month: int = 40
    share: float = 0.2
    window: int = 7 * DAY
    gap: int = 4
    quiet_from: int = 21 * 60 + 30
    quiet_to: int = 8 * 60 + 30
    zone: str = "Asia/Shanghai"
    offer: str = ""


@dataclass(frozen=True, order=True)
class Posted:
    """One post, by when its tasks were made."""

    at: int
    text: str


def posts(tasks: Iterable[tuple[int, str]]) -> list[Posted]:
    """The posts behind tasks of many accounts, given as (made at, text)."""
    found: list[Posted] = []
    last: dict[str, int] = {}
    for at, text in sorted(tasks):
        if at - last.get(text, -DAY) > TOGETHER:
            found.append(Posted(at, text))
        last[text] = at
    return found


def judge_groups(line: Sequence[Posted], law: FeedLaw) -> Iterator[str]:
    """Every rule that the posts to groups broke, as a sentence."""
    for n, post in enumerate(line):
        there = _there(post.at, law)
        minute = there.hour * 60 + there.minute
        if minute >= law.quiet_from or minute < law.quiet_to:
            yield f"quiet: {there:%m-%d %H:%M} {post.text!r}"
        if _of_day(line[: n + 1], there.date(), law) > law.posts_day:
            yield f"posts_day: {there:%m-%d %H:%M}"
    yield from _selling(line, law)


def judge_moments(line: Sequence[Posted], law: FeedLaw) -> Iterator[str]:
    """Every rule that the posts to moments broke, as a sentence."""
    for n, post in enumerate(line):
        there = _there(post.at, law)
        if _of_day(line[: n + 1], there.date(), law) > law.moments_day:
            yield f"moments_day: {there:%m-%d %H:%M}"
        month = [one for one in line[: n + 1]
                 if f"{_there(one.at, law):%Y%m}" == f"{there:%Y%m}"]  # fmt: skip
        if len(month) > law.moments_month:
            yield f"moments_month: {there:%m-%d}"
    yield from _selling(line, law)


def _selling(line: Sequence[Posted], law: FeedLaw) -> Iterator[str]:
    places = [n for n, post in enumerate(line) if law.offer in post.text]
    for before, after in pairwise(places):
        if after - before - 1 < law.gap:
            yield f"spacing: {_there(line[after].at, law):%m-%d %H:%M}"
    for n in places:
        recent = [one for one in line[: n + 1] if one.at > line[n].at - law.window]
        sold = sum(law.offer in one.text for one in recent)
        if sold > max(1, len(recent) * law.share):
            yield f"share: {_there(line[n].at, law):%m-%d %H:%M}"


def _of_day(line: Sequence[Posted], day: date, law: FeedLaw) -> int:
    return sum(_there(one.at, law).date() == day for one in line)


def _there(at: int, law: FeedLaw) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(law.zone))
