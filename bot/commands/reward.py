"""``onevoice reward``: what activities gave, what waits for a decision, codes, stock and budget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands import rewards as shown
from bot.commands.acting import once
from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user
from bot.commands.options import beside, looking
from bot.core.textfile import read_text
from bot.offset import clock_of
from bot.store import audit, coupons, granting, grants, packets, persons, rewardbook
from bot.store.engine import Row, Tx
from bot.store.granting import RewardRefused

F = TypeVar("F", bound=Callable[..., Any])
Act = Callable[[Tx, Row, int], object]


@click.group()
def reward() -> None:
    """Rewards: list, grants, show, check; accept, refuse, hand, claw, again, ask, more; coupons."""


def _because(needed: bool) -> Callable[[F], F]:
    return click.option("--why", default="", required=needed, metavar="WORDS",
                        help="It stands in the audit.")  # fmt: skip


def _verb(needed: bool) -> Callable[[F], Any]:
    """A decision about one grant, with why."""
    return lambda fn: reward.command()(click.argument("grant")(_because(needed)(beside(fn))))


def _do(config_path: Path, data: Path | None, start: str, act: Act) -> None:
    def work(tx: Tx, now: int) -> str:
        row = granting.called(tx, start)
        act(tx, row, now)
        after = grants.get(tx, row["id"]) or row
        return f"{after['id']}: {after['state']} {after['why']}".rstrip()

    once(config_path, data, work)


@reward.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Each reward: how many are out and left, what was spent, what is lost."""
    config = ready(config_path, data)
    now = clock_of(config).now()
    found = read(config, lambda tx: rewardbook.lines(
        tx, setting_of(tx, config, now).cast.activities.values()))  # fmt: skip
    shown.put_lines(found, json_out)


@reward.command("grants")
@click.option("--activity", default="", metavar="ID")
@click.option("--state", default="", type=click.Choice(["", *grants.STATES]))
@click.option("--member", default="", metavar="ID")
@click.option("-n", default=50, show_default=True, type=click.IntRange(1, 10_000))
@looking
def listed(
    activity: str, state: str, member: str, n: int, config_path: Path, data: Path | None,
    json_out: bool,
) -> None:  # fmt: skip
    """Who got what by which event, or did not and why, the latest first."""
    config = ready(config_path, data)

    def look(tx: Tx) -> list[Row]:
        person = persons.person_of(tx, [member])[member] if member else ""
        return rewardbook.page(tx, activity=activity, state=state, member=person, n=n)

    shown.put_grants(read(config, look), config.timezone, json_out)


@reward.command()
@click.argument("grant")
@looking
def show(grant: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """One grant with its cause and its history. GRANT: its id, or how it begins."""
    config = ready(config_path, data)

    def look(tx: Tx) -> tuple[Row, list[Row]]:
        row = granting.seen(tx, grant)
        row = row | {"rests": rewardbook.cause_of(tx, row)}
        return row, audit.history(tx, grants.MACHINE, row["id"])

    try:
        found, history = read(config, look)
    except RewardRefused as refused:
        raise click.UsageError(str(refused)) from None
    shown.put_one(found, history, config.timezone, json_out)


@reward.command()
@beside
def check(config_path: Path, data: Path | None) -> None:
    """Whether log and grants say the same; exit 1 when not."""
    gone = read(ready(config_path, data), lambda tx: list(rewardbook.unspoken(tx)))
    for one in gone:
        click.echo(f"{one}: the log knows nothing of it")
    if gone:
        raise SystemExit(1)
    click.echo("every grant has its event")


@_verb(False)
def accept(grant: str, why: str, config_path: Path, data: Path | None) -> None:
    """What is held is his after all."""
    _do(config_path, data, grant,
        lambda tx, row, now: granting.accept(tx, row, now, actor=user(), why=why))  # fmt: skip


@_verb(True)
def refuse(grant: str, why: str, config_path: Path, data: Path | None) -> None:
    """What is held is not for him; its share of the stock is free again."""
    _do(config_path, data, grant,
        lambda tx, row, now: granting.refuse(tx, row, now, actor=user(), why=why))  # fmt: skip


@reward.command()
@click.argument("grant")
@click.option("--note", default="", metavar="WORDS", help="No addresses: they are not kept here.")
@beside
def hand(grant: str, note: str, config_path: Path, data: Path | None) -> None:
    """A thing was handed over, or sent off."""
    _do(config_path, data, grant,
        lambda tx, row, now: granting.hand_over(tx, row, now, actor=user(), note=note))  # fmt: skip


@_verb(True)
def claw(grant: str, why: str, config_path: Path, data: Path | None) -> None:
    """Takes back. What is out already stands as a loss."""
    _do(config_path, data, grant,
        lambda tx, row, now: granting.claw(tx, row, now, actor=user(), why=why))  # fmt: skip


@_verb(True)
def again(grant: str, why: str, config_path: Path, data: Path | None) -> None:
    """Gives it after all to whoever got none, if there is one."""

    def act(tx: Tx, row: Row, now: int) -> None:
        made = rewardbook.reward_of(tx, row)
        if made is None:
            raise RewardRefused("nobody knows the rules of its run any more")
        granting.again(tx, row, made, now, actor=user(), why=why)

    _do(config_path, data, grant, act)


@reward.command()
@click.argument("grant")
@beside
def ask(grant: str, config_path: Path, data: Path | None) -> None:
    """A red packet of which nobody knows is asked about once more, now."""
    _do(config_path, data, grant, lambda tx, row, now: packets.ask_now(tx, row, now, user()))


@reward.command()
@click.argument("activity")
@click.argument("name", metavar="REWARD")
@click.option("--stock", default=0, type=click.IntRange(0, 1_000_000), help="So many more.")
@click.option("--cents", default=0, type=click.IntRange(0), help="So much more to spend.")
@_because(needed=True)
@beside
def more(
    activity: str, name: str, stock: int, cents: int, why: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """Adds to what the file allows."""

    def work(tx: Tx, now: int) -> str:
        granting.more(tx, activity, name, now, n=stock, cents=cents, why=why, actor=user())
        return f"{activity}/{name}: {stock} more, {cents} cents more"

    once(config_path, data, work)


@reward.command("coupons")
@click.argument("pool", required=False)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False,
                                                        path_type=Path))  # fmt: skip
@click.option("--drop", is_flag=True, help="The free codes of POOL are void.")
@_because(needed=False)
@looking
def codes(
    pool: str | None, file: Path | None, drop: bool, why: str, config_path: Path,
    data: Path | None, json_out: bool,
) -> None:  # fmt: skip
    """Codes by pool, or (POOL FILE) adds those of a file, one in a line: all of them or none."""
    if pool and file:
        found, flaws = coupons.read(read_text(file, str(file)))
        for flaw in flaws:
            click.echo(f"{file}:{flaw.line}: {flaw.why}")
        if flaws:
            raise SystemExit(1)
        once(config_path, data, lambda tx, now: shown.added(
            len(found), coupons.add(tx, pool, found, now, user())))  # fmt: skip
    elif pool and drop:
        if not why.strip():
            raise click.UsageError("say why")
        once(config_path, data, lambda tx, now:
               f"{coupons.drop(tx, pool, now, user(), why)} free codes are gone")  # fmt: skip
    else:
        shown.put_pools(read(ready(config_path, data), coupons.count), json_out)
