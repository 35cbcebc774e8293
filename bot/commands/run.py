"""``onevoice run``: everything."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click
import uvloop

from bot.app import App
from bot.commands.options import beside, read_config
from bot.core import heap, logs
from bot.core.config import Config
from bot.core.credentials import known_secrets
from bot.held import hold
from bot.platform import choose
from bot.store.opening import where
from bot.workers import ROLES


@click.command()
@beside
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the callbacks; 0 = any.")
@click.option("--sandbox-port", type=click.IntRange(0, 65535), default=8090, show_default=True,
              help="Port of the bundled sandbox; 0 = any.")  # fmt: skip
@click.option("--platform", metavar="URL", help="Use a sandbox that runs already.")
@click.option("--for", "seconds", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="Stop after this time.")  # fmt: skip
@click.option("--roles", default=",".join(ROLES), show_default=True, metavar="A,B",
              help="What this process does.")  # fmt: skip
def run(
    config_path: Path, data: Path | None, port: int | None, sandbox_port: int,
    platform: str | None, seconds: float | None, roles: str,
) -> None:  # fmt: skip
    """Start everything and print a line `ready {json}`."""
    config = read_config(config_path, data)
    chosen = _roles(roles)
    logs.set_up(config.log_level, config.log_format)
    logs.keep_secret(known_secrets(config))
    app = App(config, port=config.web.port if port is None else port, roles=chosen,
              platform=choose(config, platform, sandbox_port))  # fmt: skip
    with hold(config.data_dir) if _alone(config, platform) else nullcontext():
        uvloop.run(_serve(app, config, seconds))


def _alone(config: Config, platform: str | None) -> bool:
    """True when the data folder belongs to one process: it holds the database, or the world of a
    sandbox of its own."""
    return isinstance(where(config), Path) or (config.sandbox and not platform)


def _roles(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in ROLES]
    if unknown or not names:
        raise click.UsageError(f"--roles {text}: choose from {', '.join(ROLES)}")
    return names


async def _serve(app: App, config: Config, seconds: float | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if seconds is not None:
        loop.call_later(seconds, stop.set)
    async with app.running() as urls:
        heap.settle()
        _first_run(urls.console, app)
        click.echo(f"ready {json.dumps(asdict(urls))}")
        sys.stdout.flush()
        _greet(urls.sandbox)
        await stop.wait()


def _first_run(console: str | None, app: App) -> None:
    """Nobody can sign in yet: how the first one gets in. Only here, and never in the log."""
    code = app.console.set_up_code if app.console is not None else ""
    if code:
        click.echo(
            f"\n  控制台还没有账号：打开 {console}/setup ，填设置码 {code}"
            f"\n  no account yet: open {console}/setup with set-up code {code}\n",
            err=True,
        )


def _greet(sandbox: str | None) -> None:
    if sandbox and sys.stdout.isatty():
        click.echo(
            f"\n  打开 {sandbox}/phone ，加一位同事，就能和人设聊天了。  Ctrl-C 结束。\n", err=True
        )
