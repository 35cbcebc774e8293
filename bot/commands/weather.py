"""``onevoice weather``: days on which the weather of a city is worth a kind word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from tabulate import tabulate

from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.commands.personas import put_json
from bot.core.clock import local
from bot.core.config import Config
from bot.core.csvfile import parse
from bot.core.errors import BadInput
from bot.core.weather import KINDS, Weather
from bot.core.weather import weather as understood
from bot.offset import clock_of
from bot.store import weather as store


@click.group()
def weather() -> None:
    """Weather that begins flows of care: add, file, list."""


@weather.command()
@click.argument("city")
@click.argument("kind", metavar="|".join(KINDS))
@click.option("--on", "day", default="", metavar="DAY", help="2026-12-18; by default today.")
@beside
def add(city: str, kind: str, day: str, config_path: Path, data: Path | None) -> None:
    """In CITY it is KIND on a day: flows that wait for it begin for friends who live there."""
    config = ready(config_path, data)
    try:
        one = understood({"city": city, "kind": kind, "day": day}, _today(config))
    except ValueError as exc:
        raise BadInput(str(exc)) from None
    _tell(config, [one])


@weather.command("file")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@beside
def read_file(path: Path, config_path: Path, data: Path | None) -> None:
    """The same for each row of a CSV file: city, kind, day."""
    config = ready(config_path, data)
    today, found = _today(config), list[Weather]()
    for row in parse(path.read_text("utf-8-sig"), str(path), ("city", "kind", "day")):
        try:
            found.append(understood(row.cells, today))
        except ValueError as exc:
            raise BadInput(str(exc), file=str(path), line=row.line) from None
    _tell(config, found)


@weather.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """What was told, the latest day first, and how many members' flows began by it."""
    found = read(ready(config_path, data), store.latest)
    if json_out:
        put_json({"weather": found})
        return
    rows = [(one["day"], one["city"], one["kind"], one["begun"], one["made_by"]) for one in found]
    click.echo(tabulate(rows, headers=("day", "city", "weather", "begun", "by")))


def _today(config: Config) -> date:
    return local(clock_of(config).now(), config.timezone).date()


def _tell(config: Config, told: Sequence[Weather]) -> None:
    new = write(config, lambda tx, now: store.tell(tx, told, user(), now, config.timezone))
    click.echo(f"{len(new)} new, {len(told) - len(new)} known")
