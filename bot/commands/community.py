"""``onevoice community``: what taking part in circles came to, why, and what staff put right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands import communities as shown
from bot.commands.acting import once_in
from bot.commands.casting import setting_of
from bot.commands.content import by
from bot.commands.database import read, ready, user
from bot.commands.options import beside, looking
from bot.community.rules import Community
from bot.core.clock import DAY
from bot.core.decode import nearest
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import claiming, communityterms, honouring, honours, people
from bot.store.engine import Tx
from scheduler import entitling

F = TypeVar("F", bound=Callable[..., Any])
POINTS = "points"


@click.group()
def community() -> None:
    """Points, levels, badges, code-names and rights in circles, and why somebody has them."""


def _within(fn: F) -> F:
    return click.option("--in", "circle", metavar="CIRCLE", default="",
                        help="May be left out while only one has rules.")(fn)  # fmt: skip


def _rules(tx: Tx, circle: str) -> Community:
    """The rules of a circle, or of the only one. Raises click.UsageError."""
    there = communityterms.now_of(tx)
    if not circle and len(there) == 1:
        return next(iter(there.values()))
    if circle in there:
        return there[circle]
    if not there:
        raise click.UsageError("no circle has rules; write a content/community/CIRCLE.toml")
    raise click.UsageError(f"name a circle with --in: {nearest(circle, there)}" if circle else
                           f"name a circle with --in: {', '.join(sorted(there))}")  # fmt: skip


def _there(tx: Tx, member: str) -> None:
    if people.known(tx, member) is None:
        raise click.UsageError(f"no member {member!r}")


@community.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every circle with rules: its levels and badges, and how many have them."""
    config = ready(config_path, data)
    rows = read(config, lambda tx: [(one, honours.counts(tx, one.circle))
                                    for one in communityterms.now_of(tx).values()])  # fmt: skip
    shown.put_list(rows, json_out)


