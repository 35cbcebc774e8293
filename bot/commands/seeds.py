"""``onevoice seeds``: who meets the conditions for seed users, who was asked, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import click

from bot.commands import seedlines as shown
from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.community.rules import Community
from bot.core.clock import local
from bot.core.config import Config
from bot.core.decode import nearest
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import cohort, people, seedlists
from bot.store import seeds as asking
from bot.store.answers import Who
from bot.store.engine import Tx
from bot.store.seedlists import Looked, SeedRefused

R = TypeVar("R")
EVERYBODY = 10**9
_day = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Local day; today if left out."
)


@click.group()
def seeds() -> None:
    """Seed users of a circle: look, list, lists, show; ask, answer, end; cohort."""


def _rules(setting: Setting, circle: str) -> Community:
    found = setting.cast.communities.get(circle)
    if found is None or found.seeds is None:
        there = [one.circle for one in setting.cast.communities.values() if one.seeds]
        fix = nearest(circle, there) if there else "write [seeds] in content/community"
        raise click.UsageError(f"no conditions of {circle!r} are published; {fix}")
    return found


def _of(setting: Setting, name: str) -> Community:
    return _rules(setting, name.partition("@")[0])


def _look(config: Config, circle: str, day: datetime | None, now: int) -> Looked:
    def look(tx: Tx) -> Looked:
        rules = _rules(setting_of(tx, config, now), circle)
        on: date = day.date() if day else local(now, rules.zone).date()
        return seedlists.look(tx, rules, on, now)

    return _asked(lambda: read(config, look))


def _asked(fn: Callable[[], R]) -> R:
    try:
        return fn()
    except SeedRefused as refused:
        raise click.UsageError(str(refused)) from None


def _write(
    config_path: Path, data: Path | None, act: Callable[[Tx, Setting], Sequence[str]]
) -> None:  # fmt: skip
    config = ready(config_path, data)
    for line in _asked(lambda: write(config, lambda tx, now: act(tx, setting_of(tx, config, now)))):
        click.echo(line)


@seeds.command()
@click.argument("circle")
@_day
@looking
def look(
    circle: str, day: datetime | None, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """Who would stand on the list of a day. Writes nothing."""
    config = ready(config_path, data)
    shown.put_found(_look(config, circle, day, clock_of(config).now()), json_out)


@seeds.command("list")
@click.argument("circle")
@_day
@looking
def listing(
    circle: str, day: datetime | None, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """Makes the list of a day; one that stands is not changed."""
    config = ready(config_path, data)
    found = _look(config, circle, day, clock_of(config).now())
    made = write(config, lambda tx, now: seedlists.keep(tx, found, now, user()))
    shown.put_found(found, json_out)
    if not json_out:
        click.echo(f"{found.id}: {'made' if made else 'stood already; see seeds show --check'}")


@seeds.command()
@click.argument("circle", required=False)
@looking
def lists(circle: str | None, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Lists that were made, the latest first."""
    config = ready(config_path, data)
    shown.put_lists(read(config, lambda tx: seedlists.of(tx, circle)), config.timezone, json_out)


@seeds.command()
@click.argument("name", metavar="LIST")
@click.option("--check", is_flag=True, help="Works it out a second time; exit 1 where it differs.")
@looking
def show(
    name: str, check: bool, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """One list: who fits, who nearly does, the evidence, and who was asked."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> shown.One:
        row = seedlists.get(tx, name)
        if row is None:
            raise click.UsageError(f"there is no list {name!r}; see 'onevoice seeds lists'")
        lines, told = seedlists.lines(tx, name), asking.rounds(tx, row["circle"])
        anew = seedlists.again(tx, row, now) if check else None
        differs = seedlists.differs(lines, anew) if anew is not None else None
        return shown.One(row, lines, {one["member"]: asking.round_of(one).at(now)
                                      for one in reversed(told)}, differs)  # fmt: skip

    found = read(config, look)
    shown.put_one(found, json_out)
    if check and found.differs:
        raise SystemExit(1)


@seeds.command()
@click.argument("name", metavar="LIST")
@click.argument("members", nargs=-1, required=True, metavar="MEMBER...")
@click.option("--why", default="", metavar="TEXT", help="Needed for who lacks a condition.")
@beside
def ask(
    name: str, members: Sequence[str], why: str, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Asks members of a list; the flows of seed_asked tell them."""

    def work(tx: Tx, setting: Setting) -> Sequence[str]:
        rules = _of(setting, name)
        made = [asking.ask(tx, rules, name, one, setting.now, actor=user(), why=why)
                for one in members]  # fmt: skip
        return [f"{one.event.split('/')[2]}: asked" for one in made]

    _write(config_path, data, work)


@seeds.command()
@click.argument("circle")
@click.argument("member")
@click.option("--yes/--no", "yes", required=True, help="What he said.")
@beside
def answer(circle: str, member: str, yes: bool, config_path: Path, data: Path | None) -> None:
    """Notes an answer that a colleague was told."""

    def work(tx: Tx, setting: Setting) -> Sequence[str]:
        rules = _rules(setting, circle)
        if people.known(tx, member) is None:
            raise click.UsageError(f"no member {member!r}")
        found = asking.answer(tx, rules, Who(member=member, zone=rules.zone), yes, setting.now)
        if not found.ok:
            raise SeedRefused(found.state, f"{member}: {found.state}")
        return [f"{member}: {found.state}"]

    _write(config_path, data, work)


@seeds.command()
@click.argument("circle")
@click.argument("member")
@click.option("--why", required=True, metavar="TEXT", help="It stands in the history.")
@beside
def end(circle: str, member: str, why: str, config_path: Path, data: Path | None) -> None:
    """He is a seed user no more, and his role is over."""

    def work(tx: Tx, setting: Setting) -> Sequence[str]:
        rules = _rules(setting, circle)
        asking.end(tx, rules, member, setting.now, why=why, actor=user())
        return [f"{member}: ended"]

    _write(config_path, data, work)


@seeds.command("cohort")
@click.argument("name", metavar="LIST")
@click.option("--all", "everybody", is_flag=True, help="Everybody instead of a sample.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@looking
def of_cohort(
    name: str, everybody: bool, as_csv: bool, config_path: Path, data: Path | None, json_out: bool
) -> None:
    """The seed users of a list beside the others of their time."""
    config = ready(config_path, data)
    now = clock_of(config).now()
    most = EVERYBODY if everybody else cohort.SAMPLE
    found = _asked(lambda: read(config, lambda tx: cohort.of(
        tx, _of(setting_of(tx, config, now), name), name, now, most)))  # fmt: skip
    shown.put_cohort(found, json_out, as_csv)
