"""Fits the weights of ``bot/persona/wishes.txt``: ``python -m tools.teach_wishes``.

Logistic regression, one model a wish, over the wordings of ``tests/matching``; it needs numpy, scipy
and scikit-learn in whatever environment runs it, the product needs none of them. Each wording of a wish is shown by itself and beside an ordinary message, so that what surrounds a wish
counts little; each ordinary message is shown beside another one as well. Same wordings, same
weights.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

import numpy as np

from bot.persona.hints import hints
from bot.persona.learned import PATH, WISHES, packed
from bot.persona.typed import typed
from tests.matching import sets, wishes
from tests.matching.wishsets import HELD, ORDINARY, TAUGHT, TUNED, wordings
from tools.fitting import Matrix
from tools.wish_grammar import sentences

STRENGTH, RARITY = 30.0, 0.5  # inverse of the penalty; power of the rarity of a feature
SIZE_MAX = 320_000  # bytes of the file; the least weights are dropped
BARE = 4  # characters of a message that holds little but one word
FAQS = sorted(Path("personas").glob("*/faq.csv"))
Sample = tuple[frozenset[str], str]  # features, wish


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
    return frozenset(hints(typed(text))), wish


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


def main() -> None:
    """Fits, drops what is worth least, fits the rest again, and writes the file."""
    rows = samples()
    matrix = Matrix([found for found, _ in rows], RARITY)
    meant = [np.array([wish == each for _, wish in rows]) for each in WISHES]
    first = [matrix.fit(column, STRENGTH)[1] for column in meant]
    keep = matrix.worth(np.abs(np.stack(first)).max(axis=0), len(WISHES) + 1, SIZE_MAX)
    fitted = [matrix.fit(column, STRENGTH, columns=keep) for column in meant]
    table = zip(*(weights for _, weights in fitted), strict=True)
    lines = sorted(
        matrix.names[at] + "".join(map(packed, row)) for at, row in zip(keep, table, strict=True)
    )
    biases = " ".join(f"{bias:.3f}" for bias, _ in fitted)
    PATH.write_text("\n".join([biases, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} samples, {len(lines)} weights, {PATH.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
