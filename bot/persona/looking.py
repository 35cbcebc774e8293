"""One text as the guard looks at it, and what the learned judge has against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.persona import judge
from bot.persona.case import Case, Problem
from bot.persona.frame import MESSAGES
from bot.persona.opinion import objection
from bot.persona.plaintext import Plain

if TYPE_CHECKING:
    from bot.persona.guard import Guard

_BLANK = "\ue000"  # stands in no word list
_CLAUSES = 8  # at most so many are told of one text


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """``named``: where titles stand in the undisguised text."""

    original: str
    plain: Plain
    case: Case
    guard: Guard
    named: tuple[tuple[int, int], ...] = ()

    @property
    def unnamed(self) -> str:
        """The text with a blank for each letter of a title, so that no claim and no price is read
        out of what something is called, nor out of it and the words beside it."""
        text = self.plain.text
        for start, end in self.named:
            text = text[:start] + _BLANK * (end - start) + text[end:]
        return text

    def inside(self, problem: Problem, spans: Iterable[tuple[int, int]]) -> bool:
        """True when one of the spans holds all of it."""
        places = (self.plain.place(*span) for span in spans)
        return any(start <= problem.start and problem.end <= end for start, end in places)

    def problem(self, code: str, message: str, start: int, end: int, fix: str) -> Problem:
        """What is wrong at a place of the undisguised text."""
        first, last = self.plain.place(start, end)
        return Problem(code=code, message=message, start=first, end=last, fix=fix,
                       severity=self.case.policy.severity(code))  # fmt: skip


def objections(look: Look, stopping: Iterable[Problem]) -> Iterator[Problem]:
    """What no rule has found: the judge speaks where they are silent, of one clause after the other
    until nothing is left to object to."""
    text, taken = look.plain.text, [(problem.start, problem.end) for problem in stopping]
    for _ in range(_CLAUSES):
        said = next(filter(None, (_objection(look, *run) for run in _untold(look, taken))), None)
        if said is None:
            return
        code, start, end = said
        message, fix = MESSAGES[code]
        yield look.problem(code, f"像是{message}：“{text[start:end][:40]}”", start, end, fix)
        taken.append(look.plain.place(start, end))


def _objection(look: Look, start: int, end: int) -> tuple[str, int, int] | None:
    said = objection(look.plain.text[start:end], look.guard.neutral, MESSAGES)
    return (said[0], start + said[1], start + said[2]) if said else None


def _untold(look: Look, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The whole text; where something in it is stopped already, the runs of its other clauses."""
    text, begin, end = look.plain.text, 0, 0
    if not taken:
        yield 0, len(text)
        return
    for clause in judge.clauses(text, 0, len(text)):
        first, last = look.plain.place(*clause)
        if any(start < last and first < stop for start, stop in taken):
            if end > begin:
                yield begin, end
            begin = clause[1]
        end = clause[1]
    if end > begin:
        yield begin, end
