"""Which rule did a text mean? An inverted index over all wordings, in plain Python.

Two passes keep it fast at 10,000 wordings: rare grams first propose a few dozen wordings within
a fixed budget of postings, then only those are scored in full.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.meaning import Meaning, Near, Nearness
from bot.core.model import Candidate
from bot.persona.features import Grams, grams
from bot.persona.normalise import normalise
from bot.persona.sounds import sounds

_T = TypeVar("_T", int, str)
CANDIDATES = 5
BUDGET = 1_600  # postings looked at in the first pass
PROPOSED = 48  # wordings scored in full
BAGGED = 20  # rules whose bags are compared, too
TEXT_MAX = 200  # characters of a text that take part

# The similarity of a rule: its best wording, a little of the second best, and the sum of its
# wordings as one bag. With five wordings a rule, the bag alone is worth 5 points of hit@1.
SECOND, BAG = 0.3, 1.0
COMMON = 0.5  # what even a gram of every rule is worth
# What a standard deviation of nearness in meaning is worth, where there are embeddings.
NEAR = 0.4
EXACT = math.inf
FORGIVEN = 0.7
NO_SOUND = (-1, -1)
# A message of so many characters is also read sentence by sentence, at a discount.
LONG, PART_MIN, PARTS_MAX, PART = 36, 5, 8, 0.9
_STOP = re.compile(r"[。！？!?；;…\n，,～~]+")


@dataclass(frozen=True, slots=True)
class Fit:
    """Score = logistic(bias + slope * similarity + covered * share of the text that is known).

    With embeddings, ``known`` times the nearness of the nearest wording is added.

    Fitted so that a score is the chance that the best rule is right, where a third of all texts
    is out of scope (development sets of ``tests/matching``; held out it is right, too).
    """

    bias: float
    slope: float
    covered: float = 0.0
    known: float = 0.0


CHARACTERS = Fit(-3.45, 3.2, 0.9)
MEANINGS = Fit(-4.05, 1.1, known=0.32)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to ask for a rule."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class _Vector:
    """Weights by gram, of length 1."""

    rule: str
    weights: Grams

    @classmethod
    def of(cls, rule: str, weights: Grams) -> _Vector:
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return cls(rule, {gram: weight / length for gram, weight in weights.items()})

    def share(self, grams: Iterable[tuple[str, float]]) -> float:
        """What ``grams`` of another vector add to the cosine of both."""
        mine = self.weights
        return sum([mine[gram] * weight for gram, weight in grams if gram in mine])


@dataclass(frozen=True, slots=True)
class _Posting:
    """The wordings that contain a gram, by number, and its weight in each."""

    numbers: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Matcher:
    """An index of wordings; build once with ``of``, then ask ``best`` as often as needed."""

    exact: Mapping[str, str] = field(default_factory=dict)
    wordings: Sequence[_Vector] = ()
    bags: Mapping[str, _Vector] = field(default_factory=dict)
    postings: Mapping[str, _Posting] = field(default_factory=dict)
    idf: Mapping[str, float] = field(default_factory=dict)
    unseen: float = 1.0
    alike: Mapping[tuple[int, int], str] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    near: Nearness | None = None

    @classmethod
    def of(cls, wordings: Iterable[Wording], meaning: Meaning | None = None) -> Matcher:
        """Indexes ``wordings``, by meaning too if there is one; of equal ones the first wins."""
        exact: dict[str, str] = {}
        typed: list[tuple[str, str]] = []
        for wording in wordings:
            key = normalise(wording.text)[:TEXT_MAX]
            if key and key not in exact:
                exact[key] = wording.rule
                typed.append((wording.rule, wording.text))
        counted = [(rule, grams(text)) for text, rule in exact.items()]
        idf, unseen = _idf(counted)
        weighed = [(rule, {gram: n * idf[gram] for gram, n in bag.items()})
                   for rule, bag in counted]  # fmt: skip
        vectors = [_Vector.of(rule, weights) for rule, weights in weighed]
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, vector in enumerate(vectors):
            numbers[vector.rule].append(number)
        return cls(exact, vectors, _bags(weighed), _postings(vectors), idf, unseen, _alike(idf),
                   dict(numbers), meaning.index(typed) if meaning else None)  # fmt: skip

    def best(self, text: str, limit: int = CANDIDATES) -> tuple[Candidate, ...]:
        """Up to ``limit`` different rules, best first, each with a calibrated score in 0..1.

        A stored wording, however it is punctuated, scores 1.0. In a long message a single
        sentence may be the question.
        """
        text = text[: 4 * TEXT_MAX]
        found = dict(self._ranked(text))
        for part in _sentences(text):
            for rule, score in self._ranked(part):
                found[rule] = max(found.get(rule, 0.0), round(score * PART, 4))
        ranked = sorted(found.items(), key=_rank)[:limit]
        return tuple(Candidate(rule=rule, score=score) for rule, score in ranked)

    def _ranked(self, text: str) -> list[tuple[str, float]]:
        key = normalise(text)[:TEXT_MAX]
        if not key or not self.wordings:
            return []
        query = self._query(key)
        scored, fit = self._score(query), CHARACTERS
        near = self.near(text) if self.near else Near()
        if near.rules:
            scored, fit = self._blended(query, scored, near.rules), MEANINGS
        if key in self.exact:
            scored[self.exact[key]] = EXACT
        ranked = sorted(scored.items(), key=_rank)[:CANDIDATES]
        if not ranked:
            return []
        base = fit.bias + fit.covered * self._covered(query, ranked[0][0]) + fit.known * near.known
        return [(rule, _logistic(base + fit.slope * raw)) for rule, raw in ranked]

    def _blended(
        self, query: _Vector, scored: Mapping[str, float], near: Mapping[str, float]
    ) -> dict[str, float]:
        """Similarities with nearness in meaning, for what either of them proposes."""
        nearest = _most(BAGGED, near)
        proposed = dict.fromkeys((*scored, *nearest))
        return {
            rule: (scored[rule] if rule in scored else self._alone(query, rule))
            + NEAR * near.get(rule, 0.0)
            for rule in proposed
        }

    def _alone(self, query: _Vector, rule: str) -> float:
        whole = query.weights.items()
        cosines = sorted((self.wordings[n].share(whole) for n in self.numbers[rule]), reverse=True)
        return cosines[0] + SECOND * sum(cosines[1:2]) + BAG * self.bags[rule].share(whole)

    def _query(self, key: str) -> _Vector:
        """The weights of a text, slips of sound (渌茶 for 绿茶) forgiven at a discount."""
        counts = grams(key)
        for gram in [g for g in counts if len(g) == 2 and g not in self.idf]:
            meant = self.alike.get(sounds(gram) or NO_SOUND)
            if meant:
                _swap(counts, gram, meant)
                for char, other in zip(gram, meant, strict=True):
                    if char != other and char not in self.idf and char in counts:
                        _swap(counts, char, other)
        return _Vector.of("", {g: n * self.idf.get(g, self.unseen) for g, n in counts.items()})

    def _score(self, query: _Vector) -> dict[str, float]:
        found: dict[str, tuple[float, float]] = {}
        for number, value in self._cosines(query.weights):
            rule = self.wordings[number].rule
            first, second = found.get(rule, (0.0, 0.0))
            if value > first:
                found[rule] = (value, first)
            elif value > second:
                found[rule] = (first, value)
        blended = {rule: first + SECOND * second for rule, (first, second) in found.items()}
        likely = _most(BAGGED, blended)
        whole = query.weights.items()
        return {rule: blended[rule] + BAG * self.bags[rule].share(whole) for rule in likely}

    def _covered(self, query: _Vector, rule: str) -> float:
        """The share of the query, by weight, that occurs somewhere in the rule's wordings."""
        known, weights = self.bags[rule].weights, query.weights
        return sum(w for gram, w in weights.items() if gram in known) / sum(weights.values())

    def _cosines(self, weights: Grams) -> Iterator[tuple[int, float]]:
        """The likeliest wordings and their cosines: rare grams propose, common ones only add."""
        known = sorted((len(self.postings[g].numbers), g) for g in weights if g in self.postings)
        tally: defaultdict[int, float] = defaultdict(float)
        spent = used = 0
        for size, gram in known:
            if spent and spent + size > BUDGET:
                break
            spent, used = spent + size, used + 1
            weight, posting = weights[gram], self.postings[gram]
            for number, value in zip(posting.numbers, posting.weights, strict=True):
                tally[number] += weight * value
        rest = [(gram, weights[gram]) for _, gram in known[used:]]
        for number in _most(PROPOSED, tally):
            yield number, tally[number] + self.wordings[number].share(rest)