@community.command()
@click.argument("member")
@looking
def show(member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """What MEMBER has in each circle, and what he may take."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> tuple[list[dict[str, Any]], list[claiming.Offer]]:
        _there(tx, member)
        return honours.of(tx, member), entitling.offers(tx, setting_of(tx, config, now), member)

    shown.put_member(*read(config, look), config.timezone, json_out)


@community.command()
@click.argument("member")
@click.argument("what")
@_within
@looking
def why(
    member: str, what: str, circle: str, config_path: Path, data: Path | None, json_out: bool
) -> None:
    """The events to which MEMBER owes WHAT: points, a badge or a level, by its id or title."""
    config = ready(config_path, data)

    def look(tx: Tx) -> shown.Reasons:
        _there(tx, member)
        rules = _rules(tx, circle)
        if what == POINTS:
            return shown.Reasons(POINTS, honours.why_points(tx, member, rules.circle))
        badge = next((one for one in rules.badges if what in (one.id, one.title)), None)
        if badge is not None:
            held, because = honours.why_badge(tx, member, rules.circle, badge.id)
            return shown.Reasons(badge.title, because, held)
        level = next((one for one in rules.levels if what in (one.id, one.title)), None)
        if level is None:
            known = [*(one.id for one in rules.badges), *(one.id for one in rules.levels)]
            raise click.UsageError(f"{rules.circle} has no {what!r}; {nearest(what, known)}")
        return shown.Reasons(level.title,
                             honours.why_level(tx, member, rules.circle, level.id))  # fmt: skip

    shown.put_reasons(read(config, look), config.timezone, json_out)


@community.command()
@click.argument("circle")
@click.option("--days", type=click.IntRange(1, 3660), help="By what was earned in so many days.")
@looking
def top(
    circle: str, days: int | None, config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """Who of CIRCLE has the most points."""
    config = ready(config_path, data)
    since = clock_of(config).now() - days * DAY if days else None
    shown.put_top(read(config, lambda tx: honours.top(tx, _rules(tx, circle).circle, since=since)),
                  json_out)  # fmt: skip


@community.command()
@click.argument("circle")
@looking
def wall(circle: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """The wall of honour of CIRCLE, the latest first."""
    config = ready(config_path, data)

    def look(tx: Tx) -> tuple[Community, list[dict[str, Any]]]:
        rules = _rules(tx, circle)
        return rules, honours.wall(tx, rules)

    shown.put_wall(*read(config, look), config.timezone, json_out)


@community.command()
@click.argument("badge")
@click.argument("member")
@_within
@by
@beside
def grant(
    badge: str, member: str, circle: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """MEMBER gets BADGE; --note says why, and he may read it."""

    def act(tx: Tx, setting: Setting) -> str:
        done = honouring.honour(tx, _rules(tx, circle), badge, member, setting.now, why=note,
                                actor=actor or user())  # fmt: skip
        return f"{member}: {badge}" if done else f"{member}: has {badge} already"

    once_in(config_path, data, act)


@community.command()
@click.argument("badge")
@click.argument("member")
@_within
@by
@beside
def revoke(
    badge: str, member: str, circle: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """BADGE is taken back from MEMBER; no rule gives it to him again."""

    def act(tx: Tx, setting: Setting) -> str:
        done = honouring.unhonour(tx, _rules(tx, circle).circle, badge, member, setting.now,
                                  why=note, actor=actor or user())  # fmt: skip
        return f"{member}: {badge} taken back" if done else f"{member}: has no {badge}"

    once_in(config_path, data, act)


@community.command(context_settings={"ignore_unknown_options": True})
@click.argument("member")
@click.argument("number", type=int)
@_within
@by
@beside
def points(
    member: str, number: int, circle: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """Gives MEMBER so many points, or takes them (-20)."""

    def act(tx: Tx, setting: Setting) -> str:
        has = honouring.correct(tx, _rules(tx, circle), member, number, setting.now, why=note,
                                actor=actor or user())  # fmt: skip
        return f"{member}: {number:+}, has {has} points"

    once_in(config_path, data, act)


@community.command()
@click.argument("event")
@click.option("--back", is_flag=True, help="It counts after all.")
@by
@beside
def strike(
    event: str, back: bool, actor: str | None, note: str, config_path: Path, data: Path | None
) -> None:
    """EVENT (as `why` names it) does not count: what it gave goes, with all that followed."""

    def act(tx: Tx, setting: Setting) -> str:
        found = honouring.strike(tx, event, setting.now, why=note, actor=actor or user(), back=back)
        return f"{found.member}: {found.kind} {'counts again' if back else 'does not count'}"

    once_in(config_path, data, act)


@community.command()
@click.argument("member")
@click.argument("name", required=False, default="")
@_within
@by
@beside
def codename(
    member: str, name: str, circle: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """What MEMBER is called in the circle; without NAME one of the file's."""

    def act(tx: Tx, setting: Setting) -> str:
        made = honouring.name(tx, _rules(tx, circle), member, name, setting.now,
                              actor=actor or user())  # fmt: skip
        return f"{member}: {made}"

    once_in(config_path, data, act)


@community.command()
@click.argument("member")
@click.argument("right")
@_within
@by
@beside
def claim(
    member: str, right: str, circle: str, actor: str | None, note: str, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """MEMBER takes RIGHT, if it is open to him and one is left."""

    def act(tx: Tx, setting: Setting) -> str:
        rules = _rules(tx, circle)
        made = entitling.claim(tx, setting, rules.circle, right, member, actor or user())
        return f"{member}: {right} ({made.dedupe})"

    once_in(config_path, data, act)


@community.command("take-back")
@click.argument("event")
@by
@beside
def take_back(
    event: str, actor: str | None, note: str, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """The right that was taken by EVENT is free again."""

    def act(tx: Tx, setting: Setting) -> str:
        claiming.take_back(tx, event, setting.now, why=note, actor=actor or user())
        return f"{event}: taken back"

    once_in(config_path, data, act)
