"""The storm's accounts: for everything a crowd did, its effect is counted once, or it is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.harness.ledger import Ledger
from tests.harness.truth import Truth

Row = dict[str, Any]
# A welcome code lives 20 s on the platform's clock: these fates of a welcome need no message.
TOO_LATE = ("too late", "no time left", "older than 20 s")


@dataclass
class Account:
    """What became of the acts, by kind and fate; the offending ones in words."""

    fates: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def note(self, act: Row, fate: str) -> None:
        """Counts one act; ``lost`` and ``doubled`` are kept in words."""
        self.fates[f"{act['kind']} {fate}"] += 1
        if fate in ("lost", "doubled"):
            getattr(self, fate).append(f"{fate}: {act}")


@dataclass(frozen=True)
class Books:
    """Truth and ledger, indexed by what the acts are known by."""

    inbox: Mapping[str, list[Row]]
    events: Mapping[tuple[str, str, str], list[Row]]
    outbox: Mapping[tuple[str, str], list[Row]]
    kf: Counter[str]
    contact: Counter[str]
    app: Counter[str]
    ended: frozenset[tuple[str, str]]
    gone: frozenset[str]


def books(acts: list[Row], truth: Truth, ledger: Ledger) -> Books:
    """Both sides, indexed."""
    outbox: dict[tuple[str, str], list[Row]] = {}
    for row in ledger.outbox:
        outbox.setdefault((row["channel"], row["peer"]), []).append(row)
    events: dict[tuple[str, str, str], list[Row]] = {}
    for row in ledger.inbox:
        events.setdefault((row["event"], row["peer"], row["account"]), []).append(row)
    return Books(
        inbox={row["dedupe"]: [row] for row in ledger.inbox}, events=events, outbox=outbox,
        kf=truth.counts("kf"), contact=truth.counts("contact"),
        app=Counter(row["box"] for row in truth.said if row["channel"] == "app"),
        gone=frozenset(act["who"] for act in acts if act["kind"] == "delete"),
        ended=frozenset((f["member"], f["account"]) for f in ledger.friends if f["until"]),
    )  # fmt: skip


def _fate(kept: list[Row], owed: bool, received: int, sent: list[Row]) -> str:
    """An act whose effect is one message: kept, answered, once."""
    if received > 1 or len(kept) > 1 or len(sent) > 1:
        return "doubled"
    if not owed and not kept:
        return "unanswered"
    if not kept or kept[0]["state"] != "done" or not sent:
        return "lost"
    if received:
        return sent[0]["state"] if sent[0]["state"] in ("sent", "unsure") else "lost"
    explained = sent[0]["state"] in ("unsure", "expired", "dead") and sent[0]["note"]
    if explained and any(word in sent[0]["note"] for word in TOO_LATE):
        return "expired"
    return "unsure, not received" if explained and sent[0]["state"] == "unsure" else "lost"


def _wrote(act: Row, found: Books) -> str:
    kept = found.inbox.get(f"kf:{act['account']}:{act['key']}", [])
    return _fate(kept, True, found.kf[act["who"]], found.outbox.get(("kf", act["who"]), []))


def _added(act: Row, found: Books) -> str:
    kept = found.events.get(("contact.added", act["who"], act["account"]), [])
    sent = [
        row for row in found.outbox.get(("contact", act["who"]), []) if row["kind"] == "welcome"
    ]
    if sent and sent[0]["state"] == "dead" and act["who"] in found.gone:
        return "gone before"  # who deletes the account kills its welcome code
    return _fate(kept, act["answered"] > 0, found.contact[act["who"]], sent)


def _deleted(act: Row, found: Books) -> str:
    kept = found.events.get(("contact.removed", act["who"], act["account"]), [])
    ended = (act["who"], act["account"]) in found.ended
    return _kept(act, kept, ended)


def _asked(act: Row, found: Books) -> str:
    kept = found.inbox.get(f"app:{act['account']}:{act['key']}", [])
    sent = found.outbox.get(("app", act["who"]), [])
    return _fate(kept, act["answered"] > 0, found.app[act["who"]], sent)


def _tapped(act: Row, found: Books) -> str:
    kept = found.events.get((f"app.click:{act['key']}", act["who"], act["account"]), [])
    return _kept(act, kept, True)


def _kept(act: Row, kept: list[Row], effect: bool) -> str:
    if len(kept) > 1:
        return "doubled"
    if not kept:
        return "lost" if act["answered"] else "unanswered"
    return "done" if kept[0]["state"] == "done" and effect else "lost"


FATES: Mapping[str, Callable[[Row, Books], str]] = {
    "kf": _wrote, "add": _added, "delete": _deleted, "app": _asked, "tap": _tapped,
}  # fmt: skip


def settle(acts: list[Row], truth: Truth, ledger: Ledger) -> Account:
    """The fate of every act."""
    made, found = Account(), books(acts, truth, ledger)
    for act in acts:
        made.note(act, FATES[act["kind"]](act, found))
    return made
