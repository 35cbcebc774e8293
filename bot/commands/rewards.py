"""How ``onevoice reward`` shows what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.core.money import amount
from bot.store.engine import Row
from bot.store.rewardbook import Line

GRANT = ("grant", "when", "member", "name", "run", "reward", "state", "why", "cents", "cause")


def put_lines(found: Sequence[Line], json_out: bool) -> None:
    """A line for each reward."""
    if json_out:
        put_json({"rewards": [asdict(one) for one in found]})
        return
    rows = [(one.activity, one.reward, one.title, one.how, one.taken,
             "-" if one.left is None else one.left, amount(one.spent),
             "-" if one.money is None else amount(one.money),
             " ".join(f"{state}:{n}" for state, n in sorted(one.states.items())),
             f"{one.loss[1]} ({amount(one.loss[0])})" if one.loss[1] else "-")
            for one in found]  # fmt: skip
    headers = ("activity", "reward", "title", "how", "out", "left", "spent", "to spend", "grants",
               "lost")  # fmt: skip
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


def put_grants(found: Sequence[Row], zone: str, json_out: bool) -> None:
    """A line for each grant."""
    if json_out:
        put_json({"grants": [dict(row) for row in found]})
        return
    rows = [(row["id"][:10], time(row["at"], zone), row["member"], row["name"], row["run"],
             row["title"], row["state"], row["why"], amount(row["cents"]), row["cause"])
            for row in found]  # fmt: skip
    click.echo(tabulate(rows, headers=GRANT, disable_numparse=True))


def put_one(row: Row, history: Sequence[Row], zone: str, json_out: bool) -> None:
    """One grant, then what happened to it."""
    if json_out:
        put_json({**row, "history": [dict(one) for one in history]})
        return
    for key, value in row.items():
        click.echo(f"{key}: {value}")
    for one in history:
        click.echo(f"  {time(one['at'], zone)}  {one['before'] or '-'} -> {one['after']}"
                   f"  {one['event']}  {one['actor']}  {one['reason']}")  # fmt: skip


def put_pools(found: Sequence[Row], json_out: bool) -> None:
    """A line for each pool of codes."""
    if json_out:
        put_json({"pools": [dict(row) for row in found]})
        return
    rows = [(row["pool"], row["n"], row["free"]) for row in found]
    click.echo(tabulate(rows, headers=("pool", "codes", "free"), disable_numparse=True))


def added(told: int, new: int) -> str:
    """What a file came to."""
    return f"{new} new codes" + (f"; {told - new} were there already" if told > new else "")
