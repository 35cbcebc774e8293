"""Once a day: whose birthday it is, which festival, and who has been silent for long. What a day
decides, nobody tells; so the members are gone through, a page in each transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from bot.core.audience import And, Audience, Is, Not, Or, When
from bot.core.audience import Moment as Point
from bot.core.clock import DAY, local
from bot.core.span import parse_span
from bot.library.speech import Setting
from bot.store import audience, facts, schedule
from bot.store import flows as store
from bot.store.engine import Row, Tx
from scheduler import facing
from scheduler.begin import start
from scheduler.fate import DONE, Fate
from scheduler.flows import Flow
from scheduler.recurrence import is_day, parse_when
from scheduler.triggers import SWEPT_AT

PAGE = 500
# Days that a sweep of the silent looks back beyond the line; its key lets nobody begin twice.
LOOK_BACK = 7 * DAY
GOALS_FOR = 60 * DAY  # as long as a run's goal is looked for
Finder = Callable[[Tx, Setting, Flow, str, date, str], tuple[list[tuple[str, str]], str]]


def goals(setting: Setting) -> Iterator[tuple[Flow, str]]:
    """Flows with a goal, with each persona that they serve."""
    for flow in setting.cast.flows:
        if flow.goal is not None:
            yield from ((flow, p) for p in sorted(setting.cast.scripts) if flow.serves(p))


def swept(setting: Setting) -> Iterator[tuple[Flow, str]]:
    """Flows that a sweep begins, with each persona that they serve."""
    for flow in setting.cast.flows:
        if flow.trigger.how == "swept":
            yield from ((flow, p) for p in sorted(setting.cast.scripts) if flow.serves(p))


def next_sweep(setting: Setting) -> int:
    """When the next sweep is due: all have the same time."""
    at = parse_when(f"daily {SWEPT_AT}", setting.cast.zone).after(setting.now)
    assert at is not None  # every day comes
    return at


def plan_sweeps(tx: Tx, setting: Setting) -> None:
    """The next sweep of every flow stands in the table before it is due."""
    pairs = [(kind, flow, persona) for kind, whose in (("sweep", swept), ("goals", goals))
             for flow, persona in whose(setting)]  # fmt: skip
    if not pairs:
        return
    at = next_sweep(setting)
    keys = {f"{kind}/{flow.id}/{persona}/{at}": (kind, flow, persona)
            for kind, flow, persona in pairs}  # fmt: skip
    known = schedule.planned(tx, list(keys))
    day = local(at, setting.cast.zone).date().isoformat()
    for key, (kind, flow, persona) in keys.items():
        if key not in known:
            schedule.add_due(tx, key, kind, at, {"flow": flow.id, "persona": persona, "after": "",
                                                 "day": day})  # fmt: skip


def run_goals(tx: Tx, setting: Setting, due: Row) -> Fate:
    """Notes, for one page of runs, who has come to the goal: also of those who are held out and of
    those who are through, so that the two can be compared."""
    plan = due["data"]
    flow = next((f for f in setting.cast.flows if f.id == plan["flow"]), None)
    if flow is None or flow.goal is None:
        return Fate("skip", "the flow has no goal any more")
    since, after = setting.now - GOALS_FOR, int(plan["after"] or 0)
    runs = store.unreached(tx, flow.id, plan["persona"], since, after, PAGE)
    store.reached(tx, facing.reached(tx, setting, flow, runs), setting.now)
    if len(runs) == PAGE:
        _go_on(tx, due, str(runs[-1]["id"]))
    return DONE


def _go_on(tx: Tx, due: Row, after: str) -> None:
    """The next page is due at once."""
    key = f"{due['key'].partition('//')[0]}//{after}"
    schedule.add_due(tx, key, due["kind"], due["at"], due["data"] | {"after": after})


def run_sweep(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One page of one sweep; the next page is due at once."""
    plan, day = due["data"], date.fromisoformat(due["data"]["day"])
    flow = next((f for f in setting.cast.flows if f.id == plan["flow"]), None)
    persona = plan["persona"]
    if flow is None or flow.trigger.name not in FINDERS or not flow.serves(persona):
        return Fate("skip", "the flow is not there any more")
    if why := setting.cast.silence(persona, setting.now):
        return Fate("skip", why)
    if local(setting.now, setting.cast.zone).date() != day:
        return Fate("skip", "the day is over")
    found, after = FINDERS[flow.trigger.name](tx, setting, flow, persona, day, plan["after"])
    _begin(tx, setting, flow, persona, found)
    if after:
        _go_on(tx, due, after)
    return DONE


def _begin(
    tx: Tx, setting: Setting, flow: Flow, persona: str, found: list[tuple[str, str]]
) -> None:
    """Begins the flow for those of them who are friends; nobody else can be reached."""
    ours = setting.cast.accounts_of(persona, "contact")
    friends = store.friends(tx, [member for member, _ in found], ours) if found else {}
    for member, cause in found:
        if member in friends:
            start(tx, flow, persona, member, friends[member][0], setting.now, setting.cast.zone,
                  f"{flow.trigger.name}/{cause}")  # fmt: skip


def _birthday(
    tx: Tx, setting: Setting, flow: Flow, persona: str, day: date, after: str
) -> tuple[list[tuple[str, str]], str]:
    rows = facts.born(tx, kept_on(day), int(after or 0), PAGE)
    last = str(rows[-1]["no"]) if len(rows) == PAGE else ""
    return [(row["member"], str(day.year)) for row in rows], last


def kept_on(day: date) -> list[int]:
    """The birthdays of a day: 926; the 29th of February is kept on the 28th in other years."""
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    own = day.month * 100 + day.day
    return [own, 229] if own == 228 and not leap else [own]


def _festival(
    tx: Tx, setting: Setting, flow: Flow, persona: str, day: date, after: str
) -> tuple[list[tuple[str, str]], str]:
    which = flow.trigger.which
    if not is_day(f"festival:{which}", day):
        return [], ""
    return _walk(tx, setting, _friends(setting, persona), f"{which}/{day.isoformat()}", after)


def _silent(
    tx: Tx, setting: Setting, flow: Flow, persona: str, day: date, after: str
) -> tuple[list[tuple[str, str]], str]:
    """Who said his last word so long ago, or, when he never said any, became a friend then."""
    span = parse_span(flow.trigger.which)
    since, before = Point(setting.now - span - LOOK_BACK), Point(setting.now - span)
    never = Not(When("active", "since", Point(0)))
    quiet = Or((
        And((When("active", "since", since), When("active", "before", before))),
        And((never, When("joined", "since", since), When("joined", "before", before))),
    ))  # fmt: skip
    wanted = And((_friends(setting, persona), quiet))
    found, last = _walk(tx, setting, wanted, "", after)
    known = audience.facts(tx, [member for member, _ in found])
    return [(member, str(known[member]["active"] or known[member]["joined"]))
            for member, _ in found], last  # fmt: skip


def _friends(setting: Setting, persona: str) -> Audience:
    return Is("account", tuple(setting.cast.accounts_of(persona, "contact")))


def _walk(
    tx: Tx, setting: Setting, wanted: Audience, cause: str, after: str
) -> tuple[list[tuple[str, str]], str]:
    page = audience.page(tx, wanted, setting.now, after, PAGE)
    return [(member, cause) for member in page], page[-1] if len(page) == PAGE else ""


FINDERS: Mapping[str, Finder] = {
    "birthday": _birthday, "festival": _festival, "silent": _silent,
}  # fmt: skip
