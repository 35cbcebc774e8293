"""The ``onevoice`` command. Exit 0 = done, 1 = a finding, 2 = bad usage or unreadable input.

An error is one line on stderr that says what to change; never a traceback.
"""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from bot import __version__
from bot.core.errors import OneVoiceError

# Each is a file of bot/commands and the name of the command in it.
COMMANDS = (
    "run", "sandbox", "check", "lint", "render", "test", "ask", "persona", "content", "circle",
    "activity", "reward", "community", "seeds", "mission", "atmosphere", "health", "moderation",
    "consent", "campaign", "flow", "segment", "calendar", "mix", "why", "import", "media", "log",
    "staff", "members", "orders", "portrait", "feedback", "invite", "koc", "formula", "weather",
    "migrate", "backup", "restore", "store", "bench", "rehearse", "init",
)  # fmt: skip
# No file of Python can be called so.
FILES = {"import": "imports"}


class Commands(click.Group):
    """Imports a command when it is wanted: all of them together take over a second, and whoever
    rolls a version back should not have to wait for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        file = FILES.get(cmd_name, cmd_name)
        found = getattr(importlib.import_module(f"bot.commands.{file}"), file)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onevoice")
def cli() -> None:
    """OneVoice (同声): many accounts, one persona, on WeChat Work."""


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
