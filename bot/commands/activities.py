"""How ``onevoice activity`` shows what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.community.activity import Activity
from bot.community.judging import Winner
from bot.community.runs import Run, question
from bot.store import codec, history, judged, people, runs
from bot.store.engine import Row, Tx
from scheduler.foreseen import Foreseen

COLUMNS = ("activity", "kind", "title", "circle", "next", "last run", "state")
ENTRY = ("ticket", "member", "kind", "when", "state", "what")
TIMES = ("announce_at", "join_at", "submit_at", "remind_at", "close_at", "award_at")
WHAT_MAX = 40
Doc = Mapping[str, Any]


def line(made: Activity, ahead: Run | None, last: Sequence[Row]) -> dict[str, Any]:
    """One activity."""
    run = last[0] if last else None
    return {"id": made.id, "kind": made.kind, "title": made.title, "circle": made.circle,
            "version": made.version, "next": ahead.announce_at if ahead else None,
            "run": run["id"] if run else "", "state": run["state"] if run else ""}  # fmt: skip


def put_list(found: Sequence[Doc], zone: str, json_out: bool) -> None:
    """A line each."""
    if json_out:
        put_json({"activities": list(found)})
        return
    rows = [(one["id"], one["kind"], one["title"], one["circle"],
             time(one["next"], zone) if one["next"] else "-", one["run"] or "-", one["state"])
            for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=COLUMNS, disable_numparse=True))


def run(tx: Tx, row: Row, rules: Activity) -> dict[str, Any]:
    """One run: its times, what was done in it, and who won."""
    counts = [dict(one) for one in judged.counts(tx, row["id"])]
    return {
        "run": row["id"], "title": rules.title, "kind": rules.kind, "version": row["version"],
        "state": row["state"], "note": row["note"], "question": question(rules, row["key"]),
        "times": {name: row[name] for name in TIMES}, "counts": counts,
        "votes": judged.tally(tx, row["id"]) if rules.options or rules.stages else {},
        "seed_hash": runs.seed_hash(row) if rules.judge == "chance" else "",
        "winners": named(tx, [dict(one) for one in judged.board(tx, row["id"])]),
    }  # fmt: skip


def named(tx: Tx, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, with the names of the members."""
    made = list(rows)
    names = people.names_of(tx, [one["member"] for one in made])
    return [one | {"name": names.get(one["member"], "")} for one in made]


def put_run(found: Doc, zone: str, json_out: bool) -> None:
    """Everything about one run."""
    if json_out:
        put_json(found)
        return
    click.echo(f"{found['run']}  {found['title']} ({found['kind']}), v{found['version']}: "
               f"{found['state']}" + (f", {found['note']}" if found["note"] else ""))  # fmt: skip
    for name, at in found["times"].items():
        if at is not None:
            click.echo(f"  {name.removesuffix('_at'):<9} {time(at, zone)}")
    for key in ("question", "seed_hash"):
        if found[key]:
            click.echo(f"  {key:<9} {found[key]}")
    for one in found["counts"]:
        click.echo(f"  {one['kind']} {one['state']}: {one['n']}")
    for what, n in found["votes"].items():
        click.echo(f"  {what}: {n}")
    _put_board(found["winners"])


def _put_board(rows: Sequence[Doc]) -> None:
    if rows:
        shown = [(one["rank_of"], one["place"], one["member"], one["name"], one["why"])
                 for one in rows]  # fmt: skip
        click.echo(tabulate(shown, headers=("as", "place", "member", "name", "why")))


def put_ahead(found: Foreseen, zone: str, json_out: bool) -> None:
    """A line for each step."""
    if json_out:
        put_json(_plain_ahead(found))
        return
    if not found.steps:
        click.echo(f"{found.activity}: does not take place any more")
        return
    click.echo(f"{found.run}  {found.title}, said by {found.voice or 'nobody'}")
    for one in found.steps:
        taps = f"  taps: {', '.join(one.taps)}" if one.taps else ""
        click.echo(f"  {time(one.at, zone)}  {one.do:<9} {one.says}{taps}")
    if found.question:
        click.echo(f"  asks: {found.question}")
    flows = sorted({id for ids in found.flows.values() for id in ids})
    click.echo("  flows: " + (", ".join(flows) or "none, so no member is told by himself"))


def _plain_ahead(found: Foreseen) -> dict[str, Any]:
    steps = [{"do": one.do, "at": one.at, "says": one.says,
              "text": one.text or (f"({one.fault})" if one.fault else ""),
              "taps": dict(one.taps), "flows": list(one.flows)} for one in found.steps]  # fmt: skip
    return {
        "activity": found.activity, "title": found.title, "run": found.run, "voice": found.voice,
        "question": found.question, "steps": steps, "taps": found.taps,
        "flows": sorted({id for ids in found.flows.values() for id in ids}),
    }  # fmt: skip


def entries(tx: Tx, row: Row) -> list[dict[str, Any]]:
    """What was handed in, with its words."""
    told = judged.every(tx, row["id"])
    lines = history.named(tx, [one["event"] for one in told])
    return named(tx, [dict(one) | {"data": _said(lines[one["event"]].event.data)}
                      for one in told if one["event"] in lines])  # fmt: skip


def _said(data: Doc) -> dict[str, Any]:
    return {key: one for key, one in data.items() if key not in ("circle", "day", "device")}


def put_entries(found: Sequence[Doc], zone: str, json_out: bool) -> None:
    """A line each."""
    if json_out:
        put_json({"entries": list(found)})
        return
    rows = [(one["ticket"], one["name"] or one["member"], one["kind"], time(one["at"], zone),
             one["state"], _short(one)) for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=ENTRY, disable_numparse=True))


def _short(one: Doc) -> str:
    said = one["data"]
    words = said.get("text") or said.get("answer") or said.get("option") or one["which"]
    media = f" +{len(said['media'])}" if said.get("media") else ""
    return str(words)[:WHAT_MAX] + media


def winners(tx: Tx, row: Row, rules: Activity) -> dict[str, Any]:
    """Who won as it is recorded, what the rule says now, and what a stranger checks it by."""
    found = judged.find(tx, row, rules)
    board = [dict(one) for one in judged.board(tx, row["id"])]
    now = [_plain(name, one) for name, one in found.all]
    ours = [(one["rank_of"], one["place"], one["member"]) for one in board]
    again = [(one["rank_of"], one["place"], one["member"]) for one in now]
    return {
        "run": row["id"], "state": row["state"], "judge": rules.judge,
        "winners": named(tx, board or now),
        "same": sorted(ours) == sorted(again) if board and rules.judge != "staff" else None,
        "passed_over": [{"member": who, "why": why} for who, why in found.refused],
        "proof": codec.from_json(row["proof"]) if row["proof"] else None,
    }  # fmt: skip


def _plain(name: str, one: Winner) -> dict[str, Any]:
    return {"rank_of": name, "place": one.rank, "member": one.member, "at": one.at,
            "cause": one.cause, "why": one.why}  # fmt: skip


def put_winners(found: Doc, json_out: bool) -> None:
    """Everything that one would ask about them."""
    if json_out:
        put_json(found)
        return
    click.echo(f"{found['run']}: {found['state']}, judged by {found['judge']}")
    _put_board(found["winners"])
    if found["same"] is not None:
        same = "the same" if found["same"] else "not the same: something was corrected since"
        click.echo(f"the rule, applied again: {same}")
    for one in found["passed_over"]:
        click.echo(f"  passed over: {one['member']} ({one['why']})")
    if found["proof"]:
        click.echo("what strangers check it by: --json, under proof")
