"""Fits the weights of the guard's judge and writes bot/persona/judge.txt; tells how good they are.

``python -m tools.teach_guard`` from the root, with numpy, scipy and scikit-learn installed in
whatever environment runs it; the product needs none of them. ``--check`` only tells: every set of
drafts is judged by weights that were fitted without its writer, at several thresholds, and with
growing shares of the other sets.
"""

from __future__ import annotations

import csv
import math
import random
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.persona import judge
from bot.persona.guard import Guard, blocking
from bot.persona.opinion import DOUBT, DOUBTFUL, SURE, features
from bot.persona.opinion import sure as least
from bot.persona.plaintext import undisguise
from bot.persona.rule import TEMPLATE
from tests.unit.persona.guardset import CASE, FOLDER, GUARD, SAMPLE
from tools.fitting import Matrix

# Facts decide these, so their drafts teach nothing about words.
BY_FACT = frozenset({"price", "taboo", "empty", "fee", "length", "unlabelled"})
# Inverse of the penalty, power of the rarity of a feature: best on writers left out, of 2 to 100
# and of 0 to 3. Bytes of the file.
STRENGTH, RARITY, SIZE_MAX = 15.0, 1.5, 800_000
OK = "ok"


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of one writer with what is wrong with it, ``OK`` for nothing."""

    writer: str
    code: str
    text: str
    found: frozenset[str]
    stopped: frozenset[str]  # by rules, of which ``doubtful`` may be dropped


def samples() -> list[Sample]:
    """All that there is to learn from."""
    made: list[Sample] = []
    rules = [Guard(known.brand, known.persona, known.goods, judged=False)
             for known in (SAMPLE, GUARD)]  # fmt: skip
    for path in sorted([*FOLDER.glob("*.txt"), *FOLDER.glob("taught/*.txt")]):
        kind, writer = _writer(path)
        guard = rules[writer == "first"]
        rows = (row.split("\t", 1) if kind == "hostile" else (OK, row) for row in _lines(path))
        made += [_sample(writer, code, text, guard) for code, text in rows]
    filled = (_HOLE.sub("小林", text) for text in _own())
    made += [_sample("brand", OK, text, rules[0]) for text in dict.fromkeys(filled)
             if not text.startswith(TEMPLATE)]  # fmt: skip
    return [sample for sample in made if sample.found and not _by_fact(sample)]


def _by_fact(sample: Sample) -> bool:
    return sample.code in BY_FACT or (sample.code != OK and "link" in sample.stopped)


def _writer(path: Path) -> tuple[str, str]:
    kind, _, name = path.stem.partition("_")
    return kind, {"": "first", "held": "first", "third": "first"}.get(name, name.split("_")[0])


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line and line[:2] != "//"]


def _sample(writer: str, code: str, text: str, guard: Guard) -> Sample:
    plain = undisguise(text).text
    found = features(plain, guard.neutral)
    stopped = {problem.code for problem in blocking(guard.inspect(text, CASE))}
    return Sample(writer, code, text, frozenset(found), frozenset(stopped))


def _own() -> Iterator[str]:
    """What the sample brand says: answers of its FAQ, scripts and templates."""
    for path in sorted(Path("personas").glob("*/faq.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (row["answer"] for row in csv.DictReader(file))
    files = [*Path("personas").glob("*/*.toml"), *Path("content").glob("**/*.toml")]
    for path in sorted(files):
        yield from _said(tomllib.loads(path.read_text("utf-8")))
    for path in sorted(Path("content").glob("**/*.j2")):
        text = path.read_text("utf-8").rpartition("+++")[2]
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", text, flags=re.DOTALL)
        yield from text.split("\n\n")


_HOLE = re.compile(r"\{\{?[^{}]*\}\}?")
_SAID = frozenset({
    "say", "ask", "head", "tail", "reply", "title", "answer", "greeting", "closing", "away", "text",
})  # fmt: skip


def _said(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and key in _SAID:
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _said(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _said(part, key)


class Table:
    """Samples as a matrix, and what is wrong with each."""

    def __init__(self, rows: list[Sample]) -> None:
        self.rows = rows
        self.matrix = Matrix([row.found for row in rows], RARITY)
        self.bad = np.array([row.code != OK for row in rows])
        self.writers = np.array([row.writer for row in rows])

    def fit(self, use: Any, columns: Any = slice(None)) -> tuple[float, Any]:
        """Bias and weights for "must not leave", from the rows ``use``."""
        return self.matrix.fit(self.bad[use], STRENGTH, rows=use, columns=columns, balanced=True)

    def scores(self, use: Any, fitted: tuple[float, Any]) -> Any:
        """What weights think of the rows ``use``."""
        return self.matrix.scores(use, *fitted)


def write(table: Table) -> None:
    """Fits, keeps the features that are worth their place, fits again and writes the file."""
    every = np.ones(len(table.rows), dtype=bool)
    keep = table.matrix.worth(table.fit(every)[1], 4, SIZE_MAX)
    bias, weights = table.fit(every, keep)
    names, speaks = _reasons(table, keep)
    best = speaks.argmax(axis=0)
    lines = [
        judge.line(table.matrix.names[at], weights[n], int(best[n]), speaks[best[n], n])
        for n, at in enumerate(keep)
    ]
    head = " ".join((f"{bias:.3f}", *names))
    judge.PATH.write_text("\n".join([head, *sorted(lines)]) + "\n", encoding="utf-8")
    _say(f"{len(table.rows)} samples, {len(lines)} weights, {judge.PATH.stat().st_size} bytes")


def _reasons(table: Table, keep: Any) -> tuple[list[str], Any]:
    """The codes, and for each of them the weights of the features: what sets it apart."""
    rows = np.flatnonzero(table.bad)
    codes = np.array([table.rows[row].code for row in rows])
    model = LogisticRegression(C=STRENGTH / 3, max_iter=200)
    model.fit(table.matrix.rows[rows][:, keep], codes)
    return list(model.classes_), model.coef_ * table.matrix.stretch[keep]


def check(table: Table) -> None:
    """Tells what weights find in the texts of a writer whom they have not met."""
    scores = np.full(len(table.rows), np.nan)
    for writer in sorted(set(table.writers)):
        mine = table.writers == writer
        scores[mine] = table.scores(mine, table.fit(~mine))
    rules = np.array([_by_rules(row) for row in table.rows])
    for sure in (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0):
        _say(f"\nstopped from {sure} on, doubted below {DOUBT}: share of drafts, of everyday texts")
        for writer in sorted(set(table.writers)):
            _say(f"  {writer:8}" + _figures(table, scores, rules, table.writers == writer, sure))


def _figures(table: Table, scores: Any, rules: Any, mine: Any, sure: float) -> str:
    sure = np.array([least(len(row.text)) for row in table.rows]) + sure - SURE
    both = (scores > sure) | (rules == 2) | ((rules == 1) & (scores > DOUBT))
    shares = []
    for name, hit in (("rules", rules > 0), ("judge", scores > sure), ("both", both)):
        for bad in (True, False):
            rows = mine & (table.bad == bad)
            shares.append(
                f"{name} {100 * hit[rows].mean():5.1f}" if rows.any() else f"{name}   -  "
            )
    return "  ".join(shares)


def _by_rules(row: Sample) -> int:
    """2: stopped for sure, 1: by findings that the judge may doubt, 0: not."""
    return 2 if row.stopped - DOUBTFUL else bool(row.stopped)


def curve(table: Table) -> None:
    """Tells how much more is found when more is taught."""
    chance = random.Random(3)  # noqa: S311
    order = [chance.random() for _ in table.rows]
    for writer in sorted(set(table.writers) - {"brand"}):
        mine = table.writers == writer
        if not (mine & table.bad).any() or not (mine & ~table.bad).any():
            continue
        told = []
        for share in (0.25, 0.5, 0.75, 1.0):
            scores = table.scores(mine, table.fit(~mine & (np.array(order) < share)))
            bad = table.bad[mine]
            limit = np.sort(scores[~bad])[::-1][math.ceil(0.01 * (~bad).sum())]
            told.append(f"{100 * (scores[bad] > limit).mean():.1f}")
        _say(f"  {writer:8} judge alone at 1 % false alarms, from 25, 50, 75, 100 %: {told}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(arguments: Iterable[str]) -> None:
    """Writes the weights, or tells with ``--check`` what weights like them are worth."""
    table = Table(samples())
    if "--check" in arguments:
        check(table)
        curve(table)
    else:
        write(table)


if __name__ == "__main__":
    main(sys.argv[1:])
