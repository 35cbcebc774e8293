"""What a matcher must beat: character TF-IDF as everyone writes it, and the bare embeddings."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from typing import Any

from bot.persona.match import Matcher, Wording
from tests.matching.judge import Ask, Ranked


def tfidf(wordings: list[tuple[str, str]]) -> Ask:
    """Cosine over characters and pairs of them, a rule being as near as its nearest wording."""
    bags = [_grams(text) for _, text in wordings]
    counts = Counter(gram for bag in bags for gram in bag)
    idf = {gram: math.log((1 + len(bags)) / (1 + n)) + 1 for gram, n in counts.items()}
    postings: defaultdict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for number, ((rule, _), bag) in enumerate(zip(wordings, bags, strict=True)):
        for gram, weight in _unit(bag, idf).items():
            postings[gram].append((rule, number, weight))

    def ask(text: str) -> Ranked:
        found: defaultdict[tuple[str, int], float] = defaultdict(float)
        for gram, weight in _unit(_grams(text), idf).items():
            for rule, number, other in postings[gram]:
                found[rule, number] += weight * other
        return _best({}, ((rule, value) for (rule, _), value in found.items()))

    return ask


def ours(wordings: list[tuple[str, str]], meaning: Any = None) -> Ask:
    """Our matcher."""
    matcher = Matcher.of((Wording(rule, text) for rule, text in wordings), meaning)
    return lambda text: [(c.rule, c.score) for c in matcher.best(text)]


def bare(model: Any) -> Any:
    """The nearest wording by the cosine of ``model.vectors`` alone."""

    def make(wordings: list[tuple[str, str]]) -> Ask:
        import numpy as np

        rules, rows = (
            [rule for rule, _ in wordings],
            np.asarray(model.vectors([t for _, t in wordings])),
        )
        return lambda text: _best(
            {}, zip(rules, (rows @ model.vectors([text])[0]).tolist(), strict=True)
        )

    return make


class Remembering:
    """A model that computes each text once."""

    def __init__(self, model: Any) -> None:
        self.name = model.name
        self._one = cache(lambda text: model.vectors([text])[0])

    def vectors(self, texts: Any) -> Any:
        """One vector each."""
        return [self._one(text) for text in texts]


def _best(best: dict[str, float], found: Any) -> Ranked:
    for rule, value in found:
        best[rule] = max(value, best.get(rule, -1.0))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:5]


def _grams(text: str) -> Counter[str]:
    chars = "".join(text.lower().split())
    return Counter([*chars, *map("".join, pairwise(chars))])


def _unit(bag: Counter[str], idf: dict[str, float]) -> dict[str, float]:
    made = {gram: n * idf[gram] for gram, n in bag.items() if gram in idf}
    length = math.sqrt(sum(weight * weight for weight in made.values())) or 1.0
    return {gram: weight / length for gram, weight in made.items()}
