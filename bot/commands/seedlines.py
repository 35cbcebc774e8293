"""How ``onevoice seeds`` shows what it found."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.community.seeds import Judged
from bot.store.cohort import AFTER, Told
from bot.store.engine import Row
from bot.store.seedlists import Line, Looked

NUMBERS = ("days", "posts", "stay", "orders", "brought")


@dataclass(frozen=True, slots=True)
class One:
    """A list with its lines; ``asked``: how who was asked stands; ``differs``: of whom it would say
    something else now, None: not looked at."""

    row: Row
    lines: Sequence[Line]
    asked: Mapping[str, str]
    differs: Sequence[str] | None


def put_found(found: Looked, json_out: bool) -> None:
    """What was found for a day."""
    if json_out:
        put_json(
            {
                "list": found.id,
                "looked": found.looked,
                "fits": found.fits,
                "people": [_document(one.member, one.place, one.judged) for one in found.people],
            }
        )
        return
    click.echo(f"{found.id}: {found.fits} of {found.looked} in the circle fit")
    _table((one.member, one.place, one.judged, "") for one in found.people)


def put_one(found: One, json_out: bool) -> None:
    """A list that was kept."""
    row = found.row
    if json_out:
        put_json({"list": row["id"], "version": row["version"], "criteria": row["criteria"],
                  "looked": row["looked"], "fits": row["fits"], "differs": found.differs,
                  "people": [_document(one.member, one.place, one.judged)
                             | {"name": one.name, "seed": found.asked.get(one.member, "")}
                             for one in found.lines]})  # fmt: skip
        return
    click.echo(f"{row['id']}: {row['fits']} of {row['looked']} fit, by v{row['version']}")
    _table((f"{one.member} {one.name}".strip(), one.place, one.judged,
            found.asked.get(one.member, "")) for one in found.lines)  # fmt: skip
    if found.differs is not None:
        click.echo(f"now it would say something else of: {', '.join(found.differs)}"
                   if found.differs else "it says the same now")  # fmt: skip


def _table(rows: Iterable[tuple[str, int, Judged, str]]) -> None:
    table = []
    for member, place, judged, asked in rows:
        by = {one.what: one for one in judged.proofs}
        numbers = [f"{by[what].found}/{by[what].wanted}" if what in by else "-" for what in NUMBERS]
        table.append((place or "-", member, judged.met, *numbers, asked))
    head = ("place", "member", "met", *NUMBERS, "seed user")
    click.echo(tabulate(table, headers=head, disable_numparse=True))


def _document(member: str, place: int, judged: Judged) -> dict[str, Any]:
    return {"member": member, "place": place, "met": judged.met,
            "evidence": [asdict(one) for one in judged.proofs]}  # fmt: skip


def put_lists(found: Sequence[Row], zone: str, json_out: bool) -> None:
    """A line each."""
    if json_out:
        put_json({"lists": list(found)})
        return
    rows = [(one["id"], one["fits"], one["looked"], f"v{one['version']}",
             time(one["made_at"], zone), one["made_by"]) for one in found]  # fmt: skip
    head = ("list", "fit", "in the circle", "rules", "made", "by")
    click.echo(tabulate(rows, headers=head, disable_numparse=True))


def put_cohort(found: Sequence[Told], json_out: bool, as_csv: bool) -> None:
    """Three groups, each for one person on the average."""
    if json_out:
        put_json({"groups": [asdict(one) | {"stayed": {str(day): kept for day, kept
                             in one.stayed.items()}} for one in found]})  # fmt: skip
        return
    head = ("who", "people", "of", "active days", "posts", "orders", "brought",
            *(f"stayed {day}d" for day in AFTER))  # fmt: skip
    rows = [_group(one) for one in found]
    if as_csv:
        csv.writer(sys.stdout).writerows([head, *rows])
        return
    click.echo(tabulate(rows, headers=head, disable_numparse=True))


def _group(one: Told) -> tuple[str, ...]:
    each = [f"{n / one.people:.1f}" if one.people else "-"
            for n in (one.days, one.posts, one.orders, one.brought)]  # fmt: skip
    kept = [f"{had[0]}/{had[1]}" if (had := one.stayed[day]) else "-" for day in AFTER]
    return (one.who, str(one.people), str(one.of), *each, *kept)
