"""``onevoice check``: the doctor."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import click

from bot.commands.checkup import make_case, read_content, read_mix
from bot.commands.lint import show
from bot.commands.options import looking, read_config
from bot.core.clock import SystemClock, local
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.findings import Finding, of_faults
from bot.library.disk import read_disk
from bot.platform import PlatformMissing, Sandbox
from bot.wecom import doctor

SANDBOX = "http://127.0.0.1:8090"


@click.command()
@looking
@click.option("--online", is_flag=True, help="Also walk the platform's set-up, step by step.")
@click.option("--platform", metavar="URL", help="Ask this platform instead of the configured one.")
@click.option("--port", type=int, hidden=True, help="Where `run` listens, if it was told so.")
def check(
    config_path: Path, data: Path | None, json_out: bool, online: bool, platform: str | None,
    port: int | None,
) -> None:  # fmt: skip
    """Check configuration, machine, personas and content; name the fix for every fault."""
    try:
        config = read_config(config_path, data)
    except BadInput as exc:
        if not config_path.is_file():
            raise
        show(of_faults(exc, "config"), json_out, "")
        return
    config = config if port is None else replace(config, web=replace(config.web, port=port))
    base = platform or (SANDBOX if config.sandbox else config.wecom.api)
    show(asyncio.run(examine(config, config_path, base, online=online)), json_out, "all is well")


async def examine(config: Config, path: Path, base: str, *, online: bool) -> list[Finding]:
    """Every finding, of the files first."""
    disk = read_disk(config)
    clock = SystemClock()
    if online and config.sandbox:
        await _follow(base, clock)
    case = make_case(config, path, disk, clock, base)
    return [*disk.findings, *read_content(config, disk, local(clock.now(), config.timezone).date()),
            *read_mix(config, case.doc, disk),
            *await doctor.examine(case, online=online)]  # fmt: skip


async def _follow(base: str, clock: SystemClock) -> None:
    """The sandbox has a clock of its own, and the bot goes by it."""
    try:
        await Sandbox(base).look(clock)
    except PlatformMissing:
        return  # the doctor says so in its own words
