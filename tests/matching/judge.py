"""How good is a matcher? Hits and the separation of known questions from strangers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.matching.sets import Question

Ranked = Sequence[tuple[str, float]]
Ask = Callable[[str], Ranked]
Make = Callable[[list[tuple[str, str]]], Ask]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Shares of 1; ``auc`` is the chance that a known question scores above a stranger."""

    hit1: float
    hit3: float
    auc: float

    def __str__(self) -> str:
        return f"{self.hit1:.3f} / {self.hit3:.3f} / {self.auc:.3f}"


def wordings(faq: Iterable[Question]) -> list[tuple[str, str]]:
    """Rule and text of every wording."""
    return [(question.id, text) for question in faq for text in question.wordings]


def judge(make: Make, faq: Sequence[Question], strange: Sequence[str]) -> Verdict:
    """Asks everything that is unseen, and what no question answers."""
    ask = make(wordings(faq))
    ranks, inside = [], []
    for question in faq:
        for text in question.asked:
            found = ask(text)
            inside.append(found[0][1] if found else 0.0)
            ids = [rule for rule, _ in found]
            ranks.append(ids.index(question.id) if question.id in ids else 99)
    outside = [_top(ask(text)) for text in strange]
    total = len(ranks)
    return Verdict(
        sum(rank == 0 for rank in ranks) / total,
        sum(rank < 3 for rank in ranks) / total,
        area(inside, outside),
    )


def without_a_third(faq: Sequence[Question]) -> tuple[list[Question], list[str]]:
    """The FAQ without every third question, whose wordings and questions become strangers."""
    kept = [question for number, question in enumerate(faq) if number % 3]
    gone = [text for q in faq[::3] for text in (*q.wordings, *q.asked)]
    return kept, gone


def area(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Area under the curve of true against false acceptances."""
    ordered = sorted(outside)
    wins = sum(bisect_left(ordered, s) + bisect_right(ordered, s) for s in inside)
    return wins / (2 * len(inside) * len(outside)) if inside and outside else 0.0


def _top(found: Ranked) -> float:
    return found[0][1] if found else 0.0
