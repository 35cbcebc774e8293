"""The lines that are not in any rule: promises, away lines, menus, what cannot be read.

Each function takes a decision in the making and returns it with the line added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.body import Menu, MenuItem, Text
from bot.core.door import Knock
from bot.core.model import Candidate, Draft, Turn
from bot.core.taking import Wish
from bot.persona import hours, memory, phrases, prompts
from bot.persona.answer import Speech, speak
from bot.persona.reading import BUILTIN, Hit, Reading
from bot.persona.rule import BUBBLES_MAX, Rule, Say
from bot.persona.script import Script
from bot.persona.state import State
from bot.persona.when import Situation

MENU_MAX = 4
LABEL_MAX = 128  # bytes of a menu line (kf msgmenu click)
NEAR = 0.6  # a menu offers what has at least this share of the best score


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """A decision in the making. ``kept`` is the memory so far, ``said`` the hits answered.

    ``unsure``: it only asks back or falls back. ``fresh``: a question was begun in this turn;
    ``settled``: it was asked, or ended. ``promised``: UTC ms at which somebody is to come back.
    ``consents``: what he agreed to or refused just now, by purpose. ``knocks``: what is to become
    of him in circles; ``takes``: what he takes part in.
    """

    drafts: tuple[Draft, ...] = ()
    kept: Mapping[str, Any]
    handoff: str = ""
    why: tuple[str, ...] = ()
    said: tuple[Hit, ...] = ()
    unsure: bool = False
    tags: tuple[str, ...] = ()
    start_flow: str = ""
    fresh: bool = False
    settled: bool = False
    promised: int | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    knocks: tuple[Knock, ...] = ()
    takes: tuple[Wish, ...] = ()

    @property
    def rules(self) -> list[Rule]:
        """The rules that were answered."""
        return [hit.rule for hit in self.said if hit.rule]

    def add(self, drafts: Sequence[Draft], why: str = "", **changes: Any) -> Making:
        """A copy with more bubbles and one more sentence for staff."""
        reasons = (*self.why, why) if why else self.why
        return replace(self, drafts=(*self.drafts, *drafts), why=reasons, **changes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """The script, the turn, what it says, and what was under way before it."""

    script: Script
    turn: Turn
    reading: Reading
    speech: Speech
    situation: Situation = field(default_factory=Situation)
    state: State | None = None

    @property
    def words(self) -> str:
        """What was said, one line per message."""
        return self.turn.text.strip()

    @property
    def on_duty(self) -> bool:
        """True inside office hours."""
        return hours.on_duty(self.script.persona.hours, self.turn.now, self.script.zone)

    @property
    def waiting(self) -> bool:
        """True while a person has been asked and nobody has taken over."""
        return self.turn.conversation.waiting_since is not None

    def night(self) -> str:
        """The closing time that ``now`` falls into; empty inside office hours."""
        office = self.script.persona.hours
        if office is None or self.on_duty:
            return ""
        return hours.night(office, self.turn.now, self.script.zone)


def line(case: Case, made: Making, name: str, lines: Sequence[str], why: str = "") -> Making:
    """Adds the next variant of ``lines``, which is counted under ``builtin:<name>``."""
    key = BUILTIN + name
    say = tuple((text,) for text in lines if text.strip()) or ((phrases.LINES[name],),)
    drafts = speak(say, memory.times_seen(made.kept, key), case.speech, key)
    drafts = drafts or (Draft(body=Text(phrases.LINES[name]), content=key),)
    return made.add(drafts, why, kept=memory.saw(made.kept, key))


def told(case: Case, made: Making, root: str, name: str, say: Say) -> Making:
    """Adds the next variant of ``say``, or of the built-in line, as an answer of ``root``."""
    key = f"{root}.{name}"
    built_in = prompts.LINES.get(name, "")
    variants = say or ((built_in,),)
    drafts = speak(variants, memory.times_seen(made.kept, key), case.speech, key)
    room = BUBBLES_MAX - len(made.drafts)
    made = replace(noted(made, root), kept=memory.saw(made.kept, key))
    return made.add(drafts[: max(room, 0)])


def noted(made: Making, key: str, why: str = "") -> Making:
    """The turn was an answer to ``key`` (``form:…`` or ``step:…``)."""
    if any(hit.key == key for hit in made.said):
        return made.add((), why)
    return made.add((), why, said=(*made.said, Hit(key=key, kind="form")))


def away_due(case: Case, made: Making) -> bool:
    """True outside office hours while this night's away line has not been said here."""
    night = case.night()
    return bool(night) and made.kept.get("away") != night


def away(case: Case, made: Making, why: str = "") -> Making:
    """Says when somebody will be back, and remembers that it did."""
    office = case.script.persona.hours
    made = line(case, made, "away", office.away if office else (), why + "现在不在值班时间。")
    opens = hours.opens(office, case.turn.now, case.script.zone) if office else None
    kept = memory.saw(made.kept, BUILTIN + "back")
    return replace(made, kept={**kept, "away": case.night()}, promised=opens)


def promise(case: Case, made: Making, why: str) -> Making:
    """Says that a person will look, in words that are true for the hour."""
    persona = case.script.persona
    if away_due(case, made):
        return away(case, made, why)
    if case.waiting or not case.on_duty:
        return line(case, made, "waiting", persona.fallback.waiting, why)
    return line(case, made, "handoff", persona.handoff.say, why)


def unreadable(case: Case, made: Making, kind: str) -> Making:
    """An honest line about a picture, voice message or whatever else is not text.

    Who complains, or waits for a person, is told that it was received: a person will look at it.
    """
    hit = Hit(key=BUILTIN + "media", kind="event")
    key = f"{hit.key}.{kind or 'other'}"
    seen = memory.times_seen(made.kept, key)
    waits = case.waiting or made.handoff or "complaint" in case.reading.flags
    variants = prompts.MEDIA.get(kind) or (phrases.MEDIA.get(kind, phrases.MEDIA[""]),)
    welcome = prompts.WELCOME.get(kind, "") if waits else ""
    draft = Draft(body=Text(welcome or variants[seen % len(variants)]), content=hit.key)
    return made.add((draft,), f"收到看不了的内容（{kind or '未知'}）。", said=(*made.said, hit),
                    kept=memory.saw(made.kept, key))  # fmt: skip


def menu(case: Case) -> Draft | None:
    """The best candidates to tap on, or None when even the best is not likely enough."""
    labels, found = case.script.labels, case.reading.candidates
    likely = [c for c in found if c.rule in labels]
    if not likely or likely[0].score < case.script.persona.matching.ask:
        return None
    likely = [c for c in likely if c.score >= NEAR * likely[0].score]
    heads = case.script.persona.fallback.ask or (phrases.LINES["ask"],)
    seen = memory.times_seen(case.turn.conversation.memory, BUILTIN + "ask")
    items = tuple(_item(c, labels[c.rule]) for c in likely[:MENU_MAX])
    body = Menu(head=heads[seen % len(heads)], items=items, tail=phrases.MENU_TAIL)
    return Draft(body=body, content=BUILTIN + "ask")


def _item(candidate: Candidate, label: str) -> MenuItem:
    text = label.encode()[:LABEL_MAX].decode(errors="ignore")
    return MenuItem(kind="click", text=text, id=candidate.rule)
