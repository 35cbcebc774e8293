"""``onevoice staff``: accounts of the console, also before anybody can sign in."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.commands.database import read, user, write
from bot.commands.options import as_json, beside, read_config
from bot.console.passwords import Passwords, fault, spelled
from bot.console.rights import ROLES
from bot.console.words import say
from bot.core.clock import SystemClock, local
from bot.core.config import Config
from bot.store import staff as accounts
from bot.store.engine import Tx
from bot.store.opening import migrate_store


@click.group()
def staff() -> None:
    """Accounts of the console: add, list, reset."""


from_stdin = click.option("--password-stdin", is_flag=True,
                          help="Read the password from stdin instead of making one.")  # fmt: skip


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What this person may do.")
@click.option("--wecom", "userid", default="", metavar="USERID", help="Who it is in WeCom.")
@from_stdin
@beside
def add(name: str, role: str, userid: str, password_stdin: bool, config_path: Path,
        data: Path | None) -> None:  # fmt: skip
    """Make an account with the login NAME; prints its password once."""
    config = _ready(config_path, data)
    password, kept = _password(name, password_stdin)

    def make(tx: Tx, now: int) -> None:
        accounts.add(tx, name, role, kept, now, actor=user(), made=not password_stdin,
                     userid=userid)  # fmt: skip

    write(config, make)
    _tell(name, password, password_stdin)


@staff.command()
@click.argument("name")
@from_stdin
@beside
def reset(name: str, password_stdin: bool, config_path: Path, data: Path | None) -> None:
    """A new password for NAME, who is signed out everywhere; prints it once."""
    config = _ready(config_path, data)
    found = read(config, lambda tx: accounts.by_login(tx, name))
    if found is None:
        known = ", ".join(a.login for a in read(config, accounts.everybody)) or "none"
        raise click.UsageError(f"no account {name!r}; known: {known}")
    password, kept = _password(name, password_stdin)
    write(config, lambda tx, now: accounts.set_password(
        tx, found[0].id, kept, now, actor=user(), made=not password_stdin))  # fmt: skip
    _tell(name, password, password_stdin)


@staff.command("list")
@as_json
@beside
def listing(json_out: bool, config_path: Path, data: Path | None) -> None:
    """Who may sign in, and as what."""
    config = _ready(config_path, data)
    people = read(config, accounts.everybody)
    if json_out:
        click.echo(json.dumps([_row(one) for one in people], ensure_ascii=False))
        return
    for one in people:
        seen = f"{local(one.seen_at, config.timezone):%Y-%m-%d %H:%M}" if one.seen_at else "never"
        state = "disabled" if one.disabled_at else "active"
        words = [one.login, one.role, one.userid or "-", state, f"seen {seen}"]
        click.echo("  ".join(words))
    if not people:
        click.echo("no account yet; 'onevoice staff add NAME --role owner' makes one")


def _row(one: accounts.Account) -> dict[str, object]:
    return {"login": one.login, "role": one.role, "userid": one.userid,
            "disabled": one.disabled_at is not None, "must_change": one.must_change,
            "created_at": one.created_at, "seen_at": one.seen_at}  # fmt: skip


def _ready(path: Path, data: Path | None) -> Config:
    """The configuration with its database, which is made when there is none."""
    config = read_config(path, data)
    migrate_store(config, SystemClock().now())
    return config


def _password(name: str, given: bool) -> tuple[str, str]:
    """(the password, its hash)."""
    password = sys.stdin.readline().rstrip("\r\n") if given else spelled()
    if wrong := fault(password, name):
        raise click.UsageError(f"--password-stdin: {say('en', wrong)}")
    return password, Passwords().hash_now(password)


def _tell(name: str, password: str, given: bool) -> None:
    login = accounts.normal(name)
    click.echo(login if given else f"{login}  {password}")
    if not given:
        click.echo("shown only now; to be changed at the first sign-in", err=True)
