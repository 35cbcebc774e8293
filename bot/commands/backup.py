"""``onevoice backup``: everything in one file, also while the bot runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from bot import __version__
from bot.commands.database import with_store
from bot.commands.options import beside, read_config
from bot.commands.progress import shown
from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.store import saved
from bot.store.backup import Stamp, back_up
from bot.store.engine import StoreFailed
from bot.store.opening import require_driver, where


@click.command()
@beside
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(config_path: Path, data: Path | None, force: bool, file: Path) -> None:
    """Save the database to FILE, and prove it.

    Not in it: config.toml, secrets and access tokens. Of personas/ and content/ it holds every
    version that ever served.
    """
    config = read_config(config_path, data)
    place = where(config)
    require_driver(place)
    stamp = Stamp(SystemClock().now(), __version__)
    with shown() as tell:
        made = back_up(place, file, stamp, tell, force=force)
    _note(config, file, stamp.now)
    click.echo(f"{file}: {made.rows} rows in {len(made.tables)} tables, verified")


def _note(config: Config, file: Path, now: int) -> None:
    """Whoever is erased later is told of it. A database of before this could be noted stays as it
    is, and so does one that nobody may write to."""
    with suppress(StoreFailed):
        with_store(config, lambda store: store.write(saved.note, file, now))
