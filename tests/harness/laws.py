"""Laws that hold after every storm and every plan: the truth against the ledger.

Each law is a function that gives a sentence for every row that breaks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tests.harness.ledger import Ledger
from tests.harness.truth import Truth

Row = dict[str, Any]
Law = Callable[[Truth, Ledger], Iterator[str]]
# How the reply log names the states of the outbox (contract, section 4).
STATUS = {"ready": "queued", "sending": "queued", "sent": "sent", "dead": "failed",
          "unsure": "unsure", "waiting": "waiting_tap", "expired": "expired",
          "cancelled": "cancelled"}  # fmt: skip
NEEDS_REASON = ("dead", "unsure", "expired", "cancelled")
FIRST = {"inbox": ("new",), "outbox": ("ready", "draft"), "conversation": ("auto",)}
TAPPED = ("group", "moment")
TO_ONE = ("kf", "contact", "app")  # a moment's row names who publishes it, not who sees it


def nothing_left_open(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """No inbox row is new or working, no outbox row ready or sending, no turn is held."""
    for row in ledger.inbox:
        if row["state"] in ("new", "working"):
            yield f"inbox row is {row['state']}: {row}"
    for row in ledger.outbox:
        if row["state"] in ("ready", "sending"):
            yield f"outbox row is {row['state']}: {row}"


def no_turn_given_up(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """No message was set aside as dead: every fault here ends."""
    for row in ledger.inbox:
        if row["state"] == "dead":
            yield f"inbox row is dead: {row}"


def reasons_are_given(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """What was not sent says why."""
    for row in ledger.outbox:
        if row["state"] in NEEDS_REASON and not row["note"]:
            yield f"outbox row is {row['state']} without a reason: {row}"


def trail_is_complete(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """Each audit row begins where the one before ended; the last one ends at the row's state."""
    at: dict[str, str] = {}
    for row in ledger.audit:
        before = at.get(row["subject"])
        if row["before"] == row["after"] == "":
            continue  # no change of state: somebody began to wait, a colleague made a note
        known = FIRST.get(row["subject"].partition(":")[0])
        if known is not None and row["before"] not in (known if before is None else (before,)):
            yield f"the trail of {row['subject']} goes from {before} to: {row}"
        at[row["subject"]] = row["after"]
    for name, rows, column in (("inbox", ledger.inbox, "state"), ("outbox", ledger.outbox, "state"),
                               ("conversation", ledger.conversations, "mode")):  # fmt: skip
        for row in rows:
            last = at.get(f"{name}:{row['id']}")
            if row[column] not in (FIRST[name] if last is None else (last,)):
                yield f"the trail of {name}:{row['id']} ends at {last}: {row}"


def replies_agree(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """The reply log says of a message to one receiver what the outbox says."""
    rows: dict[int, list[Row]] = {}
    for reply in ledger.replies:
        rows.setdefault(reply["outbox"], []).append(reply)
    for row in ledger.outbox:
        found = rows.get(row["id"], [])
        if row["kind"] == "notice" or row["pool"] == "bulk" or len(found) != 1:
            continue
        if found[0]["status"] != STATUS[row["state"]]:
            yield f"the reply log says {found[0]['status']} of {row}"


def received_once(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """No kf message id arrived twice."""
    ids = Counter((row["box"], row["raw"].get("msgid")) for row in truth.received
                  if row["channel"] == "kf")  # fmt: skip
    for (who, msgid), n in ids.items():
        if n > 1:
            yield f"{who} received {msgid} {n} times"


def received_is_written(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """To each person: what is sent was received, what was received is sent or unsure."""
    got: Counter[tuple[str, str, str]] = Counter()
    for row in (*truth.received, *truth.said):
        if row["channel"] in TO_ONE and not _by_hand(row):
            got[(row["channel"], row["box"], row["text"])] += 1
    sent, unsure = _written(ledger, ("sent",)), _written(ledger, ("unsure",))
    for key in sorted(got.keys() | sent.keys()):
        if not sent[key] <= got[key] <= sent[key] + unsure[key]:
            yield f"{key} was received {got[key]} times; {sent[key]} are sent, {unsure[key]} unsure"


def _written(ledger: Ledger, states: tuple[str, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((row["channel"], row["peer"], row["text"]) for row in ledger.replies
                   if row["channel"] in TO_ONE and row["status"] in states
                   and row["operator"] != "" and row["outbox"])  # fmt: skip


def _by_hand(row: Row) -> bool:
    """Written by a person in the client."""
    return "servicer_userid" in row["raw"]


def groups_need_a_tap(truth: Truth, ledger: Ledger) -> Iterator[str]:
    """Nothing of a customer group or a moment arrived whose task nobody tapped."""
    tapped = {task["text"] for task in truth.tasks if task["status"] == "sent"}
    for row in truth.received:
        if row["channel"] in TAPPED and row["text"] not in tapped:
            yield f"{row['box']} received without a tap: {row}"


LAWS: tuple[Law, ...] = (
    nothing_left_open, no_turn_given_up, reasons_are_given, trail_is_complete, replies_agree,
    received_once, received_is_written, groups_need_a_tap,
)  # fmt: skip


def broken(truth: Truth, ledger: Ledger) -> list[str]:
    """A sentence for every row that breaks a law."""
    return [f"{law.__name__}: {line}" for law in LAWS for line in law(truth, ledger)]