def _most(n: int, counted: Mapping[_T, float]) -> list[_T]:
    """The keys of the ``n`` largest values; of equal ones those that came first. For a few hundred
    that is quicker than a heap."""
    return sorted(counted, key=counted.__getitem__, reverse=True)[:n]


def _sentences(text: str) -> list[str]:
    """The sentences of a long message that can be a question; none of a short one."""
    if len(text) <= LONG:
        return []
    parts = [part.strip() for part in _STOP.split(text)]
    return [part for part in parts if len(part) >= PART_MIN][-PARTS_MAX:]


def _alike(idf: Mapping[str, float]) -> dict[tuple[int, int], str]:
    """The pair of characters that is meant by a pair of sounds: of several, the commonest."""
    made: dict[tuple[int, int], str] = {}
    for gram in sorted((g for g in idf if len(g) == 2), key=lambda g: (idf[g], g)):
        heard = sounds(gram)
        if heard:
            made.setdefault(heard, gram)
    return made


def _swap(counts: Grams, typed: str, meant: str) -> None:
    weight = FORGIVEN * counts.pop(typed)
    counts[meant] = max(weight, counts.get(meant, 0.0))


def _logistic(odds: float) -> float:
    return 1.0 if odds == EXACT else round(min(0.99, 1 / (1 + math.exp(-odds))), 4)


