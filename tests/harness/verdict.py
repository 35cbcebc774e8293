"""The verdict over one plan: every deed has its effect once, or a row that says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.harness.crew import Crew
from tests.harness.laws import broken
from tests.harness.ledger import Ledger
from tests.harness.truth import Truth

Row = dict[str, Any]
BROKE = frozenset({"api", "callback", "ws", "kill", "pause", "disk", "database", "clock"})
# Which moves of a plan can have led to a fate that is not "sent".
CAUSES: Mapping[str, frozenset[str]] = {
    "unsure": frozenset({"api", "ws", "kill", "pause", "disk", "database", "clock"}),
    "expired": BROKE,
    "dead": frozenset({"api", "clock", "refuse", "leave", "dismiss", "disk", "kill", "pause"}),
    "cancelled": frozenset(),
}


def judge(
    crew: Crew, names: frozenset[str], truth: Truth, ledger: Ledger, acked: frozenset[str]
) -> list[str]:
    """A sentence for each thing that is wrong. ``acked``: callbacks that were answered 200."""
    return [
        *broken(truth, ledger), *_explained(ledger, names), *_writes(crew, ledger),
        *_adds(crew, ledger, acked), *_partings(crew, ledger, acked), *_asks(crew, ledger, acked), *_friends(crew, truth, ledger, acked),
    ]  # fmt: skip


def _explained(ledger: Ledger, names: frozenset[str]) -> Iterator[str]:
    """A fate other than "sent" has a cause in the plan."""
    for row in ledger.outbox:
        if row["state"] in CAUSES and row["pool"] != "bulk" and not names & CAUSES[row["state"]]:
            yield f"nothing in the plan explains: {row}"


def _kept(rows: Mapping[str, Row], key: str, deed: Row) -> Iterator[str]:
    if key not in rows:
        yield f"lost, not in the inbox: {deed}"
    elif rows[key]["state"] != "done":
        yield f"lost, {rows[key]['state']} in the inbox: {deed}"


def _answers(ledger: Ledger, channel: str) -> dict[str, list[Row]]:
    """Answers by peer; notices and steps of flows are none."""
    found: dict[str, list[Row]] = {}
    for row in ledger.outbox:
        if row["channel"] == channel and row["kind"] in ("reply", "welcome"):
            found.setdefault(row["peer"], []).append(row)
    return found


def _counted(who: str, questions: Sequence[Row], answers: Sequence[Row]) -> Iterator[str]:
    """One burst has one answer: at least one, at most as many as questions."""
    if not 1 <= len(answers) <= len(questions):
        yield f"{len(questions)} questions of {who} have {len(answers)} answers: {answers}"


def _writes(crew: Crew, ledger: Ledger) -> Iterator[str]:
    rows, answers = {row["dedupe"]: row for row in ledger.inbox}, _answers(ledger, "kf")
    people: dict[str, list[Row]] = {}
    for deed in crew.writes:
        yield from _kept(rows, f"kf:{deed['account']}:{deed['key']}", deed)
        people.setdefault(deed["who"], []).append(deed)
    for who, questions in people.items():
        yield from _counted(who, questions, answers.get(who, []))


def _adds(crew: Crew, ledger: Ledger, acked: frozenset[str]) -> Iterator[str]:
    rows = {(row["event"], row["peer"]): row for row in ledger.inbox}
    welcomes = _answers(ledger, "contact")
    for deed in crew.adds:
        row = rows.get(("contact.added", deed["who"]))
        if row is None and not acked & frozenset(deed["callbacks"]):
            continue  # never answered: the platform told nobody
        if row is None or row["state"] != "done":
            yield f"lost, {row} in the inbox: {deed}"
        elif len(welcomes.get(deed["who"], [])) != 1:
            yield f"{len(welcomes.get(deed['who'], []))} welcomes for {deed}"


def _partings(crew: Crew, ledger: Ledger, acked: frozenset[str]) -> Iterator[str]:
    heard = {row["peer"] for row in ledger.inbox if row["event"].startswith("contact.removed")}
    for deed in crew.partings:
        if acked & set(deed["callbacks"]) and deed["who"] not in heard:
            yield f"lost, answered 200 and not in the inbox: {deed}"


def _asks(crew: Crew, ledger: Ledger, acked: frozenset[str]) -> Iterator[str]:
    rows, answers = {row["dedupe"]: row for row in ledger.inbox}, _answers(ledger, "app")
    kept: dict[str, list[Row]] = {}
    for deed in crew.asks:
        key = f"app:1000002:{deed['key']}"
        if key in rows or acked & frozenset(deed["callbacks"]):
            yield from _kept(rows, key, deed)
            kept.setdefault(deed["userid"], []).append(deed)
    for who, questions in kept.items():
        yield from _counted(who, questions, answers.get(who, []))


def _friends(crew: Crew, truth: Truth, ledger: Ledger, acked: frozenset[str]) -> Iterator[str]:
    """We know the friends that the platform knows, where it could tell us of every change."""
    real = {(row["id"], userid) for row in truth.customers for userid in row["friends"]}
    known = {(row["member"], row["account"]) for row in ledger.friends if row["until"] is None}
    deeds = (*crew.adds, *crew.partings)
    untold = {(deed["who"], deed["userid"]) for deed in deeds if not acked & set(deed["callbacks"])}
    met = {(deed["who"], deed["userid"]) for deed in crew.adds}
    for pair in sorted((real ^ known) & (met - untold)):
        ours = [row for row in ledger.friends if (row["member"], row["account"]) == pair]
        heard = [(row["event"], row["sent_at"], row["received_at"]) for row in ledger.inbox
                 if (row["peer"], row["account"]) == pair]  # fmt: skip
        yield (f"{pair} are friends {'on the platform' if pair in real else 'in our table'} only:"
               f" {ours}, heard {heard}, {[d for d in deeds if d['who'] == pair[0]]}")  # fmt: skip
