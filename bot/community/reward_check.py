"""What may stand in [[rewards]], of an activity or of a mission; whom one is for is for the file it
stands in to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.community.checking import ID
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath

if TYPE_CHECKING:
    from bot.community.activity import Reward

Wrong = Iterator[tuple[KeyPath, str, str]]
SPAN = 'write it as "2h"'


def rewards(made: Sequence[Reward]) -> Wrong:
    """What is wrong with each of them, by where it stands."""
    seen: set[str] = set()
    for i, one in enumerate(made):
        at: KeyPath = ("rewards", i)
        if not ID.fullmatch(one.id) or one.id in seen:
            yield (*at, "id"), f"{one.id!r} is no id, or there twice", "small letters and digits"
        seen.add(one.id)
        yield from _how(one, at)
        if min(one.stock, one.budget, one.each, one.cents) < 0:
            yield at, "a limit is below 0", "0 is without a limit"
        if one.settle:
            yield from span((*at, "settle"), one.settle)


def _how(one: Reward, at: KeyPath) -> Wrong:
    for how, key in (("points", "points"), ("redpacket", "cents")):
        if one.how == how and getattr(one, key) < 1:
            yield (*at, key), "is missing", f"how much {key} one gets"
    if one.how == "coupon" and not one.coupons:
        yield (*at, "coupons"), "is missing", "name the file with the codes"
    if one.how == "redpacket" and not one.budget:
        yield (*at, "budget"), "is missing", "the most that may be paid out, in cents"


def span(at: KeyPath, text: str) -> Wrong:
    """What is wrong with a length of time, which must be longer than none."""
    try:
        if parse_span(text) < 1:
            yield at, "is no time", SPAN
    except ValueError as exc:
        yield at, str(exc), SPAN
