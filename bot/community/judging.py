"""Who wins a run, and why: from what counts in it, by a rule that anybody may apply again. Pure.

Whoever wins, wins once. Where the rule leaves two equal, the earlier one is first; of two at the
same millisecond the one whose ticket sorts first, which favours nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.community import draw
from bot.community.activity import Activity
from bot.core.event import Happened


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An entry that counts: ``event`` its dedupe, ``member`` the person, ``votes`` for it."""

    event: str
    member: str
    kind: str
    at: int
    which: str = ""
    score: int = 0
    votes: int = 0
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Winner:
    """``cause``: the entry that won; ``why``: a word and what was counted, ``votes 12``."""

    rank: int
    member: str
    cause: str
    at: int
    why: str


Rule = Callable[[Activity, Sequence[Standing], str], list[tuple[Standing, str]]]


def winners(rules: Activity, entries: Iterable[Standing], seed: str = "") -> tuple[Winner, ...]:
    """Who wins, the first first. ``judge = "staff"`` is decided by nobody here."""
    told = sorted(entries, key=_early)
    if rules.kind == "team":
        return _teams(rules, told)
    if rules.judge not in _RULES:
        return ()
    ranked = _RULES[rules.judge](rules, told, seed)
    found: dict[str, tuple[Standing, str]] = {}
    for one, why in ranked:
        found.setdefault(one.member, (one, why))
    first = list(found.values())[: rules.winners]
    return tuple(Winner(n, one.member, one.event, one.at, why)
                 for n, (one, why) in enumerate(first, 1))  # fmt: skip


def _early(one: Standing) -> tuple[int, str]:
    return one.at, one.ticket


def one_each(entries: Iterable[Standing]) -> list[Standing]:
    """The earliest entry of each person: a draw holds one ticket for each."""
    found: dict[str, Standing] = {}
    for one in sorted(entries, key=_early):
        found.setdefault(one.member, one)
    return list(found.values())


def _votes(rules: Activity, told: Sequence[Standing], seed: str) -> list[tuple[Standing, str]]:
    best = sorted((one for one in told if one.votes), key=lambda one: (-one.votes, *_early(one)))
    return [(one, f"votes {one.votes}") for one in best]


def _right(rules: Activity, told: Sequence[Standing], seed: str) -> list[tuple[Standing, str]]:
    best = sorted((one for one in told if one.score), key=lambda one: (-one.score, *_early(one)))
    return [(one, f"right {one.score}") for one in best]


def _first(rules: Activity, told: Sequence[Standing], seed: str) -> list[tuple[Standing, str]]:
    full = len(rules.questions) if rules.kind == "quiz" else 0
    return [(one, f"at {one.at}") for one in told if one.score >= full]


def _chance(rules: Activity, told: Sequence[Standing], seed: str) -> list[tuple[Standing, str]]:
    by = {one.ticket: one for one in one_each(told)}
    return [(by[one], f"ticket {one}") for one in draw.order(seed, list(by))]


_RULES: Mapping[str, Rule] = {"votes": _votes, "right": _right, "first": _first, "chance": _chance}


def _teams(rules: Activity, told: Sequence[Standing]) -> tuple[Winner, ...]:
    """Full teams by how much their people handed in; all of a team share its rank."""
    people: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in told:
        if one.kind == Happened.TEAMED:
            people[one.which].append(one)
    handed = Counter(one.member for one in told if one.kind == Happened.SUBMITTED)
    done = {team: sum(handed[one.member] for one in mine) for team, mine in people.items()
            if len(mine) >= rules.need}  # fmt: skip
    full = {team: people[team][rules.need - 1].at for team in done}
    best = sorted(filter(done.get, done), key=lambda team: (-done[team], full[team], team))
    ranked = [(n, team) for n, team in enumerate(best[: rules.winners], 1)]
    return tuple(Winner(n, one.member, one.event, one.at, f"team {done[team]}")
                 for n, team in ranked for one in people[team])  # fmt: skip
