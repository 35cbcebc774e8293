"""``onevoice invite``: codes, who came by whose, what was refused, who carries the word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from tabulate import tabulate

from bot.commands.database import read, ready, user, write
from bot.commands.options import as_json, beside, looking, with_config, with_data
from bot.commands.period import moment, period, with_period
from bot.commands.personas import put_json, time
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.members import codes as letters
from bot.members import terms as wanted
from bot.members.invites import Code, Verdict
from bot.offset import clock_of
from bot.store import codes, people, persons, terms, tree
from bot.store.codes import Purpose
from bot.store.engine import Tx

F = TypeVar("F", bound=Callable[..., Any])
MANY = click.IntRange(1, 10_000)
# For staff; pages have their own catalogue of words.
WORDS: Mapping[Verdict, str] = {
    Verdict.TAKEN: "算数", Verdict.REPLACED: "后来又用了别的码", Verdict.WAITING: "还没成为会员",
    Verdict.UNKNOWN: "没有这个邀请码", Verdict.EXPIRED: "邀请码已失效", Verdict.SELF: "是自己的码",
    Verdict.OLD: "早就是会员了", Verdict.STALE: "用码之后隔太久才来",
    Verdict.LOOP: "邀请人比他来得晚", Verdict.BURST: "短时间内太多人用同一个人的码",
}  # fmt: skip


def ranking(fn: F) -> F:
    """The options of a list of those who did most in a period."""
    many = click.option("-n", default=20, show_default=True, type=MANY, help="How many.")
    return with_period(many(with_config(with_data(as_json(fn)))))


@click.group()
def invite() -> None:
    """Invitations: code, codes, end, tree, top, refused, advocates."""


@invite.command()
@click.argument("member", required=False)
@click.option("--persona", default="", metavar="P", help="For one persona.")
@click.option("--circle", default="", metavar="C", help="For one circle.")
@click.option("--campaign", default="", metavar="K", help="For one campaign.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY",
              help="It counts until before that day; by default for good.")  # fmt: skip
@click.option("--link", metavar="URL", help="Print this address with the code in it.")
@beside
def code(member: str | None, persona: str, circle: str, campaign: str, until: datetime | None,
         link: str | None, config_path: Path, data: Path | None) -> None:  # fmt: skip
    """The code of MEMBER for a purpose, made when there is none. Without MEMBER it is that of the
    persona, circle or campaign itself."""
    config = ready(config_path, data)
    if not (member or persona or circle or campaign):
        raise click.UsageError("name a MEMBER, --persona, --circle or --campaign")

    def make(tx: Tx, now: int) -> Code:
        if member and people.known(tx, member) is None:
            raise _unknown(member)
        terms.adopt(tx, wanted.of(config.invites), now, user())
        owner = persons.person_of(tx, [member])[member] if member else ""
        purpose = Purpose(owner=owner, persona=persona, circle=circle, campaign=campaign)
        return codes.make(tx, purpose, now, user(), moment(until, config.timezone))

    made = write(config, make).code
    try:
        click.echo(letters.address(link, made) if link else made)
    except ValueError as wrong:
        raise click.UsageError(f"--link {link}: {wrong}") from None


@invite.command("codes")
@click.argument("member", required=False)
@looking
def listing(member: str | None, config_path: Path, data: Path | None, json_out: bool) -> None:
    """All codes, or those of MEMBER."""
    config = ready(config_path, data)
    found = read(config, lambda tx: codes.of(tx, persons.ids_of(tx, member)) if member
                 else list(_every(tx)))  # fmt: skip
    if json_out:
        put_json({"codes": [asdict(one) for one in found]})
        return
    _put([(one.code, one.owner, one.persona, one.circle, one.campaign, _when(one.since, config),
           _when(one.until, config)) for one in found],
         ("code", "owner", "persona", "circle", "campaign", "since", "until"))  # fmt: skip


def _every(tx: Tx) -> Sequence[Code]:
    found: list[Code] = []
    while page := codes.page(tx, found[-1].code if found else ""):
        found += page
    return found


@invite.command()
@click.argument("code")
@click.option("--reason", default="", metavar="TEXT", help="It stands in the history.")
@beside
def end(code: str, reason: str, config_path: Path, data: Path | None) -> None:
    """CODE counts no more from now on; who came by it stays."""
    config = ready(config_path, data)
    word = letters.normal(code)
    if not write(config, lambda tx, now: codes.end(tx, word, now, user(), reason)):
        raise BadInput(f"{code}: no code that is in force", fix="see 'onevoice invite codes'")
    click.echo(f"{word}: ended")


@invite.command("tree")
@click.argument("member")
@looking
def show(member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Who invited MEMBER, whom he invited, and which codes he named."""
    config = ready(config_path, data)

    def look(tx: Tx) -> dict[str, Any]:
        if people.known(tx, member) is None:
            raise _unknown(member)
        person = persons.person_of(tx, [member])[member]
        return {"member": person, "above": [asdict(one) for one in tree.above(tx, person)],
                "size": asdict(tree.size(tx, person)), "claims": tree.claims(tx, person),
                "below": [asdict(one) for one in tree.below(tx, person)]}  # fmt: skip

    found = read(config, look)
    if json_out:
        put_json(found)
        return
    for step in found["above"]:
        click.echo(f"↑ {step['inviter']} {step['name']}（{step['code']}）")
    size = found["size"]
    click.echo(f"{found['member']}：直接邀请 {size['direct']} 人，往下共 {size['below']} 人，"
               f"{size['depth']} 层")  # fmt: skip
    for one in found["below"]:
        came = time(one["at"], config.timezone)
        click.echo(f"↓ {one['member']} {one['name']}（{one['code']}，{came}，"
                   f"往下 {one['size']['below']} 人）")  # fmt: skip
    for claim in found["claims"]:
        click.echo(f"  {time(claim['at'], config.timezone)}  {claim['code']}  "
                   f"{WORDS[Verdict(claim['verdict'])]}")  # fmt: skip


