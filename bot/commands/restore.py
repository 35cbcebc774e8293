"""``onevoice restore``: put a backup in the place of the database."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from bot import __version__
from bot.commands.options import beside, read_config
from bot.commands.progress import shown
from bot.core.clock import SystemClock
from bot.held import hold
from bot.store.backup import Stamp
from bot.store.opening import keys, require_driver, where
from bot.store.restore import Restored
from bot.store.restore import restore as put_back


@click.command()
@beside
@click.option("--force", is_flag=True, help="Replace a PostgreSQL database that is not empty.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(config_path: Path, data: Path | None, force: bool, file: Path) -> None:
    """Put the backup FILE in the place of the database.

    What was not final in it becomes `unsure` and is never sent again by itself.
    """
    config = read_config(config_path, data)
    place = where(config)
    require_driver(place)
    stamp = Stamp(SystemClock().now(), __version__)
    with hold(config.data_dir) if isinstance(place, Path) else nullcontext(), shown() as tell:
        done = put_back(file, place, config.data_dir, stamp, tell, force=force, keys=keys(config))
    _report(done)


def _report(done: Restored) -> None:
    click.echo(f"restored: {done.manifest.rows} rows, verified")
    if done.former is not None:
        click.echo(f"the former database: {done.former}")
    click.echo(f"unsure now: {done.settled.unsure} messages; set aside: {done.settled.set_aside}"
               f" that came in; left out: {done.settled.skipped} plans")  # fmt: skip
