"""``onevoice lint``: everything that is wrong with personas/ and content/."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from bot.commands.options import as_json, read_config, with_config
from bot.core.clock import SystemClock, local
from bot.core.findings import Finding, has_errors, report
from bot.library.disk import read_disk
from bot.library.review import review_holidays


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
@with_config
@as_json
def lint(config_path: Path, json_out: bool) -> None:
    """Check all of personas/ and content/."""
    config = read_config(config_path)
    disk, today = read_disk(config), local(SystemClock().now(), config.timezone).date()
    found = [*disk.findings, *review_holidays(disk.templates.values(), today)]
    show(found, json_out, f"{len(disk.sources)} files are clean",
         files=len(disk.sources))  # fmt: skip
