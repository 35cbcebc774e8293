"""``onevoice backup``: everything in one file, also while the bot runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot import __version__
from bot.commands.options import read_config, with_config, with_data
from bot.commands.progress import shown
from bot.core.clock import SystemClock
from bot.store.backup import Stamp, back_up
from bot.store.opening import require_driver, where


@click.command()
@with_config
@with_data
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(config_path: Path, data: Path | None, force: bool, file: Path) -> None:
    """Save the database to FILE, and prove it.

    Not in it: config.toml, secrets and access tokens. Of personas/ and content/ it holds every
    version that ever served.
    """
    place = where(read_config(config_path, data))
    require_driver(place)
    stamp = Stamp(SystemClock().now(), __version__)
    with shown() as tell:
        made = back_up(place, file, stamp, tell, force=force)
    click.echo(f"{file}: {made.rows} rows in {len(made.tables)} tables, verified")
