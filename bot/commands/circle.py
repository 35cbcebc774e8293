"""``onevoice circle``: who belongs together, who wants in, who leads, who holds a role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from bot.commands import circles as shown
from bot.commands.casting import setting_of
from bot.commands.circle_figures import FIGURES
from bot.commands.circle_shop import SHOPS
from bot.commands.content import by
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking, served
from bot.core.config import Config
from bot.core.daytime import moment
from bot.core.decode import nearest
from bot.library.speech import Setting
from bot.members.circle import Circle
from bot.members.roles import ROLES
from bot.offset import clock_of
from bot.store import breaking, circles, circling, people, stays
from bot.store.circling import CircleRefused
from bot.store.engine import Tx
from scheduler import leading
from scheduler.circling import voice_of

BY_STAFF, BY_QUESTIONS = "staff", "questions"


@click.group()
def circle() -> None:
    """Circles: list, queue, admit, lead, roles; ledger, flow, links."""


for _more in (*FIGURES, *SHOPS):
    circle.add_command(_more)


def known(setting: Setting, name: str) -> Circle:
    """The circle that serves under an id. Raises click.UsageError naming the nearest."""
    return served(setting.cast.circles, "circle", name,
                  "write one in content/circles and start the service")  # fmt: skip


@circle.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every circle that serves: who leads, how many are in, how many wait, how the goal stands."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[shown.Standing]:
        cast = setting_of(tx, config, now).cast
        return [_standing(tx, one, now) for one in cast.circles.values()]

    shown.put_list(read(config, look), json_out)


def _standing(tx: Tx, one: Circle, now: int) -> shown.Standing:
    since = now - shown.GOAL_DAYS
    figures = circles.shares(tx, one.id, since)
    figures |= {"brought": len(breaking.of(tx, since, now + 1, one.id))}
    return shown.Standing(one, figures, circles.waiting(tx).get(one.id, 0),
                          circles.leaders(tx, one.id))  # fmt: skip


@circle.command()
@click.argument("name", metavar="ID")
@looking
def show(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """One circle: position, goal, leaders so far, roles, and who is in."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> shown.Shown:
        one = known(setting_of(tx, config, now), name)
        rows = stays.at(tx, "circle", name)
        names = people.names_of(tx, [row["member"] for row in rows])
        return shown.Shown(_standing(tx, one, now), circles.holders(tx, name), rows, names)

    shown.put_circle(read(config, look), config.timezone, json_out)


