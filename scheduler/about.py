"""What texts of flows may name of those whom they are said to: who he is, what is known of him,
what he won, and what he is called in the circle that the flow has to do with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.library.speech import Setting
from bot.store import facts, people, rewards, runs
from bot.store.engine import Row, Tx
from bot.store.facts import Known
from scheduler import earned

# Where in the key of a happening that began a flow its circle stands.
_PLACES = {"circle_entered": 0, "circle_rejected": 0, "level_reached": 0, "seed_asked": 1}
_OF_ACTIVITY = "activity_"


@dataclass(frozen=True, slots=True)
class About:
    """``names`` and ``known`` by member; ``won`` and ``circles`` by flow run; ``called``: by
    circle, then by member."""

    names: Mapping[str, str]
    known: Mapping[str, Known]
    won: Mapping[int, Mapping[str, str]]
    circles: Mapping[int, str]
    called: Mapping[str, Mapping[str, Mapping[str, str]]]

    def facts(self, run: Row) -> Mapping[str, str]:
        """What is known of the member of a flow run, as it may be named there."""
        known, circle = self.known.get(run["member"], Known()), self.circles.get(run["id"])
        if circle is None:
            return known.facts
        return known.within(self.called[circle].get(run["member"], {}))


def read(tx: Tx, setting: Setting, said: Sequence[tuple[Row, str]]) -> About:
    """Of all to whom these flow runs say these templates."""
    begun = [run for run, _ in said]
    members = [run["member"] for run in begun]
    circles = circles_of(tx, begun)
    return About(
        names=people.names_of(tx, members), known=facts.known(tx, members),
        won=earned.of_runs(tx, [run for run, name in said if earned.wants(setting, name)]),
        circles=circles,
        called={one: facts.called_in(tx, one, members) for one in set(circles.values())},
    )  # fmt: skip


def circles_of(tx: Tx, begun: Sequence[Row]) -> Mapping[int, str]:
    """The circle of each of these flow runs that has one, by its id."""
    found = {run["id"]: circle for run in begun if (circle := _named(run["cause"]))}
    held = {run["id"]: activity for run in begun if (activity := _activity(run["cause"]))}
    won = {run["id"]: grant for run in begun if (grant := earned.grant_of(run["cause"]))}
    grants = rewards.named(tx, sorted(set(won.values()))) if won else {}
    held |= {id: grants[grant].run for id, grant in won.items() if grant in grants}
    known = runs.by_id(tx, list(held.values()))
    return found | {id: known[run]["circle"] for id, run in held.items() if run in known}


def _named(cause: str) -> str:
    event, _, key = cause.partition("/")
    parts, place = key.split("/"), _PLACES.get(event, -1)
    return parts[place] if 0 <= place < len(parts) else ""


def _activity(cause: str) -> str:
    """The run of the activity that a happening told of: activity_won/RUN/MEMBER."""
    event, _, key = cause.partition("/")
    return key.rpartition("/")[0] if event.startswith(_OF_ACTIVITY) else ""
