"""What a learned weight can be given to in a short text: its characters, words and classes."""

from __future__ import annotations

from itertools import pairwise

from bot.persona.lexicon import PLAIN, row
from bot.persona.typed import BREAK

REACH, PARTNERS = 6, 4  # how far, and with how many next ones, a class of words is paired


def hints(text: str) -> set[str]:
    """The features of a ``typed`` text."""
    words = row(text)
    made = {f"w{word}" for word, _ in words}
    classes = "".join(name for _, name in words)
    ends = f"^{classes}$"
    made.update("2" + ends[i : i + 2] for i in range(len(ends) - 1))
    made.update("3" + ends[i : i + 3] for i in range(len(ends) - 2))
    made.update(f"u{a}{b}" for (a, _), (b, _) in pairwise(words) if len(a) + len(b) > 2)
    made.update(f"c{text[i : i + 2]}" for i in range(len(text) - 1))
    for clause in classes.split(BREAK):
        known = [(at, name) for at, name in enumerate(clause) if name != PLAIN]
        for number, (at, name) in enumerate(known):
            made.update(
                f"s{name}{other}"
                for after, other in known[number + 1 : number + 1 + PARTNERS]
                if after - at <= REACH
            )
    made.update(f"k{name}" for name in set(classes))
    made.add(f"n{min(len(classes) // 4, 6)}")
    return made
