"""``onevoice check``: the doctor."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.commands.lint import show
from bot.commands.options import as_json, read_config, with_config
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.library.disk import read_disk
from bot.wecom import doctor
from bot.wecom.gateway import doors


@click.command()
@with_config
@as_json
@click.option("--online", is_flag=True, help="Also walk the platform's set-up, step by step.")
@click.option("--platform", metavar="URL", help="Ask this platform instead of the configured one.")
def check(config_path: Path, json_out: bool, online: bool, platform: str | None) -> None:
    """Check configuration, personas, content and flows; name the fix for every fault."""
    try:
        config = read_config(config_path)
        doors(config)
    except BadInput as exc:
        fault = Finding(file=exc.file or str(config_path), line=exc.line or 1, rule="config",
                        severity=ERROR, message=exc.message, fix=exc.fix)  # fmt: skip
        show([fault], json_out, "")
        return
    except ValueError as exc:
        raise BadInput(str(exc), file=config_path) from None
    findings = list(read_disk(config).findings)
    if online:
        findings += _online(config, platform)
    show(findings, json_out, "all is well")


def _online(config: Config, platform: str | None) -> list[Finding]:
    base = platform or ("http://127.0.0.1:8090" if config.sandbox else config.wecom.api)
    return asyncio.run(doctor.examine(config, base))
