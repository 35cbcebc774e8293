"""The ``onevoice`` command. Exit 0 = done, 1 = a finding, 2 = bad usage or unreadable input.

An error is one line on stderr that says what to change; never a traceback.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from bot import __version__
from bot.commands.ask import ask
from bot.commands.backup import backup
from bot.commands.bench import bench
from bot.commands.check import check
from bot.commands.lint import lint
from bot.commands.log import log
from bot.commands.migrate import migrate
from bot.commands.persona import persona
from bot.commands.restore import restore
from bot.commands.run import run
from bot.commands.sandbox import sandbox
from bot.commands.store import store
from bot.commands.test import test
from bot.core.errors import OneVoiceError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onevoice")
def cli() -> None:
    """OneVoice (同声): many accounts, one persona, on WeChat Work."""


for command in (
    run, sandbox, check, lint, test, ask, persona, log, migrate, backup, restore, store, bench,
):  # fmt: skip
    cli.add_command(command)


def main(argv: list[str] | None = None) -> NoReturn:
    """Runs one command and exits."""
    try:
        code = cli.main(args=argv, standalone_mode=False)
    except click.exceptions.Exit as exc:
        code = exc.exit_code
    except (click.ClickException, click.Abort) as exc:
        message = exc.format_message() if isinstance(exc, click.ClickException) else "interrupted"
        _say(message)
        code = 2
    except OneVoiceError as exc:
        _say(str(exc))
        code = 2
    except BrokenPipeError:
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str) -> None:
    click.echo(f"onevoice: {' '.join(message.split())}", err=True)
