"""Texts in all their spellings made one: width, simplified characters, case. For comparing only."""

from __future__ import annotations

import unicodedata

from bot.core.simplified import TABLE


def fold(text: str) -> str:
    """Half width and simplified characters; punctuation and case stay."""
    return unicodedata.normalize("NFKC", text).translate(TABLE)


def searchable(text: str) -> str:
    """The text as it is looked for: folded, in lower case, one space for any white space."""
    return " ".join(_small(text).split())


def _small(text: str) -> str:
    folded = fold(text)
    small = folded.casefold()
    # most texts have no capitals, and what is folded stays as it is
    return folded if small == folded else fold(small)


def snippet(text: str, words: str, around: int = 20) -> tuple[str, str, str]:
    """What stands before, in and behind the first place where ``words`` occurs, as typed.

    ``words`` is searchable. Where folding joins characters so that the place cannot be told, the
    folded text is shown instead.
    """
    folded, shown = searchable(text), " ".join(text.split())
    at = folded.find(words)
    if at < 0:
        return shown[: 2 * around], "", ""
    ends = _ends(shown)
    if ends is None or ends[-1] != len(folded):
        shown, ends = folded, list(range(1, len(folded) + 1))
    first = sum(end <= at for end in ends)
    last = sum(end < at + len(words) for end in ends) + 1
    head, tail = shown[:first], shown[last:]
    return (("…" if len(head) > around else "") + head[-around:], shown[first:last],
            tail[: 2 * around] + ("…" if len(tail) > 2 * around else ""))  # fmt: skip


def _ends(shown: str) -> list[int] | None:
    """Where each character ends in the folded text; None when they do not fold one by one."""
    parts = [_small(char) for char in shown]
    if "".join(parts) != searchable(shown):
        return None
    ends, at = [], 0
    for part in parts:
        at += len(part)
        ends.append(at)
    return ends
