"""``onevoice moderation``: what was said that somebody has to look at, and deciding it."""

from __future__ import annotations

from pathlib import Path

import click
from tabulate import tabulate

from bot.commands.casting import setting_of
from bot.commands.content import by
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.commands.personas import put_json, time
from bot.community.moderating import USUAL, flags
from bot.core.clock import DAY
from bot.offset import clock_of
from bot.store import moderation as store
from bot.store.moderation import ModerationRefused
from scheduler import moderating

KEYS = ("id", "spot", "place", "member", "staff", "rule", "found", "text", "said_at", "state",
        "reminded_at", "held", "decided_at", "decided_by", "why")  # fmt: skip
ACTS = ("accept", "remove", "warn", "escalate")


@click.group()
def moderation() -> None:
    """Words, links and floods that somebody has to look at."""


@moderation.command("list")
@click.option("--decided", default=0, metavar="DAYS", type=click.IntRange(0, 365),
              help="What was decided in the last days, instead of what waits.")  # fmt: skip
@looking
def listing(decided: int, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What waits, what was escalated first; entries that no rule found wait for `activity judge`,
    too."""
    config = ready(config_path, data)
    since = clock_of(config).now() - decided * DAY
    rows = read(config, lambda tx: store.decided(tx, since, 1_000) if decided
                else store.queue(tx, None, 1_000))  # fmt: skip
    entries = [] if decided else read(config, lambda tx: store.entries(tx, 1_000))
    if json_out:
        put_json({"cases": [{key: row[key] for key in KEYS} for row in rows],
                  "entries": [{key: row[key] for key in ("event", "run", "member", "at", "text")}
                              for row in entries]})  # fmt: skip
        return
    told = [(row["id"], time(row["said_at"], config.timezone), row["spot"],
             row["name"] or row["member"] or row["staff"], row["rule"], row["state"],
             row["held"] or ("reminded" if row["reminded_at"] else ""),
             " ".join(row["text"].split())[:30]) for row in rows]  # fmt: skip
    head = ("id", "said", "where", "who", "rule", "state", "reminder", "text")
    click.echo(tabulate(told, head, tablefmt="plain") if told else "nothing waits")
    for row in entries:
        click.echo(f"entry of {row['run']} waits for activity judge: {row['ticket']}")


@moderation.command()
@click.argument("case", type=int)
@click.argument("act", type=click.Choice(ACTS))
@by
@beside
def decide(
    case: int, act: str, actor: str | None, note: str, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Decides CASE. `remove` wants a --note; what the platform alone can do is done there."""
    config = ready(config_path, data)
    try:
        row = write(config, lambda tx, now: moderating.decide(
            tx, setting_of(tx, config, now), case, act, actor=actor or user(),
            why=note))  # fmt: skip
    except ModerationRefused as refused:
        raise click.UsageError(str(refused)) from None
    click.echo(f"{case}: {row['state']}")


@moderation.command()
@click.argument("text")
@click.option("--where", default=USUAL[0], type=click.Choice(["group", "internal", "entry", "kf"]),
              show_default=True)  # fmt: skip
@looking
def why(text: str, where: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What the rules would find in TEXT. Writes nothing."""
    config = ready(config_path, data)
    now = clock_of(config).now()
    setting = read(config, lambda tx: setting_of(tx, config, now))
    rules = setting.cast.moderation
    if rules is None:
        raise click.UsageError("there are no rules; write a content/moderation.toml")
    found = flags(rules, where, text, moderating.own_domains(setting))  # type: ignore[arg-type]
    if json_out:
        put_json({"found": [{"rule": one.rule, "act": one.act, "found": one.found}
                            for one in found]})  # fmt: skip
        return
    for one in found:
        click.echo(f"{rules.title(one.rule)} ({one.rule}): {one.found} -> {one.act}")
    if not found:
        click.echo("nothing")