@invite.command()
@ranking
def top(since: datetime | None, until: datetime | None, n: int, config_path: Path,
        data: Path | None, json_out: bool) -> None:  # fmt: skip
    """Who invited most of those who became members in a period."""
    found = _ranked(tree.top, ready(config_path, data), since, until, n)
    _put_ranked("top", found, ("member", "name", "invited"), json_out)


@invite.command()
@click.option("-n", default=50, show_default=True, type=MANY, help="How many, the latest first.")
@looking
def refused(n: int, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Codes that were named and do not count, and why."""
    config = ready(config_path, data)
    found = read(config, lambda tx: tree.refused(tx, n=n))
    if json_out:
        put_json({"refused": [asdict(one) for one in found]})
        return
    _put([(_when(one.at, config), one.member, one.name, one.code, one.inviter,
           WORDS[one.verdict]) for one in found],
         ("at", "member", "name", "code", "inviter", "why"))  # fmt: skip


@invite.command()
@ranking
def advocates(since: datetime | None, until: datetime | None, n: int, config_path: Path,
              data: Path | None, json_out: bool) -> None:  # fmt: skip
    """Who passes us on, speaks well of us and brings others, in a period."""
    found = _ranked(tree.advocates, ready(config_path, data), since, until, n)
    _put_ranked("advocates", found, ("member", "name", "shared", "praised", "invited"), json_out)


def _ranked(
    read_top: Callable[[Tx, int, int, int], Sequence[Any]], config: Config,
    since: datetime | None, until: datetime | None, n: int,
) -> list[dict[str, Any]]:  # fmt: skip
    begins, ends = period(since, until, clock_of(config).now(), config.timezone)
    return [asdict(one) for one in read(config, lambda tx: read_top(tx, begins, ends, n))]


def _put_ranked(
    name: str, found: Sequence[Mapping[str, Any]], columns: Sequence[str], json_out: bool
) -> None:
    if json_out:
        put_json({name: found})
        return
    _put([tuple(str(one[column]) for column in columns) for one in found], columns)


def _unknown(member: str) -> BadInput:
    return BadInput(f"there is no member {member!r}",
                    fix="write the id that the log or the platform shows")  # fmt: skip


def _when(at: int | None, config: Config) -> str:
    return time(at, config.timezone) if at is not None else ""


def _put(rows: Sequence[tuple[str, ...]], headers: Sequence[str]) -> None:
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))
