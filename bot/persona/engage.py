"""Questions that the persona asks: begun by a rule, repeated after something else, taken back.

Each function takes a decision in the making and returns it with what was said and the new state.
"""

from __future__ import annotations

from dataclasses import replace

from bot.persona import asks, closing, control, filling, lines, prompts, state
from bot.persona.lines import Case, Making
from bot.persona.reading import Hit
from bot.persona.rule import Rule
from bot.persona.state import State
from bot.persona.step import Step

NAGS_MAX = 2  # then it is left to the member to come back to it


def begin(case: Case, made: Making, rule: Rule) -> Making:
    """What a rule leads to: a step, or a form with what the member has told already."""
    now = case.turn.now
    old = state.current(made.kept, case.script, now)
    if rule.next:
        path = (*old.path, old.id) if old and old.kind == "step" and rule.next != old.id else ()
        begun = State(kind="step", id=rule.next, at=now, path=path[-state.PATH_MAX :])
        return replace(made, kept=state.put(made.kept, begun), fresh=True)
    if rule.form:
        if old and (old.kind, old.id) == ("form", rule.form):
            return made  # it is being filled already
        begun = filling.begun(case, rule.form)
        return replace(made, kept=state.put(made.kept, begun), fresh=True)
    if rule.steps:  # the last answer of a guided talk
        return replace(made, kept=state.put(made.kept, None))
    return made


def take(case: Case, made: Making) -> tuple[Making, tuple[Hit, ...]] | None:
    """What the words mean for the question under way, and what else they ask; None: nothing."""
    if case.state is None:
        return None
    if case.state.kind == "form":
        return filling.take(case, made, case.state)
    return _in_step(case, made, case.script.steps[case.state.id], case.state)


def _in_step(
    case: Case, made: Making, step: Step, now: State
) -> tuple[Making, tuple[Hit, ...]] | None:
    hits = case.reading.hits
    if any(hit.rule and now.id in hit.rule.steps for hit in hits):
        return None  # an answer to the question is a hit like others
    if control.cancels(case.words):
        made = lines.told(case, made, f"step:{now.id}", "cancel", step.cancel)
        return replace(made, kept=state.put(made.kept, None), settled=True), ()
    if control.goes_back(case.words) and now.path:
        back = now.evolve(id=now.path[-1], path=now.path[:-1], at=case.turn.now, misses=0, nags=0)
        return lines.noted(replace(made, kept=state.put(made.kept, back)), f"step:{back.id}"), ()
    if hits:
        return filling.aside(case, made, now)
    if now.misses >= state.MISSES_MAX:
        return replace(made, kept=state.put(made.kept, None)), ()
    missed = now.evolve(misses=now.misses + 1, at=case.turn.now)
    made = replace(made, kept=state.put(made.kept, missed), settled=True)
    made = lines.noted(made, f"step:{now.id}", "没听懂对这一步的回答，再问一次。")
    say = step.retry or ((prompts.LINES["retry"],),)
    made = lines.told(case, made, f"step:{now.id}", "retry", say)
    return _ask_step(case, made, step), ()


def follow(case: Case, made: Making) -> Making:
    """Asks what is due: the next question, or the same one again after something else."""
    now = state.current(made.kept, case.script, case.turn.now)
    if now is None or made.settled:
        return made
    old = case.state
    same = old is not None and old.place == now.place and not made.fresh
    if same and made.handoff:
        return replace(made, kept=state.put(made.kept, None))  # a person takes over
    if same and (now.nags == 0 or now.nags > NAGS_MAX or not made.drafts):
        return made
    if now.kind == "form":
        return closing.advance(case, made, now)
    return _ask_step(case, made, case.script.steps[now.id], resume=same)


def _ask_step(case: Case, made: Making, step: Step, resume: bool = False) -> Making:
    rules = case.script.rules
    items = [(key, label) for key, label in step.menu
             if key in rules and rules[key].when.holds(case.situation)]  # fmt: skip
    return asks.ask(case, made, f"step:{step.id}", step.ask, items, resume=resume)
