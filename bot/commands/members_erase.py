"""``onevoice members erase``: a person leaves, and takes with him what is his."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from bot.commands.database import ready, user, with_store
from bot.commands.options import looking
from bot.commands.progress import shown
from bot.core.clock import local
from bot.core.config import Config
from bot.core.errors import BadInput, OneVoiceError
from bot.held import hold
from bot.library.leaving import certificate
from bot.offset import clock_of
from bot.store import eraser, erasing
from bot.store.engine import Store
from bot.store.eraser import Begun, Certificate
from bot.store.opening import where
from bot.store.saved import Saved
from bot.store.shelf import Tell


@click.command()
@click.argument("member", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@looking
def erase(
    member: str, yes: bool, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """Remove the person ID everywhere, for good, and say what was removed.

    What others count by (ledgers, the reply log) stays without him. Backups keep him: they are
    listed. An erasure that was broken off is finished first.
    """
    config = ready(config_path, data)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("erasing cannot be undone; say --yes")
        click.confirm(f"Erase {member} for good?", abort=True, err=True)
    with shown() as tell:
        found = with_store(config, lambda store: _erase(store, config, member, tell))
    if json_out:
        click.echo(orjson.dumps(_plain(member, found, config.timezone)).decode())
    elif found is None:
        click.echo(f"{member}: nothing is held of this id")
    else:
        _tell(member, found, config.timezone)


async def _erase(store: Store, config: Config, member: str, tell: Tell) -> Certificate | None:
    now, place = clock_of(config).now(), where(config)
    await eraser.secure(store)
    for left in await store.read(erasing.unfinished):
        begun = await eraser.finish(store, left, now, tell)
        last = await eraser.close(store, begun, place, now, tell, whole=_whole(config, place))
        if left.todo.get("needles", {}).get(member):
            return last
    found: Begun | None = await eraser.remove(store, member, user(), now, tell)
    if found is None:
        return None
    return await eraser.close(store, found, place, now, tell, whole=_whole(config, place))


def _whole(config: Config, place: Path | str) -> bool:
    """Whether the file may be written anew now: a large one only when no service waits for it."""
    if not isinstance(place, Path) or place.stat().st_size <= eraser.SMALL:
        return True
    try:
        with hold(config.data_dir):
            return True
    except OneVoiceError as exc:
        raise BadInput(
            f"{place}: the rows are gone; their bytes are cleared from so large a file only while "
            "the service is stopped", fix="stop it and say the same command again"
        ) from exc  # fmt: skip


def _plain(member: str, found: Certificate | None, zone: str) -> dict[str, Any]:
    if found is None:
        return {"id": member, "found": False, "removed": {}, "backups": []}
    return {"id": member, "found": True, **certificate(found.erasure, zone)}


def _date(saved: Saved, zone: str) -> str:
    return f"{local(saved.made_at, zone):%Y-%m-%d %H:%M}"


def _tell(member: str, found: Certificate, zone: str) -> None:
    one = found.erasure
    click.echo(f"{member} is erased (certificate {one.id}, {one.gone} stands where rows must stay)")
    for table, fates in sorted(one.counts.items()):
        click.echo(f"  {table:<16} " + ", ".join(f"{n} {fate}" for fate, n in fates.items()))
    if found.left is not None:
        click.echo("nothing of his ids is left in the files of the database")
    for saved in found.backups:
        click.echo(f"still in the backup of {_date(saved, zone)}: {saved.path}")
    for saved in found.unseen:
        click.echo(f"not to be found, look yourself: the backup of {_date(saved, zone)}, "
                   f"{saved.path}")  # fmt: skip
    for account in found.known.friends:
        click.echo(f"the platform still has him as a friend of {account}: delete him in the client")
    for chat in found.known.chats:
        click.echo(f"the platform still has him in the group {chat}")
