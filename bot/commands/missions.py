"""How ``onevoice mission`` shows what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.community.mission import Mission
from bot.store.codec import from_json
from bot.store.engine import Row
from bot.store.missions import Card

STATES = ("taken", "proved", "refused", "accepted", "expired", "dropped")
WHAT_MAX = 40


def number(event: str) -> str:
    """What a take is called where people type it."""
    return sha256(event.encode()).hexdigest()[:8]


def line(made: Mission, held: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """One mission."""
    return {"id": made.id, "title": made.title, "circle": made.circle, "version": made.version,
            "places": made.places, "held": held, "states": {one: counts.get(one, 0)
                                                            for one in STATES}}  # fmt: skip


def put_list(found: Sequence[dict[str, Any]], json_out: bool) -> None:
    """A line each."""
    if json_out:
        put_json({"missions": list(found)})
        return
    rows = [(one["id"], one["title"], one["circle"], f"{one['held']}/{one['places'] or '∞'}",
             *(one["states"][state] for state in STATES)) for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=("mission", "title", "circle", "places", *STATES),
                        disable_numparse=True))  # fmt: skip


def put_takes(found: Sequence[Row], zone: str, json_out: bool) -> None:
    """A line for each take."""
    if json_out:
        put_json({"takes": [row | {"take": number(row["event"]), "proof": from_json(row["proof"])}
                            for row in found]})  # fmt: skip
        return
    rows = [(number(row["event"]), row["mission"], f"{row['member']} {row['name'] or ''}".strip(),
             row["state"], time(row["taken_at"], zone), time(row["due_at"], zone),
             _proof(from_json(row["proof"])), row["why"]) for row in found]  # fmt: skip
    head = ("take", "mission", "member", "state", "taken", "until", "proof", "why")
    click.echo(tabulate(rows, headers=head, disable_numparse=True))


def _proof(proof: Mapping[str, Any]) -> str:
    said = " ".join([str(proof.get("text", "")), str(proof.get("link", ""))]).strip()
    pictures = f" +{len(proof['media'])}" if proof.get("media") else ""
    return " ".join(said.split())[:WHAT_MAX] + pictures


def put_board(cards: Sequence[Card], zone: str, json_out: bool) -> None:
    """What somebody sees of it."""
    if json_out:
        put_json({"board": [
            {"id": one.mission.id, "title": one.mission.title, "left": one.left, "can": one.can,
             "state": one.take.state if one.take else "", "barred": one.barred,
             "due_at": one.take.due_at if one.take else None} for one in cards]})  # fmt: skip
        return
    rows = [(one.mission.id, one.mission.title, "∞" if one.left is None else one.left,
             one.take.state if one.take else "-", one.can or "-", one.words)
            for one in cards]  # fmt: skip
    click.echo(tabulate(rows, headers=("mission", "title", "left", "state", "can", "why not"),
                        disable_numparse=True))  # fmt: skip
