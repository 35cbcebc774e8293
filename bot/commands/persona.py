"""``onevoice persona``: the versions of a persona, beside a running service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bot.commands import personas
from bot.commands.casting import cast_of
from bot.commands.database import has_database, read, ready, user, write
from bot.commands.options import beside, looking, read_config
from bot.core.clock import local
from bot.core.config import Config
from bot.core.findings import Finding, has_errors
from bot.library.disk import Disk, read_disk
from bot.library.roster import Kept, keep, roster
from bot.library.speech import Setting
from bot.library.vetting import vet
from bot.library.why import Asker, why
from bot.offset import clock_of
from bot.persona.brand import Brand, parse_brand
from bot.persona.load import parse_persona
from bot.store import recall, sources, versions
from bot.store.engine import Tx
from bot.store.versions import PUBLISH, ROLLBACK, Edition

KIND = "persona"


def number(text: str) -> int:
    """``3`` or ``v3``."""
    digits = str(text).removeprefix("v")
    if not (digits.isascii() and digits.isdigit() and 0 < len(digits) < 10):
        raise click.UsageError(f"{text!r} is no version; write 3 or v3")
    return int(digits)


@click.group()
def persona() -> None:
    """Versions of a persona: see, compare, publish, go back, explain."""


@persona.command("list")
@looking
@click.option("--history", metavar="P", help="Who put which version of P into service, and when.")
def listing(config_path: Path, data: Path | None, json_out: bool, history: str | None) -> None:
    """All personas: what serves, since when and by whom, what waits, what has ended."""
    config = read_config(config_path, data)
    if history is not None:
        _known(config, history)
        trail = read(config, lambda tx: versions.history(tx, KIND, history))
        personas.show_history(history, trail, config.timezone, json_out)
        return
    kept = read(config, keep) if has_database(config) else Kept()
    today = local(clock_of(config).now(), config.timezone).date()
    personas.show(roster(kept, read_disk(config), today), config.timezone, json_out)


@persona.command()
@click.argument("name", metavar="P")
@looking
@click.option("--from", "before", type=number, metavar="N", help="Default: what serves.")
@click.option("--to", "after", metavar="N|disk", help="Default: the folder, else the newest.")
def diff(
    name: str, config_path: Path, data: Path | None, json_out: bool, before: int | None,
    after: str | None,
) -> None:  # fmt: skip
    """What changes from one version of P to another, or to the folder."""
    config = read_config(config_path, data)
    kept = read(config, keep) if has_database(config) else Kept()
    old = _version(config, name, before) if before else kept.published.get(name)
    new: Edition | None
    if after not in (None, "disk"):
        new = _version(config, name, number(after))
    else:
        new = personas.on_disk(config, name) or (None if after else kept.newest.get(name))
    if new is None:
        raise click.UsageError(f"no persona {name!r} in {config.personas_dir}")
    personas.show_diff(name, old, new, json_out)


@persona.command()
@click.argument("name", metavar="P")
@click.argument("version", type=number, required=False)
@beside
@click.option("--as", "actor", metavar="NAME", help="Who publishes; by default the system's user.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the history.")
def publish(
    name: str, version: int | None, config_path: Path, data: Path | None, actor: str | None,
    reason: str,
) -> None:  # fmt: skip
    """Put the edit in P's folder, or its newest version, or VERSION into service."""
    config = ready(config_path, data)
    actor = actor or user()
    if version is not None:
        _serve(config, _version(config, name, version), PUBLISH, actor, reason)
        return
    disk = read_disk(config)
    source = next((s for s in disk.sources if (s.kind, s.name) == (KIND, name)), None)
    if source is None:
        _refuse_broken(disk, name)
        newest = read(config, lambda tx: versions.newest(tx, KIND, name))
        _serve(config, newest or _nobody(config, name), PUBLISH, actor, reason)
        return
    made = Edition(kind=KIND, name=name, version=0, digest=versions.digest(source.files),
                   files=source.files)  # fmt: skip
    _serve(config, made, PUBLISH, actor, reason)


@persona.command()
@click.argument("name", metavar="P")
@click.argument("version", type=number, required=False)
@beside
@click.option("--as", "actor", metavar="NAME", help="Who goes back; by default the system's user.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the history.")
def rollback(
    name: str, version: int | None, config_path: Path, data: Path | None, actor: str | None,
    reason: str,
) -> None:  # fmt: skip
    """Go back to the version of P that served before, or to VERSION.

    It holds until P's files change again.
    """
    config = ready(config_path, data)
    _known(config, name)
    if version is None:
        version = read(config, lambda tx: versions.served_before(versions.history(tx, KIND, name)))
    if version is None:
        raise click.UsageError(f"no version of {name} served before this one; name a VERSION")
    _serve(config, _version(config, name, version), ROLLBACK, actor or user(), reason)


