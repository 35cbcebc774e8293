"""Wordings of wishes, one a line, in folders that must not be mixed up.

``taught``: written by us; the weights are fitted to them. ``tuned``: written blind by somebody
else, looked at, and fitted to as well. ``held``: written blind in other voices; fitted to last.
``fresh_f`` to ``fresh_j``: written blind by three others, fitted to not at all.
"""

from __future__ import annotations

from pathlib import Path

from bot.persona.intents import Intent

WISHES: tuple[Intent, ...] = ("robot", "opt_out", "human", "fewer", "opt_in")
ORDINARY = "ordinary"
TAUGHT, TUNED, HELD, FRESH = "taught", "tuned", "held", (
    "fresh_f", "fresh_g", "fresh_h", "fresh_i", "fresh_j",
)  # fmt: skip


def wordings(folder: str, kind: str) -> list[str]:
    """The lines of one kind: a wish, or ``ORDINARY``."""
    path = Path(__file__).parent / folder / f"{kind}.txt"
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
