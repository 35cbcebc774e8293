"""Members on their way through flows: who began, which steps wait, who stands where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.lifecycle import advance
from bot.store import audit, persons
from bot.store.codec import to_json
from bot.store.engine import Row, Tx

PAGE = 500
SAID_MOST = 50  # of a member's latest words
AHEAD_MOST = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A member at the beginning of a flow. ``key`` lets him begin once; ``control``: he is held
    out and gets nothing. ``cause``: the happening; ``zone``: whose days the steps mean."""

    key: str
    flow: str
    version: int
    persona: str
    member: str
    account: str
    zone: str = ""
    cause: str = ""
    control: bool = False


def start(tx: Tx, begun: Begun, steps: Iterable[tuple[str, int]], now: int) -> int | None:
    """Begins a flow for a member, with (step, UTC ms) of all that waits; None when this key has
    begun already. Whoever is held out has no steps."""
    row = tx.row(
        "flow_start", key=begun.key, flow=begun.flow, flow_version=begun.version,
        persona=begun.persona, member=begun.member, account=begun.account, now=now,
        state="control" if begun.control else "running", zone=begun.zone, cause=begun.cause,
    )  # fmt: skip
    if row is None:
        return None
    run = int(row["id"])
    planned = list(steps)
    if not begun.control:
        add_steps(tx, run, planned)
        if not planned:
            end(tx, [run], "finish", now)
    return run


def add_steps(tx: Tx, run: int, steps: Iterable[tuple[str, int]]) -> None:
    """Plans steps of a run; one that was planned before stays as it is."""
    tx.many("due_add_step", [{"key": f"flow/{run}/{step}", "at": at, "run": run, "step": step,
                              "data": to_json({"run": run, "step": step, "at": at})}
                             for step, at in steps])  # fmt: skip


def runs(tx: Tx, ids: Sequence[int]) -> dict[int, Row]:
    """Runs by their id."""
    wanted = list(dict.fromkeys(ids))
    return {row["id"]: row for row in tx.rows("flow_get", ids=wanted)} if wanted else {}


def end(tx: Tx, ids: Sequence[int], event: str, now: int, note: str = "",
        actor: str = "scheduler") -> int:  # fmt: skip
    """Runs that ``finish``, or ``stop`` for a reason; how many of them were running."""
    if not ids:
        return 0
    state = advance("flow_run", "running", event)
    rows = tx.rows("flow_end", ids=list(ids), state=state, now=now,
                   note=note if actor in audit.PARTS else tx.hide(note))  # fmt: skip
    audit.record(tx, [audit.entry("flow_run", row["id"], "running", event, at=now, actor=actor,
                                  reason=note) for row in rows])  # fmt: skip
    return len(rows)


def reached(tx: Tx, ids: Sequence[int], now: int) -> None:
    """The goal of these runs was seen; the first time counts."""
    if ids:
        tx.run("flow_goal", ids=list(ids), now=now)


def move(tx: Tx, run: Row, version: int, now: int, actor: str = "scheduler") -> bool:
    """The run goes on with another version of its flow; False when it has it."""
    if not tx.run("flow_move", id=run["id"], version=version):
        return False
    audit.record(tx, [audit.entry("flow_run", run["id"], "running", "move", at=now, actor=actor,
                                  reason=f"v{run['flow_version']} -> v{version}")])  # fmt: skip
    return True


def waiting_steps(tx: Tx, run: int) -> frozenset[str]:
    """Steps of a run that have not come yet."""
    return frozenset(row["step"] for row in tx.rows("flow_step_waiting", run=run))


def running(tx: Tx, flow: str) -> Iterator[list[Row]]:
    """All who are on their way through a flow, in pages."""
    after = 0
    while rows := running_after(tx, flow, after):
        yield rows
        after = rows[-1]["id"]


def running_after(tx: Tx, flow: str, after: int = 0) -> list[Row]:
    """A page of those who are on their way, behind the run ``after``."""
    return tx.rows("flow_running", flow=flow, after=after, n=PAGE)


def unreached(tx: Tx, flow: str, persona: str, since: int, after: int, n: int = PAGE) -> list[Row]:
    """Runs begun since then whose goal was not seen yet, those of the held out too."""
    return tx.rows("flow_unreached", flow=flow, persona=persona, since=since, after=after, n=n)


def counts(tx: Tx) -> dict[str, dict[str, tuple[int, int]]]:
    """By flow and state: how many runs, and how many of them reached the goal."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in tx.rows("flow_counts"):
        found.setdefault(row["flow"], {})[row["state"]] = (int(row["n"]), int(row["reached"]))
    return found


def step_counts(tx: Tx, flow: str) -> dict[str, dict[tuple[str, str], int]]:
    """By step: how many plans in each (state, note)."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for row in tx.rows("flow_step_counts", flow=flow):
        found.setdefault(row["step"], {})[(row["state"], row["note"])] = int(row["n"])
    return found


def of_member(tx: Tx, member: str) -> list[Row]:
    """One member's runs, oldest first, each with ``steps``: what became of them and why."""
    found = tx.rows("flow_member", member=member)
    steps: dict[int, list[Row]] = {}
    if found:
        for row in tx.rows("flow_steps", runs=[run["id"] for run in found]):
            steps.setdefault(row["run"], []).append(row)
    return [run | {"steps": steps.get(run["id"], [])} for run in found]


def ahead(tx: Tx, since: int, until: int, n: int = AHEAD_MOST) -> list[Row]:
    """Steps that are due in [since, until): flow, step, persona, account and time."""
    return tx.rows("flow_ahead", since=since, until=until, n=n)


def heard(tx: Tx, members: Sequence[str], accounts: Sequence[str]) -> dict[str, int]:
    """When each member wrote last to one of these accounts."""
    return _latest(tx.rows("since_heard", members=list(members), accounts=list(accounts) or [""]))


def ordered(tx: Tx, members: Sequence[str]) -> dict[str, int]:
    """When each member bought last, of what he kept."""
    who = persons.person_of(tx, members)
    found = _latest(tx.rows("since_orders", members=sorted(set(who.values()))))
    return {member: found[person] for member, person in who.items() if person in found}


def promoted(tx: Tx, members: Sequence[str], persona: str) -> dict[str, int]:
    """When each member had the last promotion of a persona."""
    return _latest(tx.rows("since_promo", members=list(members), persona=persona))


def said(tx: Tx, member: str, accounts: Sequence[str], since: int) -> tuple[str, ...]:
    """What a member wrote to these accounts since then, the latest first."""
    rows = tx.rows("since_said", member=member, accounts=list(accounts) or [""], since=since,
                   n=SAID_MOST)  # fmt: skip
    return tuple(row["text"] for row in rows if row["text"])


def left(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """How many steps of these runs wait."""
    return {row["run"]: row["n"] for row in tx.rows("flow_left", runs=list(ids))}


def friends(tx: Tx, members: Sequence[str], accounts: Sequence[str]) -> dict[str, list[str]]:
    """Which of these accounts each member is a friend of now, the oldest friendship first."""
    found: dict[str, list[str]] = {}
    for row in tx.rows(
        "friends_of_accounts", members=list(members), accounts=list(accounts) or [""]
    ):
        found.setdefault(row["member"], []).append(row["account"])
    return found


def _latest(rows: Iterable[Mapping[str, object]]) -> dict[str, int]:
    return {str(row["member"]): int(str(row["at"])) for row in rows}
