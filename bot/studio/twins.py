"""Texts that are nearly the same: members notice a post that they have read already."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

NEAR = 0.6  # share of common runs from which two texts read as the same
RUN = 3  # characters
SHORT = 16  # characters; below it everybody says the same, and may
COMMON = 200  # texts; a run that more of them have tells nothing

_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Post:
    """A text by a name that staff know: a template, or where and when it was sent."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Of all other texts the one that ``name`` is most like; ``share`` of 0 to 1 is common."""

    name: str
    other: str
    share: float


def twins(posts: Iterable[Post], against: Iterable[Post] = (), near: float = NEAR) -> list[Twin]:
    """The posts that are nearly the same as another of them, or as one of ``against`` (what was
    sent lately), each with the nearest; in the order given. A post's own name is never its twin."""
    own = {post.name: _runs(post.text) for post in posts}
    sent = {post.text: post.name for post in against}  # the same text may have gone out often
    others = [(name, _runs(text)) for text, name in sent.items()]
    known = [*own.items(), *others]
    holders = _holders(known)
    found = (_nearest(name, runs, known, holders, near) for name, runs in own.items())
    return [twin for twin in found if twin is not None]


def _runs(text: str) -> frozenset[str]:
    said = "".join(_WORDS.findall(text.casefold()))
    if len(said) < SHORT:
        return frozenset()
    return frozenset(said[i : i + RUN] for i in range(len(said) - RUN + 1))


def _holders(known: Iterable[tuple[str, frozenset[str]]]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, (_, runs) in enumerate(known):
        for run in runs:
            found[run].append(number)
    return found


def _nearest(
    name: str, runs: frozenset[str], known: list[tuple[str, frozenset[str]]],
    holders: Mapping[str, list[int]], near: float,
) -> Twin | None:  # fmt: skip
    common: Counter[int] = Counter()
    for run in runs:
        if len(holders[run]) <= COMMON:
            common.update(holders[run])
    shares = _shares(name, runs, known, common)
    share, other = max(shares, default=(0.0, ""))
    return Twin(name, other, share) if share >= near else None


def _shares(
    name: str, runs: frozenset[str], known: list[tuple[str, frozenset[str]]], common: Counter[int]
) -> Iterator[tuple[float, str]]:  # fmt: skip
    for number, count in common.items():
        other, theirs = known[number]
        if other != name:
            yield count / (len(runs) + len(theirs) - count), other
