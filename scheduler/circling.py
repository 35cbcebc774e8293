"""Who is in a circle by its own words: taken in when something happens to him and once a day, and
out again when the words fit him no more. Roles end on their day.

Whoever left by himself, or was taken out by somebody, is not taken in again by any words.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.audience import Audience, fields_of
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library.circles import auto_of
from bot.library.speech import Setting
from bot.members.circle import Circle
from bot.store import audience, circles, circling, people, persons, schedule, segments, stays
from bot.store.circling import AUTO, RULE
from bot.store.engine import Row, Tx
from scheduler.fate import DONE, Fate
from scheduler.reasons import belongs
from scheduler.recurrence import parse_when
from scheduler.triggers import SWEPT_AT

ACTOR = "scheduler"
# Happenings after which the words of a circle may fit somebody whom they did not fit before.
MAY_ADMIT = frozenset({"contact_added", "group_joined", "tag_added", "order"})
PAGE = 500
IN, OUT = "in", "out"


def autos(tx: Tx, setting: Setting) -> Iterator[tuple[Circle, Audience]]:
    """Circles that take people in by themselves, and whom."""
    accounts = {name: one.persona.accounts.contact for name, one in setting.cast.scripts.items()}
    for circle in setting.cast.circles.values():
        try:
            wanted = auto_of(
                circle,
                accounts,
                setting.cast.zone,
                segments.words(tx, circle.admission.auto),
                setting.cast.thresholds,
            )
        except BadInput:
            continue  # an account or persona in it does not serve any more; its file has a finding
        if wanted is not None:
            yield circle, wanted


def consider(tx: Tx, setting: Setting, member: str) -> None:
    """Takes one member into every circle whose words fit him now."""
    found = list(autos(tx, setting))
    if not found:
        return
    person = persons.person_of(tx, [member])[member]
    asked = frozenset[str]().union(*(fields_of(wanted) for _, wanted in found))
    facts = audience.facts(tx, [person], asked)[person]
    for circle, wanted in found:
        if belongs(wanted, facts, setting.now):
            _admit(tx, setting, circle, [person])


def voice_of(tx: Tx, setting: Setting, circle: Circle, person: str) -> str:
    """Which persona tells somebody what became of him: the one that leads the circle, else the
    first that he is a friend of; whoever has none is told by the leader, if by kf at all."""
    known = (one for id in persons.ids_of(tx, person) for one in people.accounts_of(tx, id))
    friends = {setting.cast.persona_of("contact", one) for one in known}
    last = next(iter(circles.leaders(tx, circle.id)), None)
    leader = (last["persona"] if last is not None else "") or circle.leader.persona
    return leader if leader in friends or not friends else min(one or "" for one in friends)


def plan_sweeps(tx: Tx, setting: Setting) -> None:
    """The next sweep of every such circle stands in the table before it is due."""
    names = [circle.id for circle in setting.cast.circles.values() if circle.admission.auto]
    if not names:
        return
    at = parse_when(f"daily {SWEPT_AT}", setting.cast.zone).after(setting.now)
    assert at is not None  # every day comes
    keys = {f"circle/{name}/{at}": name for name in names}
    known = schedule.planned(tx, list(keys))
    for key, name in keys.items():
        if key not in known:
            schedule.add_due(tx, key, "circle", at, {"circle": name, "phase": IN, "after": ""})


def run_sweep(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One page of one sweep: first those who come in, then those who go."""
    plan = due["data"]
    pair = next((one for one in autos(tx, setting) if one[0].id == plan["circle"]), None)
    if pair is None:
        return Fate("skip", "the circle takes nobody in by itself any more")
    if local(setting.now, setting.cast.zone).date() != local(due["at"], setting.cast.zone).date():
        return Fate("skip", "the day is over")
    circle, wanted = pair
    page = _PHASES[plan["phase"]](tx, setting, circle, wanted, plan["after"])
    if len(page) == PAGE:
        _go_on(tx, due, plan | {"after": page[-1]})
    elif plan["phase"] == IN:
        _go_on(tx, due, plan | {"phase": OUT, "after": ""})
    return DONE


def _go_on(tx: Tx, due: Row, plan: Row) -> None:
    key = f"{due['key'].partition('//')[0]}//{plan['phase']}/{plan['after']}"
    schedule.add_due(tx, key, due["kind"], due["at"], plan)


def _in(tx: Tx, setting: Setting, circle: Circle, wanted: Audience, after: str) -> list[str]:
    page = audience.page(tx, wanted, setting.now, after, PAGE)
    _admit(tx, setting, circle, page)
    return page


def _out(tx: Tx, setting: Setting, circle: Circle, wanted: Audience, after: str) -> list[str]:
    rows = stays.at(tx, "circle", circle.id, after, PAGE)
    mine = [row["member"] for row in rows if row["source"] == AUTO]
    facts = audience.facts(tx, mine, fields_of(wanted))
    for member in mine:
        if not belongs(wanted, facts[member], setting.now):
            circling.withdraw(tx, circle.id, member, setting.now, by=RULE, actor=ACTOR)
    return [row["member"] for row in rows]


_PHASES = {IN: _in, OUT: _out}


def _admit(tx: Tx, setting: Setting, circle: Circle, members: list[str]) -> None:
    who = list(dict.fromkeys(persons.person_of(tx, members).values()))
    kept_out = circles.left_for_good(tx, circle.id, who, RULE)
    for person in who:
        if person not in kept_out:
            circling.admit(tx, circle.id, person, setting.now, rule=AUTO, actor=ACTOR,
                           persona=voice_of(tx, setting, circle, person))  # fmt: skip


def run_unrole(tx: Tx, setting: Setting, due: Row) -> str:
    """A role ends as it was planned. Empty, or why it does not."""
    plan = due["data"]
    held = circles.roles_of(tx, persons.person_of(tx, [plan["member"]])[plan["member"]])
    if not any((row["role"], row["circle"], row["ends"], row["until"])
               == (plan["role"], plan["circle"], plan["until"], None) for row in held):  # fmt: skip
        return "it is over already, or goes on longer"
    circling.revoke(tx, plan["role"], plan["circle"], plan["member"], setting.now, actor=ACTOR)
    return ""
