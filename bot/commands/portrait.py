"""``onevoice portrait``: what is known of a member and by whom, and what staff put right in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from bot.commands.casting import setting_of
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking, read_config
from bot.commands.personas import put_json, time
from bot.core.decode import nearest
from bot.core.needs import NEEDS
from bot.members.portrait import PURPOSES, RANKS
from bot.store import correcting, facts, feedback, people
from bot.store.engine import Tx

SOURCES = {"staff": "同事", "said": "本人", "import": "导入", "platform": "平台", "guess": "推测"}
MOST = 100
acting = click.option("--as", "actor", metavar="NAME",
                      help="Who says so; by default the system's user.")  # fmt: skip


@click.group()
def portrait() -> None:
    """What is known of a member: show, find, correct, strike, consent, need."""


@portrait.command()
@click.argument("member")
@looking
def show(member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every fact with its sources, what he agreed to, his needs and his feedback."""
    config = ready(config_path, data)
    found = read(config, lambda tx: _portrait(tx, member))
    if json_out:
        put_json(found)
        return
    for line in _lines(found, config.timezone):
        click.echo(line)


@portrait.command()
@click.argument("what", metavar="NAME=VALUE|NEED")
@beside
def find(what: str, config_path: Path, data: Path | None) -> None:
    """The first members with a fact, or with a need that has these words."""
    name, equals, value = what.partition("=")

    def look(tx: Tx) -> list[dict[str, Any]]:
        if equals:
            return facts.having(tx, name, value, 0, MOST)
        return feedback.needing(tx, what, 0, MOST)

    for row in read(ready(config_path, data), look):
        need = f"  {NEEDS[row['kind']]}：{row['word']}" if "kind" in row else ""
        click.echo(f"{row['member']}{need}")


@portrait.command()
@click.argument("member")
@click.argument("name")
@click.argument("value")
@acting
@beside
def correct(
    member: str, name: str, value: str, actor: str | None, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Say how a fact is; it goes before all other sources until it is struck out."""
    kept = _change(config_path, data, member, lambda tx, now: correcting.correct(
        tx, member, name, value, now, actor or user()))  # fmt: skip
    click.echo(f"{member}: {name} = {kept}")


@portrait.command()
@click.argument("member")
@click.argument("name")
@click.option("--source", type=click.Choice(list(RANKS)), default="", help="Only what it said.")
@acting
@beside
def strike(
    member: str, name: str, source: str, actor: str | None, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Strike out a fact, of all sources or of one; personas forget it, too."""
    _change(config_path, data, member, lambda tx, now: correcting.strike(
        tx, member, name, source, now, actor or user()))  # fmt: skip
    click.echo(f"{member}: {name} struck out")


@portrait.command()
@click.argument("member")
@click.argument("purpose", metavar="|".join([*PURPOSES, "ID"]))
@click.argument("answer", type=click.Choice(["yes", "no"]))
@acting
@beside
def consent(
    member: str, purpose: str, answer: str, actor: str | None, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """Note what he said about a purpose; promotion has a switch of its own in the inbox."""
    if purpose == "promo":
        raise click.UsageError("promotion is refused and taken up by the member, or in the inbox")
    config = read_config(config_path, data)

    def note(tx: Tx, now: int) -> None:
        scripts = setting_of(tx, config, now).cast.scripts.values()
        known = {*PURPOSES, *(name for script in scripts for name in script.consents)}
        if purpose not in known:
            raise click.UsageError(f"there is no purpose {purpose!r}; {nearest(purpose, known)}")
        correcting.consent(tx, member, purpose, answer == "yes", now, actor or user())

    _change(config_path, data, member, note)
    click.echo(f"{member}: {purpose} {answer}")


@portrait.command()
@click.argument("member")
@click.argument("need", metavar="worry:WORDS|wish:WORDS")
@acting
@beside
def need(
    member: str, need: str, actor: str | None, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Note what worries him, or what he wishes."""
    _change(config_path, data, member, lambda tx, now: feedback.note_need(
        tx, member, need, now, actor or user()))  # fmt: skip
    click.echo(f"{member}: {need}")


def _change(
    config_path: Path, data: Path | None, member: str, change: Callable[[Tx, int], Any]
) -> Any:  # fmt: skip
    def run(tx: Tx, now: int) -> Any:
        if people.known(tx, member) is None:
            raise click.UsageError(f"there is no member {member!r}")
        return change(tx, now)

    try:
        return write(ready(config_path, data), run)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None


def _portrait(tx: Tx, member: str) -> dict[str, Any]:
    if people.known(tx, member) is None:
        raise click.UsageError(f"there is no member {member!r}")
    needs, said = feedback.of_member(tx, member)
    consents = facts.consents(tx, member)
    return {
        "member": member,
        "facts": [fact._asdict() for fact in facts.of(tx, member)],
        "consents": {purpose: {"given": one.given, "at": one.at, "origin": one.origin}
                     for purpose, one in consents.items()},
        "needs": [{key: row[key] for key in ("kind", "word", "at", "inbox", "text", "noted_by")}
                  for row in needs],
        "feedback": [{key: row[key] for key in ("product", "theme", "mood", "quote", "at")}
                     for row in said],
    }  # fmt: skip


def _lines(found: dict[str, Any], zone: str) -> Iterator[str]:
    for fact in found["facts"]:
        sure = f"，把握 {fact['confidence']}%" if fact["source"] == "guess" else ""
        state = "" if fact["won"] else "（不使用：本人不同意）" if fact["held"] else "（未采用）"
        yield (f"{fact['name']}  {fact['value']}  {SOURCES[fact['source']]}"
               f" {time(fact['at'], zone)}{sure}{state}")  # fmt: skip
    for purpose, one in found["consents"].items():
        said = "同意" if one["given"] else "不同意"
        yield f"{PURPOSES.get(purpose, purpose)}  {said} {time(one['at'], zone)}"
    for row in found["needs"]:
        words = f"：{row['text']}" if row["text"] else ""
        yield f"{NEEDS[row['kind']]}  {row['word']}  {time(row['at'], zone)}{words}"
    for row in found["feedback"]:
        yield f"{row['product'] or '品牌'} · {row['theme']}  {row['quote']}"
