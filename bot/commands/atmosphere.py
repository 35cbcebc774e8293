"""``onevoice atmosphere``: the shifts of the atmosphere team, what they are prompted for, handing
one over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from bot.commands.acting import once_in
from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user
from bot.commands.options import beside, looking
from bot.commands.personas import put_json
from bot.core.clock import DAY, local
from bot.core.rota import Span, day_of, week_of
from bot.library import atmosphere as rules
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import atmosphere as store
from bot.store.engine import Tx
from scheduler import hosting


@click.group()
def atmosphere() -> None:
    """Shifts of declared colleagues in the groups of circles, and what they are asked to do."""


@atmosphere.command()
@click.option("--of", "day", metavar="DAY", default="", help="A day of the week, as 2026-12-01; "
              "by default today.")  # fmt: skip
@looking
def week(day: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """The shifts of a week, who has them, what was done, gaps and overlaps."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> dict[str, Any]:
        return week_doc(tx, setting_of(tx, config, now), _day(day))

    _put_week(read(config, look), config.timezone, json_out)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.UsageError(f"{text!r} is no day; write it as 2026-12-01") from None


def week_doc(tx: Tx, setting: Setting, day: date | None) -> dict[str, Any]:
    """A week as data."""
    zone = setting.cast.zone
    span = week_of(day or day_of(setting.now, zone), zone)
    standing = store.within(tx, span.since, span.until)
    counts = store.counts(tx, span.since, span.until + DAY)
    shifts = {one.id: one for one in hosting.planned(setting, span)} | standing
    found = sorted(shifts.values(), key=lambda one: (one.since, one.id))
    return {"week": day_of(span.since, zone).isoformat(), "shifts": [
        {"id": one.id, "since": one.since, "until": one.until, "planned": one.planned,
         "userid": one.userid, "begun": one.told_at is not None, "prompts": counts.get(one.id, {})}
        for one in found], **_faults(setting, span)}  # fmt: skip


def _faults(setting: Setting, span: Span) -> dict[str, Any]:
    zone = setting.cast.zone
    gaps = [
        {"circle": made.circle, "since": gap.since, "until": gap.until}
        for made in setting.cast.atmospheres.values()
        for gap in rules.gaps(made, span, zone)
    ]
    both = [{"circle": made.circle, "userid": who, "first": one.duty.id, "second": other.duty.id,
             "at": other.span.since} for made in setting.cast.atmospheres.values()
            for who, one, other in rules.overlaps(made, span, zone)]  # fmt: skip
    return {"gaps": gaps, "overlaps": both}


def stamp(at: int, zone: str) -> str:
    """2026-12-01 19:30"""
    return f"{local(at, zone):%Y-%m-%d %H:%M}"


def _put_week(found: dict[str, Any], zone: str, json_out: bool) -> None:
    if json_out:
        put_json(found)
        return
    if not found["shifts"]:
        click.echo("no shifts in this week; write a content/atmosphere/CIRCLE.toml")
    else:
        rows = [(stamp(one["since"], zone), stamp(one["until"], zone)[-5:], one["userid"],
                 " ".join(f"{name} {n}" for name, n in sorted(one["prompts"].items())), one["id"])
                for one in found["shifts"]]  # fmt: skip
        click.echo(tabulate(rows, ("from", "to", "who", "prompts", "shift"), tablefmt="plain"))
    for gap in found["gaps"]:
        click.echo(f"gap: nobody in {gap['circle']} from {stamp(gap['since'], zone)} "
                   f"to {stamp(gap['until'], zone)[-5:]}")  # fmt: skip
    for one in found["overlaps"]:
        click.echo(f"overlap: {one['userid']} has {one['first']} and {one['second']} "
                   f"at {stamp(one['at'], zone)}")  # fmt: skip


@atmosphere.command()
@click.argument("userid", default="")
@click.option("--days", default=1, show_default=True, type=click.IntRange(1, 60))
@looking
def prompts(userid: str, days: int, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What USERID is asked to do, or everybody; what is open first."""
    config = ready(config_path, data)
    since = clock_of(config).now() - days * DAY
    found = read(config, lambda tx: store.of(tx, since, userid or None))
    if json_out:
        keys = ("id", "shift", "userid", "ask", "about", "text", "state", "at", "until",
                "closed_by", "note")  # fmt: skip
        put_json({"prompts": [{key: getattr(one, key) for key in keys} for one in found]})
        return
    rows = [(one.id, stamp(one.at, config.timezone), one.userid, one.ask, one.state,
             " ".join(one.text.split())[:40]) for one in found]  # fmt: skip
    head = ("id", "since", "who", "ask", "state", "text")
    click.echo(tabulate(rows, head, tablefmt="plain") if rows else "nothing is asked")


@atmosphere.command()
@click.argument("shift")
@click.argument("userid")
@click.option("--note", default="", metavar="TEXT", help="Why; he reads it.")
@beside
def hand(shift: str, userid: str, note: str, config_path: Path, data: Path | None) -> None:
    """Hands SHIFT over to USERID, who must be declared in the team."""

    def work(tx: Tx, setting: Setting) -> str:
        given = hosting.hand(tx, setting, shift, userid, actor=user(), why=note)
        return f"{given.id}: {given.userid}"

    once_in(config_path, data, work)


@atmosphere.command()
@click.argument("prompt", type=int)
@click.option("--said", default="", metavar="TEXT", help="What was posted; it stands in the reply "
              "log.")  # fmt: skip
@beside
def done(prompt: int, said: str, config_path: Path, data: Path | None) -> None:
    """PROMPT was done."""

    def work(tx: Tx, setting: Setting) -> str:
        store.done(tx, prompt, setting.now, actor=user(), said=said)
        return f"{prompt}: done"

    once_in(config_path, data, work)


@atmosphere.command()
@click.argument("prompt", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why.")
@beside
def leave(prompt: int, note: str, config_path: Path, data: Path | None) -> None:
    """PROMPT was not done."""

    def work(tx: Tx, setting: Setting) -> str:
        store.leave(tx, prompt, setting.now, actor=user(), why=note)
        return f"{prompt}: left"

    once_in(config_path, data, work)