@persona.command("why")
@click.argument("name", metavar="P")
@click.argument("text")
@looking
@click.option("--member", metavar="M", help="Somebody whom the persona knows.")
def explain(
    name: str, text: str, config_path: Path, data: Path | None, json_out: bool, member: str | None
) -> None:  # fmt: skip
    """What the serving version of P would answer to TEXT, and why. Nothing is sent or kept."""
    config = read_config(config_path, data)
    _known(config, name)

    from bot.adapters.embeddings import open_embeddings  # no other command here needs them

    meaning = open_embeddings(config, config.data_dir / "embeddings", patient=True)

    def look(tx: Tx) -> tuple[Setting, Asker | None]:
        cast = cast_of(tx, config, meaning)
        if name not in cast.scripts:
            raise click.UsageError(f"{name} does not serve; 'onevoice ask {name}' reads its folder")
        setting = Setting.of(config, cast, clock_of(config).now(), sources.links(tx))
        return setting, _asker(tx, setting, name, member) if member else Asker()

    setting, asker = read(config, look)
    if asker is None:
        raise click.UsageError(f"--member {member}: nobody of that id is known")
    personas.show_why(why(setting, name, text, asker), json_out)


def _asker(tx: Tx, setting: Setting, persona: str, member: str) -> Asker | None:
    found = recall.member(tx, member)
    if found is None:
        return None
    accounts = [account for (_, account), who in setting.cast.accounts.items() if who == persona]
    return Asker(member=found, talk=recall.talk(tx, member, accounts),
                 memories=recall.memories(tx, member, persona))  # fmt: skip


def _serve(config: Config, edition: Edition, event: str, actor: str, reason: str) -> None:
    """Checks a version beside what serves, and puts it into service. Version 0 is made now."""
    found = read(config, lambda tx: _vetted(tx, edition))
    for finding in found:
        click.echo(str(finding), err=True)
    if has_errors(found):
        raise click.exceptions.Exit(1)

    def put(tx: Tx, now: int) -> tuple[int, bool]:
        number = edition.version
        if not number:
            number, _ = versions.draft(tx, KIND, edition.name, edition.files, actor, now)
        return number, versions.serve(tx, KIND, edition.name, number, actor, now, event=event,
                                      reason=reason)  # fmt: skip

    number, changed = write(config, put)
    click.echo(f"{edition.name}: v{number} serves" + ("" if changed else " already"))


def _vetted(tx: Tx, edition: Edition) -> Sequence[Finding]:
    serving = versions.published(tx)
    brand = next((parse_brand(next(iter(e.files.values())), "personas/brand.toml")
                  for e in serving if e.kind == "brand"), Brand(name=""))  # fmt: skip
    others = {e.name: parse_persona(e.files, f"personas/{e.name}")
              for e in serving if e.kind == KIND and e.name != edition.name}  # fmt: skip
    return vet(edition, brand, others, {e.name for e in serving if e.kind == "template"})


def _refuse_broken(disk: Disk, name: str) -> None:
    """A folder with errors is shown with them, and nothing is published."""
    if (KIND, name) not in disk.seen:
        return
    for finding in disk.findings:
        if finding.file.startswith(f"personas/{name}/"):
            click.echo(str(finding), err=True)
    raise click.exceptions.Exit(1)


def _version(config: Config, name: str, number: int) -> Edition:
    _known(config, name)
    found = read(config, lambda tx: versions.get(tx, KIND, name, number))
    if found is None:
        rows = read(config, lambda tx: versions.numbers(tx, KIND, name))
        known = ", ".join(f"v{row['version']}" for row in rows)
        raise click.UsageError(f"{name} has no version {number}; known: {known}")
    return found


def _known(config: Config, name: str) -> None:
    """Raises click.UsageError when no version of that persona was ever made."""
    if name not in read(config, lambda tx: versions.names(tx, KIND)):
        _nobody(config, name)


def _nobody(config: Config, name: str) -> Edition:
    known = ", ".join(sorted(read(config, lambda tx: versions.names(tx, KIND)))) or "none"
    raise click.UsageError(f"no persona {name!r}; known: {known}")
