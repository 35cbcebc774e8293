"""``onevoice migrate``: bring the database up to date, also while the bot runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import DATABASE
from bot.commands.options import read_config, with_config, with_data
from bot.core.clock import SystemClock
from bot.store.migrate import migrate_sqlite


@click.command()
@with_config
@with_data
def migrate(config_path: Path, data: Path | None) -> None:
    """Apply the migrations that the database lacks."""
    path = read_config(config_path, data).data_dir / DATABASE
    applied = migrate_sqlite(path, SystemClock().now())
    click.echo("\n".join(applied) if applied else "up to date")
