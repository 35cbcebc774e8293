"""How ``onevoice community`` shows what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.community.badges import Held
from bot.community.rules import Community
from bot.store import honours
from bot.store.claiming import SAID, Offer
from bot.store.honours import Because

Counts = tuple[Mapping[str, int], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why somebody has something: the events, and of a badge who gave it."""

    what: str
    because: Sequence[Because]
    held: Held | None = None


def put_list(rows: Sequence[tuple[Community, Counts]], json_out: bool) -> None:
    """Circles with how many are at each level and have each badge."""
    if json_out:
        put_json({"circles": [_circle(rules, *counts) for rules, counts in rows]})
        return
    for rules, (levels, badges) in rows:
        click.echo(f"{rules.circle}  v{rules.version}")
        for level in rules.levels:
            click.echo(f"  {level.start:>6}  {level.title}  {levels.get(level.id, 0)}")
        for badge in rules.badges:
            click.echo(f"  {badge.icon} {badge.title} ({badge.id})  {badges.get(badge.id, 0)}")


def _circle(rules: Community, levels: Mapping[str, int], badges: Mapping[str, int]) -> Any:
    return {
        "circle": rules.circle, "version": rules.version,
        "levels": [{"id": one.id, "title": one.title, "from": one.start,
                    "members": levels.get(one.id, 0)} for one in rules.levels],
        "badges": [{"id": one.id, "title": one.title, "by": one.by, "honour": one.honour,
                    "members": badges.get(one.id, 0)} for one in rules.badges],
    }  # fmt: skip


def put_member(
    found: Sequence[Mapping[str, Any]], offers: Sequence[Offer], zone: str, json_out: bool
) -> None:  # fmt: skip
    """One person's circles and rights."""
    if json_out:
        put_json({"community": list(found), "rights": [_right(one) for one in offers]})
        return
    for one in found:
        ahead = f", {one['next_at'] - one['points']} to {one['next']}" if one["next"] else ""
        click.echo(f"{one['circle']}: {one['points']} points (may spend {one['balance']}), "
                   f"{one['level'] or 'no level'}{ahead}")  # fmt: skip
        if one["codename"]:
            click.echo(f"  is called {one['codename']}")
        for badge in one["badges"]:
            by = f", by staff: {badge['why']}" if badge["by"] == "staff" else ""
            click.echo(f"  {badge['title']} since {time(badge['at'], zone)}{by}")
    for offer in offers:
        left = "" if offer.left is None else f", {offer.left} left"
        said = "he may take it" if offer.state == "open" else SAID[offer.state]
        click.echo(f"{offer.circle}: {offer.right.title} ({offer.right.id}): {said}{left}")
    if not found:
        click.echo("nothing yet")


def _right(one: Offer) -> Mapping[str, Any]:
    return {"circle": one.circle, "id": one.right.id, "title": one.right.title,
            "state": one.state, "taken": one.taken, "left": one.left}  # fmt: skip


def put_reasons(found: Reasons, zone: str, json_out: bool) -> None:
    """The events that something rests on."""
    rows = [_reason(one) for one in found.because]
    held = found.held
    if json_out:
        by = None if held is None else {"by": held.by, "why": held.why, "actor": held.actor,
                                        "until": held.until}  # fmt: skip
        put_json({"what": found.what, "badge": by, "because": rows})
        return
    if held is not None and (held.by == "staff" or held.until is not None):
        did = "taken back" if held.until is not None else "given"
        click.echo(f"{found.what}: {did} by {held.actor or 'staff'}: {held.why}")
    table = [(time(row["at"], zone), row["kind"], row["place"], row.get("points", ""),
              row.get("rule", ""), row.get("why", ""), row["event"]) for row in rows]  # fmt: skip
    if not table:
        click.echo(f"{found.what}: he does not have it")
        return
    head = ("at", "kind", "place", "points", "rule", "less because", "event")
    click.echo(tabulate(table, headers=head, disable_numparse=True))


def _reason(one: Because) -> dict[str, Any]:
    event, grant = one.event, one.grant
    row = {"event": event.dedupe, "at": event.at, "kind": event.kind.value, "place": event.place}
    if grant is not None:
        row |= {"points": grant.amount, "wanted": grant.wanted, "rule": grant.rule,
                "why": grant.why}  # fmt: skip
    return row


def put_top(rows: Sequence[Mapping[str, Any]], json_out: bool) -> None:
    """A list by points."""
    if json_out:
        put_json({"members": [dict(row) for row in rows]})
        return
    table = [(n, row["member"], row["codename"] or row["name"] or "", row["points"], row["level"])
             for n, row in enumerate(rows, 1)]  # fmt: skip
    click.echo(tabulate(table, headers=("", "member", "name", "points", "level"),
                        disable_numparse=True))  # fmt: skip


def put_wall(
    rules: Community, rows: Sequence[Mapping[str, Any]], zone: str, json_out: bool
) -> None:  # fmt: skip
    """Who was honoured."""
    if json_out:
        put_json({"wall": [dict(row) for row in rows]})
        return
    table = [(time(row["at"], zone), row["codename"] or row["name"] or row["member"],
              honours.title(rules, row["badge"]), row["why"]) for row in rows]  # fmt: skip
    click.echo(tabulate(table, headers=("at", "who", "badge", "why"), disable_numparse=True))
