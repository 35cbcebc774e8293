"""``onevoice content``: versions of templates, flows, calendar, catalogue and brand, and their
review, beside a running service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands import contents
from bot.commands.database import read, ready, user, with_store
from bot.commands.options import beside, looking, with_config, with_data
from bot.commands.persona import number
from bot.commands.personas import show_diff
from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.library.desk import ContentDesk
from bot.offset import clock_of
from bot.store import review, versions
from bot.store.review import APPROVED, DRAFT, REVIEW
from bot.store.versions import Edition

F = TypeVar("F", bound=Callable[..., Any])
_SINGLE = ("brand", "catalogue", "calendar", "moderation")
FOLDERS = {"flows/": "flow", "campaigns/": "campaign", "circles/": "circle",
           "community/": "community", "missions/": "mission",
           "atmosphere/": "atmosphere"}  # fmt: skip
ACTIVITIES, TOML = "activities/", ".toml"


@click.group()
def content() -> None:
    """Versions of what is sent: list, compare, submit, approve, retire, go back."""


def of_name(name: str) -> tuple[str, str]:
    """``welcome/day0``, ``flows/welcome``, ``campaigns/live``, ``activities/draw.toml``,
    ``calendar``, ``catalogue``, ``moderation`` or ``brand`` as (kind, name)."""
    name = name.removeprefix("content/").removeprefix("personas/")
    if name.startswith(ACTIVITIES) and name.endswith(TOML):  # templates lie there, too
        return "activity", name.removeprefix(ACTIVITIES).removesuffix(TOML)
    for ending in (".j2", ".toml", ".csv"):
        name = name.removesuffix(ending)
    if name in _SINGLE:
        return name, name
    for folder, kind in FOLDERS.items():
        if name.startswith(folder):
            return kind, name.removeprefix(folder)
    return "template", name


def by(fn: F) -> F:
    """``--as NAME`` and ``--note TEXT``."""
    fn = click.option("--note", default="", metavar="TEXT", help="It stands in the history.")(fn)
    return click.option("--as", "actor", metavar="NAME",
                        help="Who does it; by default the system's user.")(fn)  # fmt: skip


@content.command("list")
@looking
@click.option("--state", type=click.Choice((DRAFT, REVIEW, APPROVED)),
              help="Only what is in this state.")  # fmt: skip
def listing(config_path: Path, data: Path | None, json_out: bool, state: str | None) -> None:
    """The newest version of everything, its state, what serves, and what waits for its file."""
    config = ready(config_path, data)
    contents.show(read(config, contents.listed), state, config.timezone, json_out)


@content.command()
@click.argument("name")
@looking
def history(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """All versions of NAME, and who decided what about them."""
    config = ready(config_path, data)
    kind, name = _known(config, name)
    found = read(config, lambda tx: (review.of(tx, kind, name), review.trail(tx, kind, name)))
    contents.show_history(name, *found, config.timezone, json_out)


@content.command()
@click.argument("name")
@looking
@click.option("--from", "before", type=number, metavar="N", help="Default: what serves.")
@click.option("--to", "after", type=number, metavar="N", help="Default: the newest.")
def diff(
    name: str, config_path: Path, data: Path | None, json_out: bool, before: int | None,
    after: int | None,
) -> None:  # fmt: skip
    """What changes from one version of NAME to another."""
    config = ready(config_path, data)
    kind, name = _known(config, name)
    served = read(config, lambda tx: versions.serving(tx, kind, name))
    first = before or (served.version if served else None)
    old = _version(config, kind, name, first) if first else None
    show_diff(name, old, _version(config, kind, name, after), json_out, "name")


@content.command()
@click.argument("name")
@click.argument("version", type=number, required=False)
@beside
@by
def rollback(name: str, version: int | None, config_path: Path, data: Path | None,
             actor: str | None, note: str) -> None:  # fmt: skip
    """Go back to the version of NAME that served before, or to VERSION; its file follows."""
    config = ready(config_path, data)
    kind, name = _known(config, name)
    made = _run(config, lambda desk: desk.roll_back(kind, name, actor or user(), version, note))
    click.echo(f"{name}: v{made} serves")


# command, what the desk calls it, what is said when it is done, and what the command does
_VERBS = (
    ("submit", "submit", "waits for review",
     "Ask for a look at the newest version of NAME, or at VERSION."),
    ("reject", "send_back", "is a draft again", "Send NAME back to its writer; --note says why."),
    ("approve", "approve", "serves", "Put NAME, which waits for review, into service."),
    ("retire", "retire", "is retired", "Use what serves of NAME, or VERSION, no more."),
)  # fmt: skip


def _command(name: str, verb: str, done: str, does: str) -> click.Command:
    @click.command(name, help=does)
    @click.argument("name")
    @click.argument("version", type=number, required=False)
    @with_config
    @with_data
    @by
    def decide(
        name: str, version: int | None, config_path: Path, data: Path | None, actor: str | None,
        note: str,
    ) -> None:  # fmt: skip
        config = ready(config_path, data)
        kind, plain = _known(config, name)
        chosen = version or _meant(config, kind, plain, verb)
        _run(config, lambda desk: getattr(desk, verb)(kind, plain, chosen, actor or user(), note))
        click.echo(f"{plain}: v{chosen} {done}")

    return decide


for _row in _VERBS:
    content.add_command(_command(*_row))


def _meant(config: Config, kind: str, name: str, verb: str) -> int:
    """Which version is meant where none is named: what serves, what waits, else the newest."""
    served = read(config, lambda tx: versions.serving(tx, kind, name))
    known = read(config, lambda tx: review.of(tx, kind, name))
    if verb == "retire" and served:
        return served.version
    waits = [one.version for one in known if one.state == REVIEW and verb != "submit"]
    return waits[-1] if waits else known[-1].version


def _run(config: Config, use: Callable[[ContentDesk], Any]) -> Any:
    """What somebody does at the desk; a refusal for its errors shows them (exit 1)."""
    try:
        return with_store(config, lambda store: use(ContentDesk(store, config, clock_of(config))))
    except ContentRefused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        if refused.findings:
            raise click.exceptions.Exit(1) from None
        raise


def _version(config: Config, kind: str, name: str, version: int | None) -> Edition:
    found = read(config, lambda tx: versions.get(tx, kind, name, version) if version
                 else versions.newest(tx, kind, name))  # fmt: skip
    if found is None:
        rows = read(config, lambda tx: versions.numbers(tx, kind, name))
        known = ", ".join(f"v{row['version']}" for row in rows)
        raise click.UsageError(f"{name} has no version {version}; known: {known}")
    return found


def _known(config: Config, name: str) -> tuple[str, str]:
    """Raises click.UsageError when no version of that name was ever made."""
    kind, plain = of_name(name)
    known = read(config, lambda tx: versions.names(tx, kind))
    if plain not in known:
        raise click.UsageError(f"no {kind} {plain!r} in the database; "
                               f"'onevoice content list' names them all")  # fmt: skip
    return kind, plain
