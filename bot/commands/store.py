"""``onevoice store``: move an installation to the other engine, seal what it holds of people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bot.commands.options import beside, read_config
from bot.commands.progress import shown
from bot.core import tomlfile
from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.held import hold
from bot.store.cipher import Key
from bot.store.moving import to_postgres, to_sqlite
from bot.store.opening import FILE, SCHEMES, keys, migrate_store, require_driver, where
from bot.store.resealing import Resealed, reseal
from bot.store.restore import refuse_company


@click.group()
def store() -> None:
    """Move the database, or seal it."""


@store.command()
@beside
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


@store.command()
@beside
def encrypt(config_path: Path, data: Path | None) -> None:
    """Seal what the database holds of people with the key in `[store]`.

    With a former key there (`old_key_env`, `old_key_file`), go over to the new one.
    """
    config = read_config(config_path, data)
    known = keys(config)
    if not known:
        raise BadInput("[store] names no key", file=config_path,
                       fix=f"set {config.store.key_env or 'key_env'}; make one with: openssl rand"
                           " -base64 32")  # fmt: skip
    done = _resealed(config, known, known[0])
    click.echo("it is sealed with this key already" if done is None
               else f"{done.rows} rows looked at, {done.changed} sealed")  # fmt: skip
    if done is not None:
        click.echo("keep the key: without it nobody reads this database, or a backup of it, again")


@store.command()
@beside
def decrypt(config_path: Path, data: Path | None) -> None:
    """Open what is sealed, for good. The key can go from the configuration then."""
    config = read_config(config_path, data)
    done = _resealed(config, keys(config), None)
    click.echo("nothing is sealed" if done is None
               else f"{done.rows} rows looked at, {done.changed} opened")  # fmt: skip


def _resealed(config: Config, known: Sequence[Key], goal: Key | None) -> Resealed | None:
    place, now = where(config), SystemClock().now()
    if isinstance(place, Path) and not place.exists():
        raise BadInput("no database yet", file=place, fix="start 'onevoice run' once")
    migrate_store(config, now)
    with shown() as tell:
        if isinstance(place, Path):
            with hold(config.data_dir):
                return reseal(place, known, goal, now, tell)
        refuse_company(place)
        return reseal(place, known, goal, now, tell)


def _what_next(config_path: Path, to_server: bool) -> None:
    doc = tomlfile.load(config_path)
    known = "url" in doc.data.get("store", {})
    line = doc.line_of(("store", "url")) if known else doc.line_of(("store",))
    change = "url = the address that you gave" if to_server else 'url = "", data = that folder'
    at = f"{config_path}:{line}" if "store" in doc.data else f"{config_path}, a new table"
    click.echo(f"now change {at}: [store] {change}")