def _rank(item: tuple[str, float]) -> tuple[float, str]:
    # Sets of grams iterate in an order that changes from run to run; the last bits of a sum do so
    # too, and must not decide between equals.
    return -round(item[1], 9), item[0]


def _idf(counted: Sequence[tuple[str, Grams]]) -> tuple[dict[str, float], float]:
    """Rarity among rules, not wordings: five wordings of one rule are one witness."""
    rules: defaultdict[str, set[str]] = defaultdict(set)
    for rule, bag in counted:
        rules[rule].update(bag)
    counts = Counter(gram for known in rules.values() for gram in known)
    total = len(rules) + 1
    return {gram: COMMON + math.log(total / n) for gram, n in counts.items()}, math.log(2 * total)


def _bags(weighed: Iterable[tuple[str, Grams]]) -> dict[str, _Vector]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    most: Grams = {}
    for rule, weights in weighed:
        counts[rule].update(weights.keys())
        for gram, weight in weights.items():
            most[gram] = max(weight, most.get(gram, 0.0))
    return {
        rule: _Vector.of(rule, {gram: n * most[gram] for gram, n in known.items()})
        for rule, known in counts.items()
    }


def _postings(vectors: Sequence[_Vector]) -> dict[str, _Posting]:
    postings: defaultdict[str, _Posting] = defaultdict(_Posting)
    for number, vector in enumerate(vectors):
        for gram, weight in vector.weights.items():
            postings[gram].numbers.append(number)
            postings[gram].weights.append(weight)
    return dict(postings)
