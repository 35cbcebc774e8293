"""A wish to get into a circle or out of it: what is said to it, and what becomes of it.

Each function takes a decision in the making and returns it with what was said and done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.door import FULL, INSIDE, WAITING, Do, Door, Knock
from bot.persona import lines, state
from bot.persona.form import Form
from bot.persona.hosting import form_of
from bot.persona.lines import Case, Making
from bot.persona.reading import Hit
from bot.persona.state import State

_BECAUSE = {
    "welcome": "客人想进圈，这个圈想进就进。", "begin": "客人想进圈，先问入圈的问题。",
    "inside": "客人想进圈，他已经在里面。", "waiting": "客人又申请进圈，前一次还在排队。",
    "full": "客人想进圈，圈里满员了。", "closed": "客人想进圈，这个圈不收人。",
    "left": "客人退圈。", "withdrawn": "客人撤回进圈的申请。",
    "outside": "客人要退圈，他不在里面。",
}  # fmt: skip
_DOES: Mapping[str, Do] = {"welcome": "enter", "left": "leave", "withdrawn": "leave"}


def wished(case: Case, made: Making, hit: Hit) -> Making:
    """What a wish comes to, by where he stands and what the circle's door is like."""
    assert hit.wants is not None
    door = case.script.doors[hit.wants.circle]
    stands = case.turn.member.circles.get(door.id, "")
    name = _leaving(stands) if hit.wants.leaves else _entering(door, stands)
    made = made.add((), _BECAUSE[name], said=(*made.said, hit))
    made = lines.told(case, made, hit.key, name, case.script.persona.circle.words(name, door))
    if name == "begin":
        begun = State(kind="form", id=form_of(door.id), at=case.turn.now)
        return replace(made, kept=state.put(made.kept, begun), fresh=True)
    done = (Knock(circle=door.id, do=_DOES[name]),) if name in _DOES else ()
    return replace(made, knocks=(*made.knocks, *done))


def _entering(door: Door, stands: str) -> str:
    if stands in (INSIDE, WAITING):
        return stands
    if door.closed:
        return "closed"
    if stands == FULL:
        return FULL
    return "begin" if door.questions else "welcome"


def _leaving(stands: str) -> str:
    return {INSIDE: "left", WAITING: "withdrawn"}.get(stands, "outside")


def applied(made: Making, form: Form, now: State) -> Making:
    """All questions of a circle are answered: he waits for somebody to decide."""
    told = {form.field(name).label: text for name, text in now.values.items()}
    return replace(made, knocks=(*made.knocks, Knock(circle=form.circle, do="apply", answers=told)))


def let_go(made: Making, now: State | None) -> Making:
    """A person holds the conversation: an application that was under way is over."""
    if now is None or not now.id.startswith(form_of("")):
        return made
    return replace(made, kept=state.put(made.kept, None))
