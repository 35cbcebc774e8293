"""How ``onevoice content`` and ``onevoice consent`` show what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.store import review, wanted
from bot.store.engine import Row, Tx
from bot.store.review import APPROVED, Listed, Standing
from bot.store.ugc import Consent
from bot.store.wanted import Wanted

PERSONA = "persona"  # has a command of its own
COLUMNS = ("name", "newest", "state", "author", "serves", "by", "since", "file")
Awaited = Mapping[tuple[str, str], Wanted]


def listed(tx: Tx) -> tuple[list[Listed], Awaited]:
    """Everything but personas, and which files are still to be written."""
    awaited = {(one.kind, one.name): one for one in wanted.standing(tx)}
    return [one for one in review.newest(tx) if one.newest.kind != PERSONA], awaited


def show(
    found: Sequence[Listed], awaited: Awaited, state: str | None, zone: str, json_out: bool
) -> None:  # fmt: skip
    """The list, or what of it is in one state."""
    rows = [one for one in found if state in (None, one.newest.state)]
    if json_out:
        put_json({"content": [_document(one, awaited) for one in rows]})
        return
    table = [_row(one, awaited, zone) for one in rows]
    click.echo(tabulate(table, headers=COLUMNS, disable_numparse=True))


def _name(one: Standing) -> str:
    return f"flows/{one.name}" if one.kind == "flow" else one.name


def _row(one: Listed, awaited: Awaited, zone: str) -> tuple[str, ...]:
    new, want = one.newest, awaited.get((one.newest.kind, one.newest.name))
    state = new.state
    if one.serving is None and state == APPROVED:
        state = "approved, withdrawn"
    file = f"to be v{want.version}" + (f": {want.note}" if want.note else "") if want else ""
    return (_name(new), f"v{new.version}", state, new.author,
            f"v{one.serving}" if one.serving else "-", one.served_by or "-",
            time(one.since, zone) if one.since else "-", file)  # fmt: skip


def _document(one: Listed, awaited: Awaited) -> Row:
    want = awaited.get((one.newest.kind, one.newest.name))
    return {**asdict(one.newest), "serving": one.serving, "served_by": one.served_by,
            "since": one.since, "file": asdict(want) if want else None}  # fmt: skip


def show_history(
    name: str, known: Sequence[Standing], trail: Sequence[Row], zone: str, json_out: bool
) -> None:  # fmt: skip
    """All versions, then who decided what about them, oldest first."""
    steps = [{"version": _number(row), **{key: row[key] for key in _STEP}} for row in trail]
    if json_out:
        put_json({"name": name, "versions": [asdict(one) for one in known], "history": steps})
        return
    rows = [(f"v{one.version}", one.state, one.author, time(one.made_at, zone), one.note)
            for one in known]  # fmt: skip
    click.echo(tabulate(rows, headers=("version", "state", "author", "made", "note"),
                        disable_numparse=True))  # fmt: skip
    told = [(time(step["at"], zone), step["actor"], step["version"], step["event"], step["after"],
             step["reason"]) for step in steps]  # fmt: skip
    click.echo()
    click.echo(tabulate(told, headers=("at", "actor", "version", "event", "after", "note"),
                        disable_numparse=True))  # fmt: skip


_STEP = ("at", "actor", "event", "before", "after", "reason")


def _number(row: Row) -> str:
    """The version that a row of the trail is about."""
    if row["subject"].startswith("content:"):
        return str(row["subject"].rpartition("/")[2])
    return str(row["after"] if row["after"].startswith("v") else row["before"])


def show_consents(found: Sequence[Consent], zone: str, json_out: bool) -> None:
    """Who allows what, and who does no more."""
    if json_out:
        put_json({"consents": [asdict(one) for one in found]})
        return
    rows = [(one.id, one.who, one.what, one.licence, time(one.given_at, zone), one.recorded_by,
             f"{time(one.revoked_at, zone)} {one.revoked_by} {one.why}".strip()
             if one.revoked_at else "-") for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=("id", "who", "what", "licence", "given", "recorded by",
                                       "revoked"), disable_numparse=True))  # fmt: skip
