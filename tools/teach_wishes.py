"""Fits the weights of ``bot/persona/wishes.txt``: ``python -m tools.teach_wishes``.

Logistic regression, one model a wish, by AdaGrad over the wordings of ``tests/matching``. Each
wording of a wish is shown by itself and beside an ordinary message, so that what surrounds a wish
counts little; each ordinary message is shown beside another one as well. Same wordings, same
weights.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from collections import Counter, defaultdict
from itertools import accumulate
from multiprocessing import Pool
from pathlib import Path

from bot.persona.hints import hints
from bot.persona.learned import PATH, WISHES, packed
from bot.persona.typed import typed
from tests.matching import sets, wishes
from tests.matching.wishsets import HELD, ORDINARY, TAUGHT, TUNED, wordings
from tools.wish_grammar import sentences

EPOCHS, RATE, DECAY = 10, 0.25, 1e-4
SEEDS = (1, 2)  # the mean of two runs is steadier than either
SIZE_MAX = 220_000  # bytes of the file; the least weights are dropped
BARE = 4  # characters of a message that holds little but one word
FAQS = sorted(Path("personas").glob("*/faq.csv"))
Sample = tuple[frozenset[str], float, str]  # features, the square root of their number, wish
Table = defaultdict[str, list[float]]


def samples() -> list[Sample]:
    """Features and wish ("" for none) of all that is taught."""
    told = [(text, wish) for wish in WISHES for name in (TAUGHT, TUNED, HELD)
            for text in wordings(name, wish)]  # fmt: skip
    lists = {"robot": wishes.ROBOT, "opt_out": wishes.OPT_OUT, "human": wishes.HUMAN,
             "fewer": wishes.FEWER, "opt_in": wishes.OPT_IN}  # fmt: skip
    told += [(text, wish) for wish, cell in lists.items() for text in wishes.parts(cell)]
    plain = [text for name in (TAUGHT, TUNED, HELD) for text in wordings(name, ORDINARY)]
    names = (*sets.DEV, *sets.HELD, *sets.NEAR_DEV, *sets.NEAR_HELD)
    plain += [t for q in sets.questions(*names) for t in (*q.wordings, *q.asked)]
    plain += [
        *sets.strangers(*sets.DEV, *sets.HELD, sets.SMALL_TALK),
        *wishes.parts(wishes.ORDINARY),
    ]
    plain += [text for path in FAQS for text in _asked(path)]
    told += [(text, "") for text in plain]
    # a bare 恢复 or 群发 is a word of many wishes and none by itself: it takes telling
    told += 4 * [(text, "") for text in plain if len(text) <= BARE]
    told += dict.fromkeys(sentences())
    return [_sample(text, wish) for text, wish in [*told, *_beside(told, plain)]]


def _sample(text: str, wish: str) -> Sample:
    found = frozenset(hints(typed(text)))
    return found, math.sqrt(len(found)), wish


def _asked(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["question"], *row["similar"].split("|")) for row in csv.DictReader(file)]
    return [text for row in rows for text in row if text]


def _beside(told: list[tuple[str, str]], plain: list[str]) -> list[tuple[str, str]]:
    chance, made = random.Random(7), []
    for text, wish in told:
        pair = [chance.choice(plain), text]
        made.append((" ".join(pair if chance.random() < 0.6 else pair[::-1]), wish))
    return made


def fit(rows: list[Sample], wish: str, seed: int) -> tuple[float, dict[str, float]]:
    """Bias and weights."""
    weights: defaultdict[str, float] = defaultdict(float)
    squares: defaultdict[str, float] = defaultdict(lambda: 1e-6)
    bias, order, chance = -1.0, list(range(len(rows))), random.Random(seed)
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for number in order:
            features, length, meant = rows[number]
            z = bias + sum(weights[f] for f in features) / length
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - (meant == wish)
            bias -= 0.02 * error
            for feature in features:
                slope = error / length + DECAY * weights[feature]
                squares[feature] += slope * slope
                weights[feature] -= RATE * slope / math.sqrt(squares[feature])
    return bias, dict(weights)


def fit_all(rows: list[Sample]) -> tuple[list[float], Table]:
    """The mean of all runs: a bias for each wish, and a row of weights for each feature."""
    tasks = [(rows, wish, seed) for wish in WISHES for seed in SEEDS]
    with Pool(2) as pool:
        fitted = pool.starmap(fit, tasks, chunksize=1)
    biases = [0.0] * len(WISHES)
    table: Table = defaultdict(lambda: [0.0] * len(WISHES))
    for number, (bias, weights) in enumerate(fitted):
        column = number // len(SEEDS)
        biases[column] += bias / len(SEEDS)
        for feature, weight in weights.items():
            table[feature][column] += weight / len(SEEDS)
    return biases, table


def kept(rows: list[Sample], table: Table) -> frozenset[str]:
    """The features that are worth their place in the file."""
    seen = Counter(feature for features, _, _ in rows for feature in features)
    worth = sorted(table, key=lambda f: (-max(map(abs, table[f])) * seen[f] ** 0.25, f))
    sizes = accumulate(len(feature.encode()) + len(WISHES) + 1 for feature in worth)
    return frozenset(f for f, size in zip(worth, sizes, strict=True) if size < SIZE_MAX)


def main() -> None:
    """Fits, drops what is worth least, fits the rest again, and writes the file."""
    rows = samples()
    keep = kept(rows, fit_all(rows)[1])
    biases, table = fit_all([(found & keep, length, wish) for found, length, wish in rows])
    lines = sorted(feature + "".join(map(packed, row)) for feature, row in table.items())
    first = " ".join(f"{bias:.3f}" for bias in biases)
    PATH.write_text("\n".join([first, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} samples, {len(lines)} weights, {PATH.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
