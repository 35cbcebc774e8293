"""What may stand in a file of content/activities, beyond that its keys have the right types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.community import reward_check
from bot.community.reward_check import SPAN, Wrong, span
from bot.community.times import dated, instant
from bot.core.daytime import moment
from bot.core.decode import fail
from bot.core.faults import Faults
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.community.activity import Activity, Reward

DAILY = re.compile(r"daily\s+([0-9]{1,2}):([0-9]{2})")
WORD_MAX = 20
# Which keys mean something for which kinds; what has no use was meant for another.
_ONLY: Mapping[str, frozenset[str]] = {
    "options": frozenset({"vote"}),
    "need": frozenset({"help", "groupbuy", "team"}),
    "within": frozenset({"help", "groupbuy"}),
    "order": frozenset({"groupbuy"}),
    "stages": frozenset({"cocreate"}),
    "questions": frozenset({"checkin", "topic", "quiz"}),
    "media": frozenset({"checkin", "topic", "contest", "wishlist", "wall", "cocreate"}),
}


def check(doc: TomlDoc, made: Activity, name: str, zone: str) -> None:
    """Raises BadInput with everything that is wrong."""
    faults = Faults()
    if made.id != name:
        faults.add((fail(doc, ("id",), f"{made.id!r}, but the file is {name!r}",
                         "make them equal"),))  # fmt: skip
    for find in (_head, _kind, _rewards):
        for at, message, fix in find(made):
            faults.add((fail(doc, at, message, fix),))
    for key, kinds in _ONLY.items():
        if key in doc.data and made.kind not in kinds:
            faults.add((fail(doc, (key,), f"means nothing for kind = {made.kind!r}", "remove it"),))
    for at, message, fix in _times(made, zone):
        faults.add((fail(doc, at, message, fix),))
    faults.check()


def _head(made: Activity) -> Wrong:
    for key in ("title", "circle"):
        if not getattr(made, key).strip():
            yield (key,), "is empty", "write it"
    for i, word in enumerate(made.words):
        if not 0 < len(word.strip()) <= WORD_MAX:
            yield ("words", i), f"1 to {WORD_MAX} characters", "what members write to take part"
    for key in ("places", "each", "votes"):
        least = 0 if key == "places" else 1
        if getattr(made.limits, key) < least:
            yield ("limits", key), f"is below {least}", "remove it"
    if made.winners < 0 or (made.judge == "none" and made.winners):
        yield ("winners",), "is found by nobody", 'write judge = "votes" or another'
    if made.judge != "none" and not made.winners:
        yield ("winners",), "is 0", "write how many win"


def _kind(made: Activity) -> Wrong:
    if made.kind in _KINDS:
        yield from _KINDS[made.kind](made)


def _checkin(made: Activity) -> Wrong:
    if not DAILY.fullmatch(made.when.every.strip().lower()):
        yield ("when", "every"), "a check-in comes round daily", 'every = "daily 06:00"'


def _quiz(made: Activity) -> Wrong:
    if not made.questions:
        yield ("questions",), "are missing", "write a [[questions]]"
    for i, one in enumerate(made.questions):
        if len(one.options) < 2:
            yield ("questions", i, "options"), "are fewer than two", 'options = ["对", "不对"]'
        if not one.right or not all(1 <= n <= len(one.options) for n in one.right):
            yield ("questions", i, "right"), "names no option", "right = [1] is the first"


def _vote(made: Activity) -> Wrong:
    if len(made.options) < 2:
        yield ("options",), "are fewer than two", 'options = ["甲", "乙"]'
    elif len(set(made.options)) < len(made.options):
        yield ("options",), "are there twice", "leave one of them"


def _draw(made: Activity) -> Wrong:
    if made.judge != "chance":
        yield ("judge",), "a draw is decided by chance", 'judge = "chance"'


def _needs(made: Activity) -> Wrong:
    if made.need < 2 - (made.kind == "help"):
        yield ("need",), "is too small", "need = 3"
    if made.kind != "team":
        yield from span(("within",), made.within)


def _cocreate(made: Activity) -> Wrong:
    if [one.id for one in made.stages] != ["design", "opinion", "trial"]:
        yield ("stages",), "are not the three steps", "design, opinion, trial, in this order"
    for i, one in enumerate(made.stages):
        yield from span(("stages", i, "lasts"), one.lasts)


_KINDS: Mapping[str, Callable[[Activity], Wrong]] = {
    "checkin": _checkin, "quiz": _quiz, "vote": _vote, "draw": _draw, "help": _needs,
    "groupbuy": _needs, "team": _needs, "cocreate": _cocreate,
}  # fmt: skip


def _rewards(made: Activity) -> Wrong:
    yield from reward_check.rewards(made.rewards)
    for i, one in enumerate(made.rewards):
        yield from _for_whom(made, one, ("rewards", i))


def _for_whom(made: Activity, one: Reward, at: KeyPath) -> Wrong:
    if one.to == "streak" and one.streak < 2:
        yield (*at, "streak"), "one day is no row", "streak = 7"
    if one.to == "winners" and not 1 <= one.first <= one.last <= max(made.winners, 1):
        yield (*at, "last"), f"ranks are from 1 to {made.winners}", "first = 1, last = 3"


def _times(made: Activity, zone: str) -> Wrong:
    times = made.when
    if bool(times.announce) == bool(times.every):
        yield ("when",), "names announce and every, or neither", 'every = "daily 06:00"'
        return
    try:
        start = moment(times.announce, zone) if times.announce else 0
    except ValueError as exc:
        yield ("when", "announce"), str(exc), 'write it as "2026-12-01 09:00"'
        return
    if start is None:
        yield ("when", "announce"), f"{times.announce!r} is no time", '"2026-12-01 09:00"'
        return
    found: dict[str, int] = {}
    for key in ("join", "submit", "close", "award", "remind"):
        try:
            found[key] = _instant(getattr(times, key), start, zone, bool(times.every))
        except ValueError as exc:
            yield ("when", key), str(exc), SPAN
    if len(found) == 5:
        yield from _in_order(made, start, found)


def _instant(text: str, start: int, zone: str, recurs: bool) -> int:
    if recurs and dated(text, zone):
        raise ValueError("is one day, but the activity comes round")
    return instant(text, start, zone)


def _in_order(made: Activity, start: int, found: Mapping[str, int]) -> Wrong:
    close = found["close"]
    if close <= start:
        yield ("when", "close"), "is not later than the beginning", SPAN
    for key in ("join", "submit"):
        if not start <= found[key] < close:
            yield ("when", key), "is not between announcement and close", SPAN
    if made.when.award and found["award"] < close:
        yield ("when", "award"), "is before it is closed", SPAN
