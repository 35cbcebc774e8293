"""``onevoice orders``: what members bought, from the files of a shop and into one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import orjson

from bot.commands.database import read, ready, user, with_store
from bot.commands.options import beside, looking, read_config
from bot.commands.progress import shown
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.library import ordersfile
from bot.library.ordersfile import Scan
from bot.offset import clock_of
from bot.store import audit, purchases
from bot.store import orders as store
from bot.store.engine import Store, Tx
from bot.store.opening import migrate_store
from bot.store.orders import CHANGED, NEW, SAME
from bot.store.shelf import Tell

readable = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def orders() -> None:
    """Orders: import a file of them, export all of them."""


@orders.command("import")
@click.argument("file", type=readable)
@click.option("--create-members", "create", is_flag=True,
              help="A member that nobody knows is made; else he is an error.")  # fmt: skip
@looking
def import_(file: Path, create: bool, config_path: Path, data: Path | None,
            json_out: bool) -> None:  # fmt: skip
    """Take over orders from a CSV file, or from JSON lines (.jsonl).

    Of a file with anything wrong in it nothing is written. The same file twice changes nothing.
    """
    config = read_config(config_path, data)
    migrate_store(config, clock_of(config).now())
    with shown() as tell:
        tell("reading", 0, 1)
        found = ordersfile.scan(file, config.timezone)
        counts = with_store(config, lambda db: _take(db, config, file, found, create, tell))
    said = {"rows": found.rows, "orders": len(found.orders),
            **{what: counts[what] for what in (NEW, CHANGED, SAME)}}  # fmt: skip
    click.echo(orjson.dumps(said).decode() if json_out else
               f"{said['rows']} rows, {said['orders']} orders: {said['new']} new, "
               f"{said['changed']} changed, {said['same']} as they were")  # fmt: skip


@orders.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@beside
def export(file: Path, config_path: Path, data: Path | None) -> None:
    """Write every order as it stands into FILE: CSV, or JSON lines when it ends in .jsonl.

    The file can be imported again, here or elsewhere.
    """
    config = ready(config_path, data)
    try:
        count = read(config, lambda tx: ordersfile.write(file, purchases.everything(tx),
                                                         config.timezone))  # fmt: skip
    except OSError as exc:
        raise BadInput(f"cannot be written: {exc.strerror}", file=str(file),
                       fix="name another place") from None  # fmt: skip
    click.echo(f"{count} orders in {file}")


async def _take(db: Store, config: Config, file: Path, found: Scan, create: bool,
                tell: Tell) -> Counter[str]:  # fmt: skip
    if not create:
        await _check_members(db, file, found)
    counts: Counter[str] = Counter()
    clock = clock_of(config)
    for part in ordersfile.pages(file, config.timezone, found.orders):
        taken = await db.write(store.take, part, "csv", clock.now(), create=create)
        counts.update(one.what for one in taken)
        tell("writing", sum(counts.values()), len(found.orders))
    if counts[NEW] or counts[CHANGED]:
        await db.write(_note, file.name, counts, clock.now())
    return counts


async def _check_members(db: Store, file: Path, found: Scan) -> None:
    ids = sorted(found.members)
    for start in range(0, len(ids), ordersfile.PAGE):
        strange = await db.read(store.strangers, ids[start : start + ordersfile.PAGE])
        if strange:
            member = min(strange, key=lambda id: found.members[id])
            raise BadInput(f"nobody knows the member {member!r}", file=str(file),
                           line=found.members[member],
                           fix="import him first, or use --create-members")  # fmt: skip


def _note(tx: Tx, name: str, counts: Counter[str], now: int) -> None:
    reason = f"{counts[NEW]} new, {counts[CHANGED]} changed"
    audit.record(tx, [audit.note("orders", name, "import", at=now, actor=user(),
                                 reason=reason)])  # fmt: skip
