"""Taking part in a chat: what a persona may hear, what somebody wants, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from bot.core.clock import MINUTE

# With an activity: by its words, as a check-in, signing up, a vote, a help, a team, answers to a
# quiz, what he hands in, his consent, and giving up. Without: what he has, and may have; what he
# says to being asked to be a seed user; his missions.
Do = Literal[
    "join", "check_in", "sign_up", "vote", "help", "team", "answer", "enter", "agree", "cancel",
    "points", "level", "badges", "codename", "rename", "rights", "claim", "activities", "home",
    "seed_yes", "seed_no", "missions",
]  # fmt: skip
# What only looks something up.
LOOKS: frozenset[Do] = frozenset({"points", "level", "badges", "codename", "rights", "activities",
                                  "home", "missions"})  # fmt: skip
Ask = Literal["quiz", "vote", "entry", "team", "agree"]
ASKS: frozenset[str] = frozenset({"quiz", "vote", "entry", "team", "agree"})
# Why nothing came of it, wherever he hears it. A persona may say it otherwise.
WHY_NOT: Mapping[str, str] = {
    "waiting": "收到了。同事看过以后就算数，不用再交一遍。",
    "already": "「{title}」这一份已经记下了，不用再来一遍。",
    "enough": "「{title}」你能交的都交了，心意够了。",
    "early": "「{title}」还没开始，到点再来。",
    "closed": "「{title}」已经收摊了，下一回再来。",
    "cancelled": "「{title}」这一回取消了，抱歉让你白跑一趟。",
    "none": "「{title}」现在没有在办的。",
    "full": "「{title}」的位置已经满了。",
    "audience": "「{title}」这一回不是给你准备的，别往心里去。",
    "unknown": "没对上号，看看选项再说一遍？",
    "own": "自己的不算，帮别人吧。",
    "empty": "还没看到内容，写一句或发一张图就行。",
}
TOO_LOW = "「{title}」要再高一级才能参加。"
OPEN_FOR = 30 * MINUTE  # so long a bare answer is one
TEXT_MAX = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """An activity as a chat may speak of it. ``questions``: of a quiz, each with its options;
    ``options``: of a vote; ``asks``: what else is asked in it."""

    id: str
    title: str
    kind: str
    words: tuple[str, ...] = ()
    about: str = ""
    asks: str = ""
    options: tuple[str, ...] = ()
    questions: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """All that may be heard: activities, rights as (circle, id, title), code-names. Where no circle
    has rules nobody asks for his points. ``titles``: of everything that chats speak of by name."""

    activities: tuple[Offered, ...] = ()
    rights: tuple[tuple[str, str, str], ...] = ()
    names: frozenset[str] = frozenset()
    rules: bool = False
    titles: tuple[str, ...] = ()

    def activity(self, id: str) -> Offered | None:
        """One of them."""
        return next((one for one in self.activities if one.id == id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants. ``activity``: its id, or empty where he named none; ``words``: what he
    chose, handed in or named; ``answers``: of a quiz, from 1, 0 for none; ``media``: pictures;
    ``run``: which run he was asked for; ``source``: the message that says it."""

    do: Do
    activity: str = ""
    words: str = ""
    answers: tuple[int, ...] = ()
    media: tuple[str, ...] = ()
    run: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """What stands in the reply log for it."""
        return f"taking:{self.do}:{self.activity}".rstrip(":")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What he was asked last in an activity, and how the answer is understood. ``options``: of each
    question of a quiz, or (one tuple) of a vote; ``answers``: those he gave; ``text`` and
    ``media``: what he handed in, where only his consent was missing."""

    ask: Ask
    activity: str
    run: str = ""
    at: int = 0
    options: tuple[tuple[str, ...], ...] = ()
    answers: tuple[int, ...] = ()
    text: str = ""
    media: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept in the memory of a conversation."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """What came of a wish. ``line``: which words of the persona say so; ``facts``: what they may
    name; ``template`` goes before them, with ``given``. ``asked``: what is asked next."""

    line: str
    facts: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    asked: Asked | None = None


def asked_of(raw: Any, now: int) -> Asked | None:
    """What was asked, out of a memory; None: nothing, or too long ago."""
    if not isinstance(raw, Mapping) or raw.get("ask") not in ASKS:
        return None
    with suppress(TypeError, ValueError):
        made = Asked(**{key: _tuple(value) for key, value in raw.items()})
        if 0 <= now - made.at <= OPEN_FOR:
            return replace(made, options=tuple(tuple(each) for each in made.options))
    return None


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
