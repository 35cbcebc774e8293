"""The list of kind words to one member that sell nothing: his birthday, weather in his city, steps
of flows that care, and what was said already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.console.visit import Visit
from bot.core.clock import local
from bot.library.cast import Cast
from bot.members.touches import birthday_after
from bot.store import readings, touches, weather
from bot.store.engine import Row, Tx
from bot.store.membership import Record
from bot.store.readings import Topic
from bot.store.touches import Touch
from scheduler.flows import Flow

CARE = "care/"
BEFORE = 60  # days: a birthday that is further ahead is not listed


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """``occasion``: birthday, weather or the trigger of a flow; ``at`` UTC ms, or ``day`` where
    only a day is known; ``title``: of the flow, the weather."""

    occasion: str
    title: str
    at: int | None = None
    day: str = ""
    waits: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Care:
    """``ahead``: the next first; ``said``: the latest first, each with its occasion."""

    ahead: Sequence[Planned]
    said: Sequence[tuple[str, Touch]]
    reads: Sequence[Topic] = ()


def care(tx: Tx, visit: Visit, it: Record) -> Care:
    """All of it, and what he reads. A birthday for which no flow serves, and weather for which none
    waits, is told as such: nothing is promised that nobody says."""
    flows = {flow.id: flow for flow in visit.cast.flows} if visit.cast is not None else {}
    today = local(visit.now, visit.console.config.timezone).date()
    facts = {fact.name: fact.value for fact in it.facts if fact.won}
    ids = list(it.known["ids"])
    ahead = [
        *_birthday(facts.get("birthday", ""), today, flows),
        *(_weather(row, flows) for row in weather.ahead(tx, facts.get("city", ""), today)),
        *_steps(tx, ids, flows),
    ]  # fmt: skip
    said = [(_occasion(one.origin, flows), one) for one in touches.said(tx, ids)]
    return Care(ahead=ahead, said=said, reads=readings.topics(tx, ids))


def _birthday(value: str, today: date, flows: dict[str, Flow]) -> list[Planned]:
    day = birthday_after(value, today)
    if day is None or (day - today).days > BEFORE:
        return []
    waits = any(flow.trigger.name == "birthday" for flow in flows.values())
    return [Planned(occasion="birthday", title="", day=day.isoformat(), waits=waits)]


def _weather(row: Row, flows: dict[str, Flow]) -> Planned:
    waits = any(flow.trigger.matches("weather", row["kind"]) for flow in flows.values())
    return Planned(occasion="weather", title=row["kind"], day=row["day"], waits=waits)


def _steps(tx: Tx, ids: Sequence[str], flows: dict[str, Flow]) -> list[Planned]:
    found = []
    for one in touches.planned(tx, ids):
        flow = flows.get(one.flow)
        step = next((s for s in flow.file.step if s.id == one.step), None) if flow else None
        if flow is not None and step is not None and step.template.startswith(CARE):
            found.append(Planned(occasion=flow.trigger.name, title=flow.file.title or flow.id,
                                 at=one.at))  # fmt: skip
    return found


def _occasion(origin: str, flows: dict[str, Flow]) -> str:
    kind, _, rest = origin.partition(":")
    flow = flows.get(rest.partition(":")[0].partition("/")[0]) if kind == "flow" else None
    return flow.trigger.name if flow is not None else kind


def served(cast: Cast | None) -> list[str]:
    """Kinds of weather for which a flow waits; empty text among them: any kind."""
    flows = cast.flows if cast is not None else ()
    return [flow.trigger.which for flow in flows if flow.trigger.name == "weather"]
