"""What is known of the members of a page of flow steps: whether they answered, bought, belong.

Read a page at a time, and only what the steps of the page ask for.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.audience import Audience, Everybody, Facts, Not, fields_of
from bot.core.errors import BadInput
from bot.library.speech import Setting
from bot.store import audience, flows, segments
from bot.store.engine import Row, Tx
from scheduler.audience import parse_audience
from scheduler.flows import Flow, Step
from scheduler.reasons import belongs
from scheduler.unless import Condition, Since

log = logging.getLogger(__name__)
_CHANNELS = ("contact", "kf")
# Conditions that are read from the facts of an audience.
_FACTS = frozenset({"tag", "joined", "opted_out", "dear"})
_FIELDS = ("promo", "dear", "tag", "group")  # in which they stand


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One due step of one member's run."""

    due: Row
    run: Row
    flow: Flow
    step: Step

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything that the step and its flow ask of the member."""
        more = (self.flow.goal, self.step.answered)
        return (*self.step.exceptions, *(one for one in more if one is not None))

    @property
    def planned(self) -> int:
        """When the step was first due; it may have been put off since."""
        return int(self.due["data"].get("at", self.due["at"]))


def since(tx: Tx, setting: Setting, cases: Sequence[Case]) -> Mapping[int, Since]:
    """By run: what the member did since it began. Only of runs that ask for something."""
    made: dict[int, Since] = {}
    asking = [case for case in cases if case.conditions]
    for persona in dict.fromkeys(case.run["persona"] for case in asking):
        made |= _since(tx, setting, persona, [c for c in asking if c.run["persona"] == persona])
    return made


def _since(tx: Tx, setting: Setting, persona: str, cases: Sequence[Case]) -> Mapping[int, Since]:
    names = {condition.name for case in cases for condition in case.conditions}
    members = sorted({case.run["member"] for case in cases})
    accounts = _accounts(setting, persona)
    heard = flows.heard(tx, members, accounts) if "replied" in names else {}
    ordered = flows.ordered(tx, members) if "bought" in names else {}
    promo = flows.promoted(tx, members, persona) if "promo" in names else {}
    facts = audience.facts(tx, members, _FIELDS) if names & _FACTS else {}

    def of(case: Case) -> Since:
        run, known = case.run, facts.get(case.run["member"], {})
        began, member = run["started_at"], run["member"]
        wrote = any(condition.name == "wrote" for condition in case.conditions)
        return Since(
            said=flows.said(tx, member, accounts, began) if wrote else (),
            replied=heard.get(member, 0) > began, bought=ordered.get(member, 0) > began,
            promo=promo.get(member, 0) > began, opted_out="0" in _words(known, "promo"),
            dear="1" in _words(known, "dear"),
            tags=_words(known, "tag"), groups=_words(known, "group"),
        )  # fmt: skip

    return {case.run["id"]: of(case) for case in cases}


def reached(tx: Tx, setting: Setting, flow: Flow, runs: Sequence[Row]) -> list[int]:
    """Which of these runs of one flow have come to its goal."""
    goal = flow.goal
    if goal is None or not runs:
        return []
    step = Step(id="", template="", via=())
    known = since(tx, setting, [Case(due={}, run=run, flow=flow, step=step) for run in runs])
    return [run for run, facts in known.items() if goal.holds(facts)]


def outsiders(tx: Tx, setting: Setting, cases: Iterable[Case]) -> frozenset[int]:
    """Due rows whose member is not of the audience that the step is for."""
    asking = [case for case in cases if case.step.when]
    if not asking:
        return frozenset()
    personas = {name: setting.cast.accounts_of(name, "contact") for name in setting.cast.scripts}
    words = _audiences(tx, setting, personas, {case.step.when for case in asking})
    asked = frozenset[str]().union(*map(fields_of, words.values()))
    facts = audience.facts(tx, sorted({case.run["member"] for case in asking}), asked)
    return frozenset(case.due["id"] for case in asking if not belongs(
        words[case.step.when], facts[case.run["member"]], setting.now))  # fmt: skip


def _audiences(
    tx: Tx, setting: Setting, personas: Mapping[str, Sequence[str]], texts: Collection[str]
) -> Mapping[str, Audience]:
    """What the audiences of steps mean now. One that cannot be read (a segment that nobody has
    made) holds nobody."""
    known, read = segments.words(tx, *texts), dict[str, Audience]()
    for text in texts:
        try:
            read[text] = parse_audience(text, personas, setting.cast.zone, segments=known,
                                        thresholds=setting.cast.thresholds)  # fmt: skip
        except BadInput as wrong:
            log.warning("a step is for nobody: %s", wrong)
            read[text] = Not(Everybody(text))
    return read


def _accounts(setting: Setting, persona: str) -> list[str]:
    if persona not in setting.cast.scripts:
        return []
    return [a for channel in _CHANNELS for a in setting.cast.accounts_of(persona, channel)]


def _words(facts: Facts, name: str) -> frozenset[str]:
    found = facts.get(name)
    return found if isinstance(found, frozenset) else frozenset()
