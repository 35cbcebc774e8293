"""What texts of a flow that a reward begins may name of it: of that very grant, to whom it belongs,
and its code only while it is his."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.library.speech import Setting
from bot.store import persons, rewards
from bot.store.engine import Row, Tx

ROOT = "reward."  # of the sources of templates
TOLD = "reward_"  # of what happens to grants (scheduler/rewarding.py)


def wants(setting: Setting, content: str) -> bool:
    """True when a template names something of a reward."""
    found = setting.cast.shelf.get(content)
    return found is not None and any(var.source.startswith(ROOT) for var in found.vars)


def of_runs(tx: Tx, runs: Sequence[Row]) -> dict[int, Mapping[str, str]]:
    """What each flow run may say of the reward that it began with, by its id."""
    began = {run["id"]: found for run in runs if (found := grant_of(run["cause"]))}
    if not began:
        return {}
    grants = rewards.named(tx, sorted(set(began.values())))
    people = persons.person_of(tx, [run["member"] for run in runs])
    return {run["id"]: {"title": grant.title, "code": grant.code}
            for run in runs if (grant := grants.get(began.get(run["id"], ""))) is not None
            and grant.member == people[run["member"]]}  # fmt: skip


def grant_of(cause: str) -> str:
    """The grant that a happening told of: reward_sent/GRANT/EVENT."""
    event, _, rest = cause.partition("/")
    return rest.partition("/")[0] if event.startswith(TOLD) else ""
