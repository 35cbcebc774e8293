"""``onevoice migrate``: bring the database up to date, also while the bot runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.options import beside, read_config
from bot.core.clock import SystemClock
from bot.store.opening import migrate_store


@click.command()
@beside
def migrate(config_path: Path, data: Path | None) -> None:
    """Apply the migrations that the database lacks."""
    applied = migrate_store(read_config(config_path, data), SystemClock().now())
    click.echo("\n".join(applied) if applied else "up to date")
