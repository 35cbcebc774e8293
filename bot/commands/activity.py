"""``onevoice activity``: what takes place, who took part, who won and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bot.commands import activities as shown
from bot.commands.acting import once
from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user
from bot.commands.options import beside, looking, served
from bot.community.activity import Activity
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import judged, runs
from bot.store.engine import Row, Tx
from scheduler import activities
from scheduler.foreseen import Foreseen, foresee


@click.group()
def activity() -> None:
    """Activities: list, show, dry-run; entries, judge, winners, cancel."""


def _made(setting: Setting, name: str) -> Activity:
    return served(setting.cast.activities, "activity", name, "write one in content/activities")


def _run(tx: Tx, name: str) -> tuple[Row, Activity]:
    row = runs.get(tx, name) or next(iter(runs.of(tx, name, 1)), None)
    rules = runs.rules_of(tx, row) if row else None
    if row is None or rules is None:
        raise click.UsageError(f"there is no run {name!r}; 'onevoice activity list' has them")
    return row, rules


@activity.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every activity that serves, what comes next, and the latest runs."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[dict[str, Any]]:
        setting = setting_of(tx, config, now)
        return [shown.line(made, activities.upcoming(setting, made), runs.of(tx, made.id, 1))
                for made in setting.cast.activities.values()]  # fmt: skip

    shown.put_list(read(config, look), config.timezone, json_out)


@activity.command()
@click.argument("name", metavar="ID|RUN")
@looking
def show(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """One run, or the latest one of an activity: times, counts, votes, winners."""
    config = ready(config_path, data)

    def look(tx: Tx) -> dict[str, Any]:
        row, rules = _run(tx, name)
        return shown.run(tx, row, rules)

    shown.put_run(read(config, look), config.timezone, json_out)


@activity.command("dry-run")
@click.argument("name", metavar="ID")
@looking
def dry_run(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What would happen when, the next time the activity takes place. Writes nothing."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> Foreseen:
        setting = setting_of(tx, config, now)
        return foresee(tx, setting, _made(setting, name))

    shown.put_ahead(read(config, look), config.timezone, json_out)


@activity.command()
@click.argument("name", metavar="ID|RUN")
@looking
def entries(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What was handed in, and whether it counts. By its ticket an entry is judged and voted for."""
    config = ready(config_path, data)

    def look(tx: Tx) -> list[dict[str, Any]]:
        return shown.entries(tx, _run(tx, name)[0])

    shown.put_entries(read(config, look), config.timezone, json_out)


@activity.command()
@click.argument("name", metavar="RUN")
@click.argument("ticket", metavar="TICKET")
@click.option("--accept/--reject", "yes", required=True, help="Whether the entry counts.")
@click.option("--why", default="", metavar="WORDS", help="Needed for --reject.")
@beside
def judge(
    name: str, ticket: str, yes: bool, why: str, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Says whether an entry counts; the latest word does."""

    def work(tx: Tx, now: int) -> str:
        row, _ = _run(tx, name)
        found = [one for one in shown.entries(tx, row) if one["ticket"].startswith(ticket)]
        if len(found) != 1:
            raise click.UsageError(f"{len(found)} entries of {row['id']} are called {ticket!r}")
        made = judged.accept(tx, found[0]["event"], now, yes=yes, why=why, actor=user())
        return f"{made['ticket']}: {made['state']}"

    once(config_path, data, work)


@activity.command()
@click.argument("name", metavar="ID|RUN")
@click.option("--pick", multiple=True, metavar="TICKET", help="Where staff judge: who wins, the "
              "first first.")  # fmt: skip
@click.option("--why", default="", metavar="WORDS", help="Needed for --pick.")
@looking
def winners(
    name: str, pick: Sequence[str], why: str, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """Who won, and why; of a run that is not judged yet, who would now. The rule is applied again
    and compared with what is recorded. Of a draw also what strangers check it by."""
    if pick:

        def work(tx: Tx, now: int) -> str:
            row, rules = _run(tx, name)
            found = judged.pick(tx, row, rules, pick, now, why=why, actor=user())
            return f"{row['id']}: {len(found.winners)} winners"

        once(config_path, data, work)
        return
    config = ready(config_path, data)

    def look(tx: Tx) -> dict[str, Any]:
        return shown.winners(tx, *_run(tx, name))

    shown.put_winners(read(config, look), json_out)


@activity.command()
@click.argument("name", metavar="RUN")
@click.option("--why", required=True, metavar="WORDS", help="Why; it stands in the audit.")
@beside
def cancel(name: str, why: str, config_path: Path, data: Path | None) -> None:
    """Calls a run off. Whoever took part is told by the flows that begin with
    activity_cancelled."""
    config = ready(config_path, data)

    def work(tx: Tx, now: int) -> str:
        told = activities.cancel(tx, setting_of(tx, config, now), name, why=why, actor=user())
        return f"{name} is cancelled; {told} took part"

    once(config_path, data, work)
