"""``onevoice mission``: missions of KOCs and seed users: places, proofs, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from bot.commands import missions as shown
from bot.commands.acting import once_in
from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user
from bot.commands.options import beside, looking, served
from bot.community.mission import Mission
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import missiondesk, people
from bot.store import missions as taking
from bot.store.answers import Who
from bot.store.engine import Row, Tx
from bot.store.missions import MissionRefused, Reply
from scheduler import seeding


@click.group()
def mission() -> None:
    """Missions: list, show, board; take, prove, drop; decide, undo."""


def _made(setting: Setting, name: str) -> Mission:
    return served(setting.cast.missions, "mission", name, "write one in content/missions")


def _take(tx: Tx, start: str) -> Row:
    """A take by the beginning of its number."""
    found = [row for row in missiondesk.takes(tx) if shown.number(row["event"]).startswith(start)]
    if len(found) != 1:
        raise click.UsageError(f"{len(found)} takes are called {start!r}; see mission show")
    return found[0]


def _told(
    config_path: Path, data: Path | None, name: str, member: str,
    say: Callable[[Tx, Mission, Who, int], Reply],
) -> None:  # fmt: skip
    """Something that a member does, noted by a colleague."""

    def work(tx: Tx, setting: Setting) -> str:
        made = _made(setting, name)
        if people.known(tx, member) is None:
            raise click.UsageError(f"no member {member!r}")
        found = say(tx, made, seeding.who(tx, setting, made, member), setting.now)
        if not found.ok:
            raise MissionRefused(found.state, f"{member}: {found.state} ({found.words})")
        return f"{member}: {found.state} ({shown.number(found.event)})"

    once_in(config_path, data, work)


@mission.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every mission that serves, its places, and how far those are who took it."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[dict[str, Any]]:
        cast, counts = setting_of(tx, config, now).cast, missiondesk.counts(tx)
        return [shown.line(one, taking.held(tx, one.id), counts.get(one.id, {}))
                for one in cast.missions.values()]  # fmt: skip

    shown.put_list(read(config, look), json_out)


@mission.command()
@click.argument("name", metavar="ID", required=False)
@click.option("--waiting", is_flag=True, help="Only what waits for a verdict.")
@looking
def show(
    name: str | None, waiting: bool, config_path: Path, data: Path | None, json_out: bool
) -> None:
    """Who took a mission (or any), and how far it is."""
    config = ready(config_path, data)
    states = ("proved",) if waiting else ()
    found = read(config, lambda tx: missiondesk.takes(tx, states, name))
    shown.put_takes(found, config.timezone, json_out)


@mission.command()
@click.argument("member")
@looking
def board(member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """The board as MEMBER sees it."""
    config = ready(config_path, data)
    now = clock_of(config).now()
    cards = read(config, lambda tx: seeding.board(tx, setting_of(tx, config, now), member))
    shown.put_board(cards, config.timezone, json_out)


@mission.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@beside
def take(name: str, member: str, config_path: Path, data: Path | None) -> None:
    """MEMBER takes a mission."""
    _told(config_path, data, name, member, taking.take)


@mission.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@click.option("--text", default="", help="What he wrote.")
@click.option("--link", default="", help="Where it can be seen.")
@click.option("--media", multiple=True, metavar="ID", help="Pictures that are kept.")
@beside
def prove(
    name: str, member: str, text: str, link: str, media: Sequence[str], config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """MEMBER hands in what shows that it is done."""
    _told(config_path, data, name, member, lambda tx, made, who, now: taking.prove(
        tx, made, who, now, text=text, link=link, media=media))  # fmt: skip


@mission.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@beside
def drop(name: str, member: str, config_path: Path, data: Path | None) -> None:
    """MEMBER gives a mission back."""
    _told(config_path, data, name, member, taking.drop)


@mission.command()
@click.argument("number", metavar="TAKE")
@click.option("--accept/--refuse", "yes", required=True, help="Whether it is done.")
@click.option("--why", default="", metavar="TEXT", help="Needed for --refuse: he reads it.")
@beside
def decide(number: str, yes: bool, why: str, config_path: Path, data: Path | None) -> None:
    """Accepts or refuses what was handed in."""

    def work(tx: Tx, setting: Setting) -> str:
        held = missiondesk.decide(tx, _take(tx, number)["event"], setting.now, yes=yes, why=why,
                                  actor=user())  # fmt: skip
        return f"{shown.number(held.event)}: {held.state}"

    once_in(config_path, data, work)


@mission.command()
@click.argument("number", metavar="TAKE")
@click.option("--why", required=True, metavar="TEXT", help="It stands in the history.")
@beside
def undo(number: str, why: str, config_path: Path, data: Path | None) -> None:
    """Takes an acceptance back, with all that followed from it."""

    def work(tx: Tx, setting: Setting) -> str:
        held = missiondesk.undo(tx, _take(tx, number)["event"], setting.now, why=why, actor=user())
        return f"{shown.number(held.event)}: {held.state}"

    once_in(config_path, data, work)
