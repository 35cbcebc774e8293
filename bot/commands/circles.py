"""How ``onevoice circle`` shows what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.core.clock import DAY
from bot.members.circle import Circle, Metric
from bot.members.roles import ROLES
from bot.store.circling import CircleRefused
from bot.store.engine import Row

GOAL_DAYS = 30 * DAY  # as long as a goal looks back
COLUMNS = ("circle", "title", "principle", "leader", "members", "waiting", "goal", "position")
_MARK = {"active": "%"}


def shut(one: Circle, full: bool) -> None:
    """Raises CircleRefused when nobody gets in by asking."""
    if one.admission.how == "closed":
        raise CircleRefused(f"{one.id} takes in nobody who asks; a colleague may admit him")
    if full:
        raise CircleRefused(f"{one.id} is full: {one.admission.most} or more are in")


@dataclass(frozen=True, slots=True)
class Standing:
    """One circle, its figures, how many wait, and its leaders so far, the latest first."""

    circle: Circle
    figures: Mapping[Metric, int]
    waiting: int
    leaders: Sequence[Row]

    @property
    def leader(self) -> str:
        """Who leads it now: who was made leader last, else whom the file names."""
        last: Mapping[str, str] = next(iter(self.leaders), asdict(self.circle.leader))
        return last["persona"] or last["member"]

    @property
    def goal(self) -> str:
        """Where it stands against its target."""
        goal, mark = self.circle.goal, _MARK.get(self.circle.goal.metric, "")
        of = f"/{goal.target}{mark}" if goal.target else ""
        return f"{goal.metric} {self.figures[goal.metric]}{mark}{of}"

    def document(self) -> dict[str, Any]:
        """As ``--json`` gives it."""
        one = self.circle
        return {"id": one.id, "title": one.title, "version": one.version,
                "principle": one.principle, "leader": self.leader, "admission": one.admission.how,
                "waiting": self.waiting, "figures": dict(self.figures),
                "goal": asdict(one.goal), "unanswered": list(one.unanswered)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One circle with its roles and who is in, by name where it is known."""

    standing: Standing
    holders: Sequence[Row]
    members: Sequence[Row]
    names: Mapping[str, str]


def put_list(found: Sequence[Standing], json_out: bool) -> None:
    """A line each."""
    if json_out:
        put_json({"circles": [one.document() for one in found]})
        return
    rows = [(one.circle.id, one.circle.title, one.circle.principle, one.leader or "-",
             one.figures["members"], one.waiting, one.goal,
             "missing: " + ", ".join(one.circle.unanswered) if one.circle.unanswered else "ok")
            for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=COLUMNS, disable_numparse=True))


def put_circle(found: Shown, zone: str, json_out: bool) -> None:
    """Everything about one."""
    one = found.standing.circle
    if json_out:
        put_json(found.standing.document() | {
            "position": asdict(one.position), "leaders": list(found.standing.leaders),
            "roles": list(found.holders), "members": list(found.members)})  # fmt: skip
        return
    put_list([found.standing], json_out=False)
    for key, answer in asdict(one.position).items():
        click.echo(f"{key:>6}: {answer or '-'}")
    for row in found.standing.leaders:
        note = f" ({row['note']})" if row["note"] else ""
        click.echo(
            f"led by {row['persona'] or row['member']} from {time(row['since'], zone)}{note}"
        )
    for row in found.holders:
        ends = f" until {time(row['ends'], zone)}" if row["ends"] else ""
        title = ROLES[row["role"]].names[0] if row["role"] in ROLES else row["role"]
        click.echo(f"{title}: {row['name'] or row['member']}{ends}")
    rows = [(row["member"], found.names.get(row["member"], ""), time(row["since"], zone),
             row["source"], row["came"]) for row in found.members]  # fmt: skip
    click.echo(tabulate(rows, headers=("member", "name", "since", "by", "from")))


def put_queue(rows: Sequence[Row], zone: str, json_out: bool) -> None:
    """Applications with their answers."""
    if json_out:
        put_json({"queue": list(rows)})
        return
    for row in rows:
        click.echo(f"{row['circle']}  {row['member']}  {row['name'] or '-'}  "
                   f"{time(row['at'], zone)}")  # fmt: skip
        for question, answer in row["answers"].items():
            click.echo(f"    {question}  {answer}")
