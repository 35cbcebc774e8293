"""``onevoice circle ledger``, ``flow``, ``brought``, ``link``, ``links`` and ``carriers``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from tabulate import tabulate

from bot.commands.casting import cast_of
from bot.commands.database import read, ready, user, write
from bot.commands.options import as_json, looking
from bot.commands.personas import put_json, time
from bot.core.carrying import by_code
from bot.core.clock import local
from bot.core.config import Config
from bot.core.decode import nearest
from bot.members.carriers import ALONE, CARRIERS, POSTED
from bot.members.flowing import Led
from bot.members.ledger import DAYS_MAX, Days, Line, days
from bot.members.outlinks import PATH, OutLink, allowed
from bot.members.stays import KINDS
from bot.offset import clock_of
from bot.store import breaking, circles, flowing, ledger, outlinks
from bot.store.engine import Tx

F = TypeVar("F", bound=Callable[..., Any])
SPAN = 30


def _span(fn: F) -> F:
    """``--from DAY`` and ``--days N``."""
    fn = click.option("--days", "n", default=SPAN, show_default=True,
                      type=click.IntRange(1, DAYS_MAX))(fn)  # fmt: skip
    return click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY",
                        help="By default so that today is the last day.")(fn)  # fmt: skip


def _days(config: Config, first: datetime | None, n: int) -> Days:
    today = local(clock_of(config).now(), config.timezone).date()
    begin: date = first.date() if first else today - timedelta(days=n - 1)
    return days(begin, n, config.timezone)


@click.command("ledger")
@click.argument("kind", type=click.Choice((*KINDS, "persona", "brand")))
@click.argument("place", required=False)
@_span
@click.option(
    "--check", is_flag=True, help="Hold all ledgers against the log; exit 1 if they differ."
)
@looking
def show_ledger(
    kind: str, place: str | None, first: datetime | None, n: int, check: bool, config_path: Path,
    data: Path | None, json_out: bool,
) -> None:  # fmt: skip
    """Day by day: opening + joined - left = closing, of every place of a KIND or of one PLACE."""
    config = ready(config_path, data)
    span = _days(config, first, n)
    if check:
        _check(config, span, json_out)
        return
    found = read(config, lambda tx: _lines(tx, config, kind, place, span))
    if json_out:
        put_json({"kind": kind, "ledger": [_line(one) for one in found]})
        return
    rows = [(one.place or kind, one.day, one.opening, one.joined, one.left, one.closing)
            for one in found if one.opening or one.joined or one.left]  # fmt: skip
    heads = ("place", "day", "opening", "joined", "left", "closing")
    click.echo(tabulate(rows, headers=heads, disable_numparse=True))


def _lines(tx: Tx, config: Config, kind: str, place: str | None, span: Days) -> list[Line]:
    if kind == "brand":
        return ledger.of_brand(tx, span)
    if kind != "persona":
        return ledger.of_places(tx, next(one for one in KINDS if one == kind), span, place)
    scripts = cast_of(tx, config).scripts
    if place is None or place not in scripts:
        raise click.UsageError(f"there is no persona {place!r}; {nearest(place or '', scripts)}")
    return ledger.of_persona(tx, scripts[place].persona.accounts.contact, span)


def _check(config: Config, span: Days, json_out: bool) -> None:
    found = read(config, lambda tx: ledger.differences(tx, span))
    if json_out:
        put_json({"ok": not found, "differences": [
            {"kind": kind, "ledger": said and _line(said), "log": log and _line(log)}
            for kind, said, log in found]})  # fmt: skip
    for kind, said, log in () if json_out else found:
        one = said or log
        assert one is not None
        click.echo(f"{kind} {one.place} {one.day}: the ledger says {_words(said)}, "
                   f"the log {_words(log)}")  # fmt: skip
    if found:
        raise click.exceptions.Exit(1)
    if not json_out:
        click.echo("every ledger closes and equals the log")


def _words(line: Line | None) -> str:
    if line is None:
        return "nothing"
    return f"{line.opening} + {line.joined} - {line.left} = {line.closing}"


def _line(one: Line) -> dict[str, Any]:
    return asdict(one) | {"day": one.day.isoformat(), "closing": one.closing}


@click.command("flow")
@_span
@click.option(
    "--by",
    type=click.Choice(("carrier", "leader")),
    default="carrier",
    show_default=True,
    help="Seen by carriers, or by who leads.",
)
@looking
def show_flow(
    first: datetime | None, n: int, by: str, config_path: Path, data: Path | None,
    json_out: bool,
) -> None:  # fmt: skip
    """Who came from which carrier to where, and who clicked his way back out."""
    config = ready(config_path, data)
    edges = _days(config, first, n).edges
    if by == "leader":
        found = read(config, lambda tx: _led(tx, config, edges[0], edges[-1]))
        if json_out:
            put_json({"led": [asdict(one) for one in found]})
        else:
            click.echo(tabulate([(one.leader or "-", _title(one.target), one.n) for one in found],
                                headers=("leader", "to", "count")))  # fmt: skip
        return
    _put_matrix(config, edges, json_out)


def _led(tx: Tx, config: Config, since: int, before: int) -> list[Led]:
    cast = cast_of(tx, config)
    personas = {account: persona for (channel, account), persona in cast.accounts.items()
                if channel == "contact"}  # fmt: skip
    leaders = {name: circles.led_by(tx, one) for name, one in cast.circles.items()}
    return flowing.led(tx, since, before, personas, leaders)


def _put_matrix(config: Config, edges: Sequence[int], json_out: bool) -> None:
    codes = by_code(config.carriers)
    found = read(config, lambda tx: flowing.matrix(tx, edges[0], edges[-1], codes))
    if json_out:
        put_json({"flow": [asdict(cell) for cell in found]})
        return
    rows = [(c.direction, _title(c.source), _title(c.target), c.n, c.persons) for c in found]
    click.echo(tabulate(rows, headers=("direction", "from", "to", "count", "persons")))


def _title(carrier: str) -> str:
    return f"{carrier} {CARRIERS[carrier].title}" if carrier in CARRIERS else carrier


@click.command("brought")
@click.argument("circle", required=False)
@_span
@looking
def show_brought(
    circle: str | None, first: datetime | None, n: int, config_path: Path, data: Path | None,
    json_out: bool,
) -> None:  # fmt: skip
    """Breaking the circle: newcomers whom somebody of another circle brought."""
    config = ready(config_path, data)
    edges = _days(config, first, n).edges
    found = read(config, lambda tx: breaking.of(tx, edges[0], edges[-1], circle))
    if json_out:
        put_json({"brought": [asdict(one) for one in found]})
        return
    rows = [(time(one.at, config.timezone), one.circle, one.member, one.inviter, one.of)
            for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=("at", "circle", "member", "brought by", "who is of")))


@click.command("link")
@click.argument("url")
@click.option("--to", "carrier", required=True, metavar="CARRIER", help="What it leads to.")
@click.option("--on", "posted", required=True, type=click.Choice(POSTED), help="Where it is read.")
@click.option("--content", default="", metavar="TEMPLATE", help="The text that holds it.")
@click.option("--account", default="", metavar="ACCOUNT", help="Who hands it out.")
@click.option("--member", default="", help="For whom alone it is made.")
@looking
def make_link(
    url: str, carrier: str, posted: str, content: str, account: str, member: str,
    config_path: Path, data: Path | None, json_out: bool,
) -> None:  # fmt: skip
    """A short link to URL that says where a click came from."""
    config = ready(config_path, data)
    if carrier not in CARRIERS:
        raise click.UsageError(
            f"--to: there is no carrier {carrier!r}; {nearest(carrier, CARRIERS)}"
        )
    if member and posted not in ALONE:
        raise click.UsageError("--member: a link for one person belongs into a text for him alone: "
                               f"--on {' or '.join(ALONE)}")  # fmt: skip
    link = OutLink(url=url, carrier=carrier, posted=posted, content=content, account=account,
                   member=member)  # fmt: skip

    def act(tx: Tx, now: int) -> str:
        domains = cast_of(tx, config).brand.link_domains
        if not allowed(url, domains):
            raise click.UsageError(f"{url!r} is not on a domain of link_domains in "
                                   f"personas/brand.toml: {', '.join(domains)}")  # fmt: skip
        return outlinks.make(tx, link, now, user())

    code = write(config, act)
    put_json({"code": code, "path": f"{PATH}{code}"}) if json_out else click.echo(f"{PATH}{code}")


@click.command("links")
@looking
def list_links(config_path: Path, data: Path | None, json_out: bool) -> None:
    """The latest links and their clicks."""
    config = ready(config_path, data)
    found = read(config, outlinks.latest)
    if json_out:
        put_json({"links": found})
        return
    rows = [(f"{PATH}{row['code']}", row["clicks"], row["posted"], row["carrier"], row["content"],
             row["url"]) for row in found]  # fmt: skip
    click.echo(tabulate(rows, headers=("link", "clicks", "on", "to", "content", "url")))


@click.command("carriers")
@as_json
def list_carriers(json_out: bool) -> None:
    """The carriers between which people move: whose they are, what may be done there and who
    confirms it, and what a post can hold."""
    if json_out:
        put_json({"carriers": {name: asdict(one) | {"confirms": one.confirms}
                               for name, one in CARRIERS.items()}})  # fmt: skip
        return
    rows = [(name, one.title, one.sphere, one.dm, one.mass, one.confirms or "-",
             "yes" if one.links else "no", one.text or "-", one.pictures or "-")
            for name, one in CARRIERS.items()]  # fmt: skip
    heads = ("carrier", "title", "sphere", "to one", "to many", "confirms", "links", "text",
             "pictures")  # fmt: skip
    click.echo(tabulate(rows, headers=heads))


FIGURES: Sequence[click.Command] = (
    show_ledger, show_flow, show_brought, make_link, list_links, list_carriers,
)  # fmt: skip
