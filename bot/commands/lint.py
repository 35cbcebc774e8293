"""``onevoice lint``: everything that is wrong with personas/ and content/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from bot.commands.database import has_database, read
from bot.commands.options import looking, read_config
from bot.core.clock import local
from bot.core.config import Config
from bot.core.errors import OneVoiceError
from bot.core.findings import Finding, has_errors, report
from bot.library.disk import Disk, read_disk
from bot.library.review import review_holidays
from bot.offset import clock_of
from bot.store import versions
from bot.store.opening import where
from bot.studio.lint import lint_edit


def show(findings: Sequence[Finding], json_out: bool, good: str, **extra: Any) -> None:
    """Prints findings and exits with 1 when one is an error."""
    if json_out:
        click.echo(orjson.dumps(report(findings, **extra)).decode())
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(good if not has_errors(findings) else "there are errors", err=True)
    if has_errors(findings):
        raise click.exceptions.Exit(1)


@click.command()
@looking
def lint(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Check all of personas/ and content/."""
    config = read_config(config_path, data)
    disk, today = read_disk(config), local(clock_of(config).now(), config.timezone).date()
    found = [*disk.findings, *review_holidays(disk.templates.values(), today),
             *_edited(config, disk)]  # fmt: skip
    show(found, json_out, f"{len(disk.sources)} files are clean",
         files=len(disk.sources))  # fmt: skip


def _edited(config: Config, disk: Disk) -> Iterator[Finding]:
    """Approved templates that the folder holds otherwise, where a data folder knows of any. Lint
    waits for no server."""
    if not isinstance(where(config), Path) or not has_database(config):
        return
    try:
        serving = {e.name: e for e in read(config, versions.published) if e.kind == "template"}
    except OneVoiceError:  # a database of another version, say; this is not lint's business
        return
    for source in disk.sources:
        approved = serving.get(source.name) if source.kind == "template" else None
        if approved is not None:
            same = approved.digest == versions.digest(source.files)
            yield from lint_edit(disk.templates[source.name], approved.version, same)
