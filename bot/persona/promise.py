"""The word that is kept: what the persona says when it opens after a promise of the night."""

from __future__ import annotations

from bot.core.body import Text
from bot.core.model import Draft
from bot.persona import memory, prompts
from bot.persona.answer import Speech, speak
from bot.persona.reading import BUILTIN
from bot.persona.script import Script

BACK = BUILTIN + "back"
WAITS_FOR = "下班时间留的话，答应上班就回"


def number(kept: memory.Memory) -> int:
    """Which variant the latest promise is to be kept with."""
    return max(0, memory.times_seen(kept, BACK) - 1)


def back(script: Script, seen: int) -> Draft:
    """The line for the ``seen``-th return to this member. It knows no facts of his."""
    office = script.persona.hours
    say = tuple((text,) for text in (office.back if office else ()) if text.strip())
    speech = Speech(shelf=script.shelf, facts={}, context={})
    drafts = speak(say, seen, speech, BACK) if say else ()
    return drafts[0] if drafts else Draft(body=Text(prompts.LINES["back"]), content=BACK)
