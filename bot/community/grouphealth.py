"""How a customer group is: figures of a week as a score with its parts, and what to do. Pure.

What only the message archive could show is None without it, weighs nothing, and is called not
measurable; it is never guessed from something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.community.atmosphere import Weights

# percent at which a part is worth nothing, and everything
SCALE: Mapping[str, tuple[float, float]] = {
    "speakers": (0, 30), "answers": (0, 200), "silent": (95, 50), "promo": (60, 20),
    "taking_part": (0, 15), "staying": (-10, 0),
}  # fmt: skip
WEAK = 50  # a part below this gets advice
ENOUGH = 5  # members from which on a share says anything
PLACES: Mapping[str, str] = {
    "speakers": "/shifts", "answers": "/shifts", "silent": "/flows", "promo": "/plan",
    "taking_part": "/activities", "staying": "/circles",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One group in one week. ``members``: at its end, without colleagues. ``speakers``,
    ``messages``, ``questions``, ``replies`` (to questions, by others, within two hours) and
    ``silent`` (members without a word for 30 days) come from the archive; None without it.
    ``posts`` of ours, of which ``selling`` sold; ``took_part``: members who did so in an activity.
    ``by_staff``: of ``messages``, by colleagues."""

    members: int
    joined: int
    left: int
    posts: int
    selling: int
    took_part: int
    speakers: int | None = None
    messages: int | None = None
    by_staff: int | None = None
    questions: int | None = None
    replies: int | None = None
    silent: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: its value in percent (of ``answers``: 100 is one reply for each
    question), what it is worth from 0 to 100, and its weight. ``why`` it has no worth: archive,
    none (nothing to measure), few, or empty."""

    name: str
    value: float | None
    worth: int | None
    weight: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """``score`` 0 to 100, None when nothing could be measured; ``measured``: percent of the weights
    that it rests on."""

    score: int | None
    measured: int
    parts: tuple[Part, ...]

    @property
    def advice(self) -> list[Part]:
        """Parts to do something about, the one that costs most first."""
        weak = [one for one in self.parts if one.worth is not None and one.worth < WEAK]
        return sorted(weak, key=lambda one: (-(100 - (one.worth or 0)) * one.weight, one.name))


def health(found: Figures, weights: Weights) -> Health:
    """What a week comes to."""
    parts = tuple(_part(name, value, why, getattr(weights, name))
                  for name, value, why in _values(found) if getattr(weights, name))  # fmt: skip
    known = [one for one in parts if one.worth is not None]
    weight, whole = sum(one.weight for one in known), sum(one.weight for one in parts)
    if not weight:
        return Health(None, 0, parts)
    score = sum((one.worth or 0) * one.weight for one in known) / weight
    return Health(round(score), round(100 * weight / whole), parts)


def _part(name: str, value: float | None, why: str, weight: int) -> Part:
    if value is None:
        return Part(name, None, None, weight, why)
    nothing, all_ = SCALE[name]
    worth = 100 * (value - nothing) / (all_ - nothing)
    return Part(name, round(value, 1), round(min(100.0, max(0.0, worth))), weight)


def _values(found: Figures) -> Iterator[tuple[str, float | None, str]]:
    """Each part in percent, or why there is none."""
    n = found.members
    yield "speakers", *_of_members(found.speakers, n)
    yield "answers", *_answers(found)
    yield "silent", *_of_members(found.silent, n)
    if found.posts:
        yield "promo", 100 * found.selling / found.posts, ""
    else:
        yield "promo", None, "none"
    yield "taking_part", *_of_members(found.took_part, n)
    before = n - found.joined + found.left
    yield "staying", *_of_members(found.joined - found.left, max(n, before))


def _of_members(count: int | None, members: int) -> tuple[float | None, str]:
    if count is None:
        return None, "archive"
    if members < ENOUGH:
        return None, "few"
    return 100 * count / members, ""


def _answers(found: Figures) -> tuple[float | None, str]:
    if found.questions is None or found.replies is None:
        return None, "archive"
    if not found.questions:
        return None, "none"
    return 100 * found.replies / found.questions, ""
