"""``onevoice koc``: who earns by orders, what is held, settled, taken back, declared void."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.commands.personas import put_json, time
from bot.core.errors import BadInput
from bot.core.money import amount
from bot.members.commission import Standing
from bot.offset import clock_of
from bot.store import codes, payouts, people, persons
from bot.store.engine import Tx
from bot.store.payouts import Account, Line, Settled

WORDS: Mapping[Standing, str] = {
    Standing.NONE: "没有佣金", Standing.VOID: "作废", Standing.HELD: "退货期内",
    Standing.OPEN: "待结算", Standing.OWED: "下次扣回", Standing.SETTLED: "已结算",
}  # fmt: skip
MONEY = ("base", "earned", "net", "held", "open", "settled")


@click.group()
def koc() -> None:
    """KOCs: list, show, settle, void."""


@koc.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Everybody who is or was a KOC, or whose code orders count for."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[dict[str, Any]]:
        found = payouts.kocs(tx)
        names = people.names_of(tx, found)
        return [_account(payouts.account(tx, one, now), names.get(one, "")) for one in found]

    found = read(config, look)
    if json_out:
        put_json({"kocs": found})
        return
    columns = ("member", "name", "invited", "orders", *MONEY)
    click.echo(tabulate([[str(one[column]) for column in columns] for one in found],
                        headers=columns, disable_numparse=True))  # fmt: skip


def _account(one: Account, name: str) -> dict[str, Any]:
    return {"member": one.inviter, "name": name, "invited": one.invited, "orders": one.orders,
            **{key: amount(getattr(one, key)) for key in MONEY}}  # fmt: skip


@koc.command()
@click.argument("member")
@click.option("-n", default=50, show_default=True, type=click.IntRange(1, 10_000),
              help="How many orders, the latest first.")  # fmt: skip
@looking
def show(member: str, n: int, config_path: Path, data: Path | None, json_out: bool) -> None:
    """The codes of MEMBER, the orders that count for them, and where each commission stands."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> dict[str, Any]:
        ids = persons.ids_of(tx, member)
        return {"codes": [one.code for one in codes.of(tx, ids)],
                "lines": [_line(one, now) for one in payouts.lines(tx, ids[0], n=n)],
                **_account(payouts.account(tx, ids[0], now),
                           people.names_of(tx, ids[:1]).get(ids[0], ""))}  # fmt: skip

    found = read(config, look)
    if json_out:
        put_json(found)
        return
    click.echo(f"{found['member']} {found['name']}  {' '.join(found['codes'])}")
    rows = [(one["order"], time(one["at"], config.timezone), one["member"], one["category"],
             one["base"], one["net"], one["settled"], WORDS[Standing(one["standing"])])
            for one in found["lines"]]  # fmt: skip
    headers = ("order", "at", "member", "category", "base", "net", "settled", "standing")
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


def _line(one: Line, now: int) -> dict[str, Any]:
    stands = one.balance
    return {"order": one.id, "at": one.at, "member": one.member, "code": one.code,
            "category": one.category, "base": amount(one.base), "earned": amount(stands.earned),
            "net": amount(stands.net), "settled": amount(stands.settled),
            "open": amount(stands.open), "due_at": stands.due_at,
            "standing": stands.standing(now).value}  # fmt: skip


@koc.command()
@click.argument("member", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody for whom something is due.")
@click.option("--reason", default="", metavar="TEXT", help="It stands in the history.")
@looking
def settle(member: str | None, everybody: bool, reason: str, config_path: Path,
           data: Path | None, json_out: bool) -> None:  # fmt: skip
    """Note that what is due to MEMBER, or to everybody, was paid."""
    config = ready(config_path, data)
    if (member is None) == (not everybody):
        raise click.UsageError("name a MEMBER, or --all")

    def work(tx: Tx, now: int) -> list[Settled]:
        who = payouts.kocs(tx) if member is None else [persons.person_of(tx, [member])[member]]
        made = (payouts.settle(tx, one, now, user(), reason) for one in who)
        return [one for one in made if one is not None]

    made = write(config, work)
    if json_out:
        put_json({"settled": [asdict(one) | {"cents": amount(one.cents)} for one in made]})
        return
    for one in made:
        click.echo(f"{one.inviter}: {amount(one.cents)} for {one.orders} orders ({one.batch})")
    if not made:
        click.echo("nothing is due")


@koc.command()
@click.argument("order")
@click.option("--reason", required=True, metavar="TEXT", help="It stands in the history.")
@beside
def void(order: str, reason: str, config_path: Path, data: Path | None) -> None:
    """Nothing is earned by ORDER, for good; what was settled is taken back the next time."""
    config = ready(config_path, data)
    found = write(config, lambda tx, now: payouts.void(tx, order, now, user(), reason))
    if found is None:
        raise BadInput(f"order {order!r} counts for nobody, or is void already",
                       fix="see 'onevoice koc show MEMBER'")  # fmt: skip
    owed = -found.balance.open
    click.echo(f"{order}: void" + (f"; {amount(owed)} are taken back from {found.inviter}"
                                   if owed > 0 else ""))  # fmt: skip
