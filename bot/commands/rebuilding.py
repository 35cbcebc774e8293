"""``onevoice members rebuild``: everything that is derived from events is derived anew."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.database import ready, user, with_store
from bot.commands.options import beside
from bot.commands.progress import shown
from bot.offset import clock_of
from bot.store import rebuild as rebuilding
from bot.store.engine import Store


@click.command()
@beside
@click.option("--clear", is_flag=True,
              help="Empty the derived tables first; stop the service before.")  # fmt: skip
def rebuild(config_path: Path, data: Path | None, clear: bool) -> None:
    """Derive circles, facts, orders and value anew from the event log.

    The service may run meanwhile, unless --clear is given.
    """
    config = ready(config_path, data)
    now = clock_of(config).now()

    async def work(store: Store) -> int:
        total = await store.read(rebuilding.people)
        await store.write(rebuilding.begin, now, user(), clear=clear)
        after, done = "", 0
        with shown() as tell:
            while True:
                after, n = await store.write(rebuilding.page, after)
                done += n
                tell("deriving", done, total)
                if not n:
                    return done

    click.echo(f"{with_store(config, work)} member ids derived anew")
