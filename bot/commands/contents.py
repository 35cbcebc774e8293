"""How ``onevoice content`` and ``onevoice consent`` show what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.store import review, ugc, wanted
from bot.store.engine import Row, Tx
from bot.store.review import APPROVED, Listed, Standing
from bot.store.ugc import Consent
from bot.store.wanted import Wanted

PERSONA = "persona"  # has a command of its own
COLUMNS = ("name", "newest", "state", "author", "serves", "by", "since", "note")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything but personas, which files are still to be written, and what may not be used."""

    rows: Sequence[Listed]
    awaited: Mapping[tuple[str, str], Wanted]
    withheld: Mapping[str, str]

    def wanted(self, one: Standing) -> Wanted | None:
        """The version that its file is to hold, if it does not yet."""
        return self.awaited.get((one.kind, one.name))

    def why(self, one: Standing) -> str:
        """Why what serves of it may not be used, or empty."""
        return self.withheld.get(one.name, "") if one.kind == "template" else ""


def listed(tx: Tx) -> Shelf:
    """What the database knows."""
    awaited = {(one.kind, one.name): one for one in wanted.standing(tx)}
    rows = [one for one in review.newest(tx) if one.newest.kind != PERSONA]
    return Shelf(rows, awaited, ugc.withheld(tx))


def show(shelf: Shelf, state: str | None, zone: str, json_out: bool) -> None:
    """The list, or what of it is in one state."""
    rows = [one for one in shelf.rows if state in (None, one.newest.state)]
    if json_out:
        put_json({"content": [_document(one, shelf) for one in rows]})
        return
    table = [_row(one, shelf, zone) for one in rows]
    click.echo(tabulate(table, headers=COLUMNS, disable_numparse=True))


def _name(one: Standing) -> str:
    folder = {"flow": "flows/", "campaign": "campaigns/", "circle": "circles/",
              "community": "community/", "activity": "activities/",
              "mission": "missions/", "atmosphere": "atmosphere/"}.get(one.kind, "")  # fmt: skip
    return f"{folder}{one.name}{'.toml' if one.kind == 'activity' else ''}"


def _row(one: Listed, shelf: Shelf, zone: str) -> tuple[str, ...]:
    new = one.newest
    withdrawn = one.serving is None and new.state == APPROVED
    return (_name(new), f"v{new.version}", "withdrawn" if withdrawn else new.state, new.author,
            f"v{one.serving}" if one.serving else "-", one.served_by or "-",
            time(one.since, zone) if one.since else "-", "; ".join(_notes(new, shelf)))  # fmt: skip


def _notes(new: Standing, shelf: Shelf) -> Iterator[str]:
    if why := shelf.why(new):
        yield f"not used: {why}"
    if want := shelf.wanted(new):
        yield f"its file is to hold v{want.version}" + (f" ({want.note})" if want.note else "")


def _document(one: Listed, shelf: Shelf) -> Row:
    want = shelf.wanted(one.newest)
    return {**asdict(one.newest), "serving": one.serving, "served_by": one.served_by,
            "since": one.since, "file": asdict(want) if want else None,
            "withheld": shelf.why(one.newest)}  # fmt: skip


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
