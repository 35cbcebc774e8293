"""``onevoice store copy``: move an installation to the other engine."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import hold
from bot.commands.options import read_config, with_config, with_data
from bot.commands.progress import shown
from bot.core import tomlfile
from bot.core.clock import SystemClock
from bot.store.moving import to_postgres, to_sqlite
from bot.store.opening import FILE, SCHEMES, require_driver, where


@click.group()
def store() -> None:
    """Move the database."""


@store.command()
@with_config
@with_data
@click.argument("url")
def copy(config_path: Path, data: Path | None, url: str) -> None:
    """Copy everything to the empty PostgreSQL database at URL, and compare.

    With `[store] url` set, URL is a data folder, and everything is copied into a file there.
    """
    config = read_config(config_path, data)
    source, now = where(config), SystemClock().now()
    require_driver(url)
    with shown() as tell:
        if isinstance(source, Path):
            if not url.startswith(SCHEMES):
                raise click.UsageError("URL wants to be postgresql://user@host/database")
            with hold(config.data_dir):
                rows = to_postgres(source, url, now, tell)
        else:
            folder = Path(url)
            with hold(folder):
                rows = to_sqlite(source, folder / FILE, now, tell)
    click.echo(f"{sum(table.rows for table in rows.values())} rows, equal on both sides")
    _what_next(config_path, isinstance(source, Path))


def _what_next(config_path: Path, to_server: bool) -> None:
    doc = tomlfile.load(config_path)
    known = "url" in doc.data.get("store", {})
    line = doc.line_of(("store", "url")) if known else doc.line_of(("store",))
    change = "url = the address that you gave" if to_server else 'url = "", data = that folder'
    at = f"{config_path}:{line}" if "store" in doc.data else f"{config_path}, a new table"
    click.echo(f"now change {at}: [store] {change}")
