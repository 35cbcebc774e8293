"""``onevoice members``: who they are, and the files they come in and go out by."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click
import orjson

from bot.commands.database import read, ready, user, with_store, write
from bot.commands.memberbook import put_member
from bot.commands.members_erase import erase
from bot.commands.members_link import link
from bot.commands.members_optouts import show_optouts
from bot.commands.members_person import export_person
from bot.commands.options import beside, looking, read_config
from bot.commands.progress import shown
from bot.commands.rebuilding import rebuild
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.library import membersfile as files
from bot.members.row import MemberRow
from bot.offset import clock_of
from bot.store import membersfile, merging, whois
from bot.store.engine import Store, Tx
from bot.store.membersfile import Counts
from bot.store.opening import migrate_store
from bot.store.outbox import KfWindow
from bot.store.shelf import Tell

Said = tuple[str, Mapping[str, Any]]
BATCH = 20_000
readable = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def members() -> None:
    """Members: import, export, show, merge, part."""


@members.command("import")
@click.argument("file", type=readable)
@click.option("--extra-as-facts", "extra", is_flag=True,
              help="Take a column that is not known as a fact of that name.")  # fmt: skip
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read; exit 1.")
@beside
def take(file: Path, extra: bool, skip_bad: bool, config_path: Path, data: Path | None) -> None:
    """Take over members from a CSV or JSONL file; a file that has a fault changes nothing."""
    config = _ready(config_path, data)
    with shown() as tell, TemporaryFile() as spool:
        checked = files.check(file, spool, extra=extra, tell=partial(tell, "checking"))
        if checked.faults and (not skip_bad or len(checked.faults) == files.FAULTS_MAX):
            raise _first(checked.faults)
        rows = files.chosen(spool, checked, partial(tell, "importing"))
        counts = _take_over(config, rows, file.name)
    for fault in checked.faults:
        click.echo(f"onevoice: {fault}", err=True)
    click.echo(f"{checked.rows} rows: {counts.added} members added, {counts.changed} changed, "
               f"{counts.unchanged} as they were")  # fmt: skip
    if checked.faults:
        raise click.exceptions.Exit(1)


def _first(faults: list[BadInput]) -> BadInput:
    first, more = faults[0], len(faults) - 1
    rest = f" ({more} more such rows; nothing was written)" if more else " (nothing was written)"
    return BadInput(f"{first.message}{rest}", file=first.file, line=first.line, fix=first.fix)


def _take_over(config: Config, rows: Iterator[MemberRow], file: str) -> Counts:
    """A transaction for every few thousand rows, so that nobody beside waits long; a run that was
    broken off is begun again and goes on where it was."""
    now = clock_of(config).now()

    async def work(store: Store) -> Counts:
        counts = Counts()
        for batch in _batches(rows):
            counts += await store.write(membersfile.put, batch, now, user(), file)
        return counts

    gc.disable()  # a tenth of the time goes into looking for garbage, and there is none
    try:
        return with_store(config, work)
    finally:
        gc.enable()


def _batches(rows: Iterator[MemberRow]) -> Iterator[list[MemberRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


@members.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@beside
def export(file: Path, config_path: Path, data: Path | None) -> None:
    """Write all members into a CSV or JSONL file that can be imported again."""
    config = ready(config_path, data)

    def work(tx: Tx) -> int:
        total = membersfile.total(tx)
        with shown() as tell:
            return files.write_rows(file, _told(membersfile.everybody(tx), total, tell))

    click.echo(f"{read(config, work)} members in {file}")


def _told(rows: Iterator[Said], total: int, tell: Tell) -> Iterator[Said]:
    for n, row in enumerate(rows, 1):
        if n % BATCH == 0:
            tell("exporting", n, total)
        yield row


@members.command()
@click.argument("member", metavar="ID")
@looking
def show(member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Who ID is, by which ids, what he is worth, and where he can be reached now."""
    config = ready(config_path, data)
    now, limits = clock_of(config).now(), config.wecom.limits
    window = KfWindow(limits.kf_messages, limits.kf_hours)
    found = read(config, lambda tx: whois.of(tx, member, now, window))
    if found is None:
        raise BadInput(f"no member {member!r}", fix="'onevoice members export' lists all")
    if json_out:
        click.echo(orjson.dumps(found).decode())
    else:
        put_member(found, config.timezone)


@members.command()
@click.argument("away", metavar="A")
@click.argument("stays", metavar="B")
@click.option("--note", default="", metavar="TEXT", help="How you know; it stands in the history.")
@beside
def merge(away: str, stays: str, note: str, config_path: Path, data: Path | None) -> None:
    """A and B are one person, who goes by B from now on; A still works."""
    config = ready(config_path, data)
    write(config, lambda tx, now: merging.merge(tx, away, stays, "staff", now, user(), note))
    click.echo(f"{away} is {stays} from now on; 'onevoice members part {away} {stays}' undoes it")


@members.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--reason", default="", metavar="TEXT", help="It stands in the history.")
@beside
def part(one: str, other: str, reason: str, config_path: Path, data: Path | None) -> None:
    """A and B are two persons after all: each has what it had."""
    config = ready(config_path, data)
    gone, stays = write(config, lambda tx, now: merging.part(tx, one, other, now, user(), reason))
    click.echo(f"{gone} and {stays} are two persons again")


members.add_command(rebuild)
members.add_command(erase)
members.add_command(link)
members.add_command(export_person)
members.add_command(show_optouts)


def _ready(path: Path, data: Path | None) -> Config:
    """The configuration with its database, which is made when there is none."""
    config = read_config(path, data)
    migrate_store(config, clock_of(config).now())
    return config
