"""Answers to the questions of a quiz as people type them: 1B 2A 3C, BAC, 213, 第二题选A. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.persona.normalise import normalise

LETTERS = "abcdefgh"
_NUMERALS = {one: str(n) for n, one in enumerate("一二三四五六七八九", 1)}
_PAIR = re.compile(r"第?(\d{1,2})(?:题|问|道)?(?:选|是|答)?([a-h])")
_BARE = re.compile(r"(?:我)?(?:选|答|答案是?|应该是|是)?([a-h]|[1-8])(?:吧|呢)?")
_FILLER = re.compile(r"(?:我)?(?:选|答|答案|的)?(?:是)?")


def answers_of(
    key: str, options: Sequence[Sequence[str]], before: Sequence[int] = ()
) -> tuple[int, ...]:
    """What a normalised text answers, with what was answered before; empty: it answers nothing."""
    kept = [*before, *([0] * (len(options) - len(before)))]
    found = _pairs(key) or _row(key, kept) or _single(key, kept, options)
    fits = {q: a for q, a in found.items()
            if 0 <= q < len(options) and 0 < a <= len(options[q])}  # fmt: skip
    if not found or len(fits) < len(found):
        return ()
    return tuple(fits.get(q, kept[q]) for q in range(len(options)))


def chosen(choice: str) -> str:
    """A choice by letter as its number; a row of answers stays as it is."""
    return str(LETTERS.index(choice) + 1) if len(choice) == 1 and choice in LETTERS else choice


def _pairs(key: str) -> Mapping[int, int]:
    key = re.sub(r"第([一二三四五六七八九])", lambda n: f"第{_NUMERALS[n[1]]}", key)
    found = _PAIR.findall(key)
    return ({int(q) - 1: _number(a) for q, a in found}
            if found and not _PAIR.sub("", key) else {})  # fmt: skip


def _row(key: str, kept: Sequence[int]) -> Mapping[int, int]:
    """As many letters, or figures, as questions are open: in their order."""
    open_ = [q for q, a in enumerate(kept) if not a]
    key = _FILLER.sub("", key, count=1)
    alike = re.fullmatch(r"[a-h]+|[1-8]+", key)
    return dict(zip(open_, map(_number, key), strict=True)) if (
        alike and len(key) == len(open_)) else {}  # fmt: skip


def _single(key: str, kept: Sequence[int], options: Sequence[Sequence[str]]) -> Mapping[int, int]:
    """One answer, to the first question that is open; by its words, too."""
    first = next((q for q, a in enumerate(kept) if not a), None)
    if first is None:
        return {}
    if found := _BARE.fullmatch(key):
        return {first: _number(found[1])}
    by_words = {normalise(one): n for n, one in enumerate(options[first], 1)}
    return {first: by_words[key]} if key in by_words else {}


def _number(sign: str) -> int:
    return LETTERS.index(sign) + 1 if sign in LETTERS else int(sign)