@circle.command()
@click.argument("name", metavar="[ID]", required=False)
@looking
def queue(name: str | None, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Who waits to be let in, the longest wait first, with his answers."""
    config = ready(config_path, data)
    shown.put_queue(read(config, lambda tx: circles.queue(tx, name)), config.timezone, json_out)


def _deciding(config: Config, name: str, act: Callable[[Tx, Setting, Circle], str]) -> None:
    """Writes once; what cannot be done is bad usage."""

    def work(tx: Tx, now: int) -> str:
        setting = setting_of(tx, config, now)
        return act(tx, setting, known(setting, name))

    try:
        click.echo(write(config, work))
    except CircleRefused as refused:
        raise click.UsageError(str(refused)) from None


@circle.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@click.option("--answer", multiple=True, metavar="TEXT", help="One for each question, in order.")
@beside
def apply(
    name: str, member: str, answer: tuple[str, ...], config_path: Path, data: Path | None
) -> None:
    """MEMBER wants into the circle: let in where it is open, else put in the queue."""

    def act(tx: Tx, setting: Setting, one: Circle) -> str:
        shown.shut(one, circles.full(tx, one.id, one.admission.most))
        if one.admission.how == "open":
            circling.admit(tx, one.id, member, setting.now, rule="open", actor=user(),
                           persona=voice_of(tx, setting, one, member))  # fmt: skip
            return f"{member}: is in {one.id}"
        if len(answer) != len(one.admission.questions):
            asked = "; ".join(one.admission.questions)
            raise CircleRefused(f"--answer: {len(one.admission.questions)} are asked for: {asked}")
        told = dict(zip(one.admission.questions, answer, strict=True))
        circling.apply(tx, one.id, member, told, setting.now)
        return f"{member}: waits in the queue of {one.id}"

    _deciding(ready(config_path, data), name, act)


@circle.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@click.option("--inviter", default="", metavar="MEMBER", help="Who brought him, if anybody did.")
@by
@beside
def admit(
    name: str, member: str, inviter: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """Let MEMBER in."""

    def act(tx: Tx, setting: Setting, one: Circle) -> str:
        rule = BY_QUESTIONS if one.admission.how == "questions" else BY_STAFF
        voice = voice_of(tx, setting, one, member)
        new = circling.admit(tx, one.id, member, setting.now, rule=rule, actor=actor or user(),
                             inviter=inviter, persona=voice)  # fmt: skip
        return f"{member}: {'is in' if new else 'was in'} {one.id}"

    _deciding(ready(config_path, data), name, act)


@circle.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@by
@beside
def reject(
    name: str, member: str, actor: str | None, note: str, config_path: Path, data: Path | None
) -> None:
    """Turn MEMBER's application down; the flow that waits for it tells him politely."""

    def act(tx: Tx, setting: Setting, one: Circle) -> str:
        voice = voice_of(tx, setting, one, member)
        circling.reject(tx, one.id, member, setting.now, why=note or BY_STAFF,
                        actor=actor or user(), persona=voice)  # fmt: skip
        return f"{member}: not let into {one.id}"

    _deciding(ready(config_path, data), name, act)


@circle.command()
@click.argument("name", metavar="ID")
@click.argument("member")
@click.option("--himself", is_flag=True, help="He wished it.")
@by
@beside
def remove(
    name: str, member: str, himself: bool, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """MEMBER is in the circle no more; no rule takes him in again."""

    def act(tx: Tx, setting: Setting, one: Circle) -> str:
        done = circling.withdraw(tx, one.id, member, setting.now,
                                 by="himself" if himself else note or BY_STAFF,
                                 actor=actor or user())  # fmt: skip
        return f"{member}: {'is out of' if done else 'was not in'} {one.id}"

    _deciding(ready(config_path, data), name, act)


@circle.command()
@click.argument("name", metavar="ID")
@click.option("--persona", default="", help="Who leads from then on: a persona …")
@click.option("--member", default="", help="… or a member.")
@click.option("--at", default="", metavar="TIME", help='"2026-12-01 10:00"; by default now.')
@click.option("--say", "template", default="", metavar="TEMPLATE",
              help="Introduces the new leader in the circle's groups.")  # fmt: skip
@click.option("--voice", default="", metavar="PERSONA", help="Who says it; by default who leads.")
@by
@beside
def lead(
    name: str, persona: str, member: str, at: str, template: str, voice: str, actor: str | None,
    note: str, config_path: Path, data: Path | None,
) -> None:  # fmt: skip
    """Hand the circle over to another leader, now or on a day."""
    config = ready(config_path, data)

    def act(tx: Tx, setting: Setting, one: Circle) -> str:
        when = _moment(at, config.timezone) if at else setting.now
        _check_leader(tx, setting, persona, member, template, voice)
        leading.plan(tx, one.id, when, setting.now, persona=persona, member=member,
                     actor=actor or user(), note=note, template=template,
                     voice=voice or persona)  # fmt: skip
        return f"{one.id}: led by {persona or member} from {at or 'now'} on"

    _deciding(config, name, act)


def _check_leader(
    tx: Tx, setting: Setting, persona: str, member: str, template: str, voice: str
) -> None:
    if bool(persona) is bool(member):
        raise CircleRefused("name --persona or --member")
    for option, one in (("--persona", persona), ("--voice", voice)):
        if one and one not in setting.cast.scripts:
            raise CircleRefused(f"{option}: no persona {one!r} serves; "
                                f"{nearest(one, setting.cast.scripts)}")  # fmt: skip
    if member and people.known(tx, member) is None:
        raise CircleRefused(f"--member: there is no member {member!r}")
    if template and setting.cast.shelf.get(template) is None:
        raise CircleRefused(f"--say: there is no template {template!r}")
    if template and not (voice or persona):
        raise CircleRefused("--voice: say which persona introduces the new leader")


@circle.command()
@click.argument("role", type=click.Choice(sorted(ROLES)))
@click.argument("member")
@click.option("--in", "name", default="", metavar="ID", help="The circle it is for.")
@click.option("--until", default="", metavar="TIME", help='"2026-12-31 23:59"; by default open.')
@click.option("--owner", default="", metavar="STAFF", help="The colleague who looks after him.")
@click.option("--revoke", is_flag=True, help="He holds it no more.")
@by
@beside
def role(
    role: str, member: str, name: str, until: str, owner: str, revoke: bool, actor: str | None,
    note: str, config_path: Path, data: Path | None,
) -> None:  # fmt: skip
    """MEMBER holds a ROLE: kol or koc."""
    config = ready(config_path, data)
    ends = _moment(until, config.timezone) if until else None

    def act(tx: Tx, now: int) -> str:
        if name:
            known(setting_of(tx, config, now), name)
        if revoke:
            done = circling.revoke(tx, role, name, member, now, actor=actor or user())
            return f"{member}: {'holds' if done else 'held'} {role} no more"
        if ends is not None and ends <= now:
            raise click.UsageError(f"--until: {until} is over")
        circling.grant(tx, role, name, member, now, actor=actor or user(), until=ends, owner=owner)
        return (
            f"{member}: {role}{f' in {name}' if name else ''}{f' until {until}' if until else ''}"
        )

    click.echo(write(config, act))


def _moment(text: str, zone: str) -> int:
    try:
        found = moment(text, zone)
    except ValueError as exc:
        raise click.UsageError(str(exc)) from None
    if found is None:
        raise click.UsageError(f'{text!r} is no time; write it as "2026-12-01 10:00"')
    return found
