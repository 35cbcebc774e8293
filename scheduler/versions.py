"""Which version of a flow a member is in: the one that he began, unless he is moved."""

from __future__ import annotations

from functools import lru_cache

from bot.core.errors import BadInput
from bot.library.speech import Setting
from bot.store import flows as store
from bot.store import schedule
from bot.store import versions as editions
from bot.store.engine import Row, Tx
from scheduler.facing import Case
from scheduler.flows import Flow, parse_flow, plan

KEPT = 256


def case(tx: Tx, setting: Setting, due: Row, run: Row) -> Case | None:
    """The step of a due row in the version that holds for the run; None when it is not there, or
    the flow has been taken away."""
    serving = next((f for f in setting.cast.flows if f.id == run["flow"]), None)
    if serving is None:
        return None
    flow = serving
    if run["flow_version"] != serving.version:
        if serving.file.move and run["state"] == "running":
            move(tx, run, serving, setting.now)
        else:
            flow = _kept(tx, run) or serving
    step = flow.step(due["data"]["step"])
    return Case(due=due, run=run, flow=flow, step=step) if step is not None else None


def move(tx: Tx, run: Row, flow: Flow, now: int, actor: str = "scheduler") -> bool:
    """The run goes on with this version: steps that it has not are given up, new ones that lie
    ahead are planned. False when it has it already."""
    if not store.move(tx, run, flow.version, now, actor):
        return False
    planned = {one.step: one.at for one in plan(flow, run["started_at"], run["zone"] or "UTC")}
    gone = store.waiting_steps(tx, run["id"]) - planned.keys()
    schedule.drop_steps(tx, run["id"], sorted(gone), now, f"not in v{flow.version}", actor)
    store.add_steps(tx, run["id"], [(s, at) for s, at in planned.items() if at > now])
    return True


def _kept(tx: Tx, run: Row) -> Flow | None:
    found = editions.get(tx, "flow", run["flow"], run["flow_version"])
    if found is None:
        return None
    try:
        return _parsed(run["flow"], run["flow_version"], next(iter(found.files.values())))
    except BadInput:  # an earlier program wrote it
        return None


@lru_cache(KEPT)
def _parsed(name: str, version: int, source: str) -> Flow:
    return parse_flow(source, f"content/flows/{name}.toml", version)
