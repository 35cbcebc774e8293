"""Plays a conversation test against a script, and says where it went another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.core.body import Menu, plain
from bot.core.clock import to_ms
from bot.core.findings import ERROR, Finding
from bot.core.model import Decision
from bot.persona.script import Script
from bot.persona.talk import Talker
from bot.persona.trials.read import Expected, Step, Trial

# Tests of a persona without a validity window begin on this day.
USUAL_DAY = date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than expected."""

    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Miss:
    """A step that failed: what was said, every difference, and why the persona did what it did."""

    trial: Trial
    number: int
    step: Step
    differences: tuple[Difference, ...]
    why: str

    def finding(self) -> Finding:
        """The same as one line of a report."""
        told = "; ".join(str(part) for part in self.differences)
        return Finding(
            file=self.trial.file, line=self.step.line, rule="test", severity=ERROR,
            message=f"「{self.trial.name}」 step {self.number} ({self.step.shown}): {told}",
            fix=f"why: {self.why}" if self.why else "",
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What became of one conversation; ``touched`` are the rules that answered in it."""

    trial: Trial
    miss: Miss | None
    touched: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """The state after a step, as expectations look at it."""

    decision: Decision
    talker: Talker
    step: Step

    @property
    def text(self) -> str:
        return "\n".join(plain(draft.body) for draft in self.decision.drafts)

    @property
    def menu(self) -> tuple[str, ...]:
        menus = [d.body for d in self.decision.drafts if isinstance(d.body, Menu)]
        return tuple(item.id for menu in menus for item in menu.items)


def play(script: Script, trial: Trial) -> Played:
    """Plays one conversation to its end, or to the first step that fails."""
    talker = Talker(script)
    now = trial.start if trial.start is not None else usual_start(script)
    touched: set[str] = set()
    for number, step in enumerate(trial.steps, 1):
        now += step.wait
        if step.staff:
            talker.switch(step.staff, step.member, step.account)
        decision = Decision()
        if step.said:
            decision = talker.hear(step.said, step.member, now, step.account)
            touched |= _touched(decision)
        elif step.wait:
            decision = talker.back(step.member, now, step.account)
        seen = _Seen(decision=decision, talker=talker, step=step)
        wrong = tuple(differences(step.expected, seen))
        if wrong:
            miss = Miss(trial=trial, number=number, step=step, differences=wrong, why=decision.why)
            return Played(trial=trial, miss=miss, touched=frozenset(touched))
    return Played(trial=trial, miss=None, touched=frozenset(touched))


def usual_start(script: Script) -> int:
    """Noon of the persona's first day, or when it opens if noon is outside its hours."""
    persona = script.persona
    day, at = persona.valid_from or USUAL_DAY, time(12)
    office = persona.hours
    if office and office.open < office.close and not office.open <= "12:00" < office.close:
        at = time.fromisoformat(office.open)
    return to_ms(datetime.combine(day, at, ZoneInfo(script.zone)))


def _touched(decision: Decision) -> set[str]:
    return {decision.rule or "", *(draft.content for draft in decision.drafts)} - {""}


def differences(expected: Expected, seen: _Seen) -> Iterator[Difference]:
    """Everything that came out otherwise."""
    for name, check in CHECKS.items():
        wanted = getattr(expected, name)
        if wanted is not None:
            found = check(wanted, seen)
            if found is not None:
                yield Difference(name, _shown(wanted), found)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "none"


Check = Callable[[object, _Seen], str | None]


def _rule(wanted: object, seen: _Seen) -> str | None:
    got = seen.decision.rule or ""
    return None if got == wanted else f"{got or 'none'} ({seen.decision.score:.2f})"


def _text(wanted: object, seen: _Seen) -> str | None:
    return None if re.search(str(wanted), seen.text) else f"“{seen.text}”"


def _without(wanted: object, seen: _Seen) -> str | None:
    return f"“{seen.text}”" if re.search(str(wanted), seen.text) else None


def _equal(look: Callable[[_Seen], object]) -> Check:
    def check(wanted: object, seen: _Seen) -> str | None:
        got = look(seen)
        return None if got == wanted else _shown(got)

    return check


def _among(look: Callable[[_Seen], tuple[str, ...]]) -> Check:
    """All that is wanted must be there; more may be."""

    def check(wanted: object, seen: _Seen) -> str | None:
        got = look(seen)
        assert isinstance(wanted, tuple)
        if wanted:
            return None if set(wanted) <= set(got) else _shown(got)
        return _shown(got) if got else None

    return check


def _facts(wanted: object, seen: _Seen) -> str | None:
    got = seen.talker.remembered(seen.step.member, seen.step.account)
    assert isinstance(wanted, Mapping)
    return None if all(got.get(k) == v for k, v in wanted.items()) else str(got)


CHECKS: Mapping[str, Check] = {
    "rule": _rule,
    "text": _text,
    "without": _without,
    "bubbles": _equal(lambda seen: len(seen.decision.drafts)),
    "menu": _among(lambda seen: seen.menu),
    "mode": _equal(
        lambda seen: seen.decision.mode or seen.talker.mode(seen.step.member, seen.step.account)
    ),
    "handoff": _equal(lambda seen: bool(seen.decision.handoff)),
    "tags": _among(lambda seen: seen.talker.tags(seen.step.member)),
    "flags": _among(lambda seen: seen.decision.flags),
    "facts": _facts,
}
