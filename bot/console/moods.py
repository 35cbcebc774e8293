"""How the member feels, as the lines of a conversation tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, takewhile

from bot.persona.feeling import Feeling, feel
from bot.store.talkline import Talk
from bot.store.thread import Line

LAST = 5


def felt(lines: Sequence[Line]) -> list[Line]:
    """Those of his last few messages that show a mood, oldest first."""
    his = [line for line in lines if _his(line)][-LAST:]
    return [line for line in his if line.mood]


def burst(lines: Sequence[Line]) -> str:
    """What he said last, in one go, a message a line; whatever was answered since."""
    back = dropwhile(lambda line: not _his(line), reversed(lines))
    said = [line.text or line.heard for line in takewhile(_his, back)]
    return "\n".join(said[::-1])


def of_talk(one: Talk) -> Feeling:
    """How his last words sound, as long as nobody has settled them."""
    open_ = one.unanswered or one.wait is not None or bool(one.holder)
    return feel(one.heard) if open_ else feel("")


def _his(line: Line) -> bool:
    return line.source == "inbox" and line.by == "member" and bool(line.text or line.heard)
