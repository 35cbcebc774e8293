"""``onevoice flow``: who stands where in a flow and why; stopping and moving members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from bot.commands.casting import cast_of
from bot.commands.database import read, ready, user, write
from bot.commands.options import looking, with_config, with_data
from bot.core.clock import local
from bot.core.config import Config
from bot.core.decode import nearest
from bot.store import flows
from bot.store.engine import Row, Tx
from scheduler.flows import Flow, Step
from scheduler.leaving import stop as stop_run
from scheduler.sentences import CODES
from scheduler.versions import move as move_run

F = TypeVar("F", bound=Callable[..., Any])
STEPS = {"waiting": "等着", "done": "发了", "skipped": "没发", "dropped": "不发了"}
STATES = {"running": "在走", "done": "走完", "stopped": "停了", "control": "对照"}


@click.group()
def flow() -> None:
    """Flows: list them, see who stands where and why, stop and move members."""


def _flow(tx: Tx, config: Config, name: str) -> Flow:
    found = {one.id: one for one in cast_of(tx, config).flows}
    if name not in found:
        raise click.UsageError(f"no flow {name!r} serves; {nearest(name, found)}")
    return found[name]


@flow.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every flow that serves: what begins it, and how many are where."""
    config = ready(config_path, data)

    def look(tx: Tx) -> list[dict[str, Any]]:
        counts = flows.counts(tx)
        return [_summary(one, counts.get(one.id, {})) for one in cast_of(tx, config).flows]

    found = read(config, look)
    if json_out:
        click.echo(orjson.dumps({"flows": found}))
        return
    for one in found:
        where = "，".join(f"{word} {one['runs'][state]}" for state, word in STATES.items()
                          if one["runs"][state])  # fmt: skip
        click.echo(f"{one['id']} v{one['version']} {one['title']}（{one['trigger']}）{where}")


def _summary(one: Flow, counts: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    return {
        "id": one.id, "version": one.version, "title": one.file.title,
        "trigger": one.file.trigger, "persona": list(one.file.persona), "once": one.file.once,
        "goal": one.file.goal, "holdout": one.file.holdout,
        "runs": {state: counts.get(state, (0, 0))[0] for state in STATES},
        "reached": {state: counts.get(state, (0, 0))[1] for state in STATES},
    }  # fmt: skip


@flow.command()
@click.argument("name")
@looking
@click.option("--member", metavar="M", help="Only this member's way, step by step.")
def show(
    name: str, config_path: Path, data: Path | None, json_out: bool, member: str | None
) -> None:
    """The steps of NAME: how many wait, had it, or were left out and why."""
    config = ready(config_path, data)

    def look(tx: Tx) -> dict[str, Any]:
        one = _flow(tx, config, name)
        if member is not None:
            runs = [run for run in flows.of_member(tx, member) if run["flow"] == name]
            return {"id": name, "member": member, "runs": runs}
        found = flows.step_counts(tx, name)
        steps = [_step(step, found.get(step.id, {})) for step in one.file.step]
        return _summary(one, flows.counts(tx).get(name, {})) | {"steps": steps}

    shown = read(config, look)
    if json_out:
        click.echo(orjson.dumps(shown))
        return
    lines = _way(shown, config.timezone) if member is not None else _steps(shown)
    for line in lines:
        click.echo(line)


def _step(step: Step, counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """The welcome goes out with its event and is no plan, so nothing of it is counted here."""

    def of(*states: str) -> dict[str, int]:
        return {note or state: n for (state, note), n in counts.items() if state in states}

    waits, left_out = of("waiting"), of("skipped", "dropped")
    return {"id": step.id, "welcome": "welcome" in step.via, "waiting": sum(waits.values()),
            "done": sum(of("done").values()), "skipped": sum(left_out.values()),
            "waits": {code: n for code, n in waits.items() if code != "waiting"},
            "why": left_out}  # fmt: skip


def _steps(shown: Mapping[str, Any]) -> Iterator[str]:
    yield f"{shown['id']} v{shown['version']} {shown['title']}（{shown['trigger']}）"
    for state, word in STATES.items():
        if shown["runs"][state]:
            reached = f"，到了目标 {shown['reached'][state]}" if shown["goal"] else ""
            yield f"  {word} {shown['runs'][state]}{reached}"
    for step in shown["steps"]:
        counted = f"等着 {step['waiting']}，发了 {step['done']}，没发 {step['skipped']}"
        yield f"  {step['id']}：{'加好友时当场发' if step['welcome'] else counted}"
        reasons = {**step["waits"], **step["why"]}
        yield from (f"    {n} {_said(why)}" for why, n in sorted(reasons.items()))


def _way(shown: Mapping[str, Any], zone: str) -> Iterator[str]:
    for run in shown["runs"]:
        note = f"（{run['note']}）" if run["note"] else ""
        began, state = _time(run["started_at"], zone), STATES[run["state"]]
        yield f"{began} v{run['flow_version']} {state}{note}"
        for step in run["steps"]:
            note = f"：{_said(step['note'])}" if step["note"] else ""
            yield f"  {_time(step['at'], zone)} {step['step']} {STEPS[step['state']]}{note}"
    if not shown["runs"]:
        yield f"{shown['member']} 没有走过 {shown['id']}"


def _said(note: str) -> str:
    """A reason with the Chinese of its code before it."""
    code = note.partition(":")[0]
    return f"{CODES[code]}（{note}）" if code in CODES else note


def _time(at: int, zone: str) -> str:
    return local(at, zone).strftime("%Y-%m-%d %H:%M")


def _changes(fn: F) -> F:
    """What both commands that change something take: whom it concerns, and who does it."""
    fn = click.option("--as", "actor", metavar="NAME",
                      help="Who does it; by default the system's user.")(fn)  # fmt: skip
    fn = click.option("--member", metavar="M", help="Only this member.")(fn)
    return click.argument("name")(with_config(with_data(fn)))


@flow.command()
@_changes
@click.option("--note", default="", metavar="TEXT", help="It stands in the history.")
def stop(
    name: str, config_path: Path, data: Path | None, member: str | None, actor: str | None,
    note: str,
) -> None:  # fmt: skip
    """Stop those who are on their way through NAME; what waits of it is given up."""
    config = ready(config_path, data)
    who, why = actor or user(), note or "stopped"

    def act(tx: Tx, now: int) -> int:
        return sum(stop_run(tx, run, now, why, who) for run in _running(tx, name, member))

    click.echo(f"{name}：停了 {write(config, act)} 人")


@flow.command()
@_changes
def move(
    name: str, config_path: Path, data: Path | None, member: str | None, actor: str | None
) -> None:
    """Move those who are on their way through NAME to the version that serves."""
    config = ready(config_path, data)

    def act(tx: Tx, now: int) -> int:
        serving = _flow(tx, config, name)
        return sum(move_run(tx, run, serving, now, actor or user())
                   for run in list(_running(tx, name, member)))  # fmt: skip

    click.echo(f"{name}：换了版本 {write(config, act)} 人")


def _running(tx: Tx, name: str, member: str | None) -> Iterator[Row]:
    for page in flows.running(tx, name):
        yield from (run for run in page if member in (None, run["member"]))
