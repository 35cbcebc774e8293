"""What a member wants of promotion: none, less, or as usual. Holds for all accounts at once, and
for all ids of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.model import is_promotion
from bot.store import audit, chronicle, outbox, people, persons
from bot.store.engine import Row, Tx
from bot.store.pullback import Pull, pull
from bot.store.unwanted import OPTED_OUT

CODE = "opted_out"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What an opt-out stopped, and how many tasks on the platform are made again without him."""

    cancelled: int = 0
    dropped: int = 0
    pulled: int = 0

    def __add__(self, other: Recalled) -> Recalled:
        return Recalled(self.cancelled + other.cancelled, self.dropped + other.dropped,
                        self.pulled + other.pulled)  # fmt: skip


def of_member(tx: Tx, member: str) -> tuple[bool, bool]:
    """(promotion is welcome, but less of it); strangers have said nothing yet."""
    row = tx.row("member_consent", id=member)
    return (True, False) if row is None else (bool(row["promo_ok"]), bool(row["promo_less"]))


def opt_out(
    tx: Tx, member: str, now: int, actor: str = "member", reason: str = ""
) -> Recalled:  # fmt: skip
    """From now on nothing of promotion leaves to him; what waits to leave is cancelled. ``actor``:
    who wished it, himself or the staff member who keeps him out; ``reason``: what that one notes
    about it."""
    stopped = Recalled()
    for id in persons.ids_of(tx, member):
        _write(tx, id, (False, of_member(tx, id)[1]), "opt_out", now, actor, reason)
        stopped += _stop(tx, id, now)
    return stopped


def _stop(tx: Tx, member: str, now: int) -> Recalled:
    cancelled = sum(_cancel(tx, row, now) for row in tx.rows("promo_queued", member=member))
    pulled = 0
    for task in [*tx.rows("promo_tasks", member=member), *tx.rows("tap_flying", member=member)]:
        if not is_promotion(task["kind"], task["origin"]):
            continue
        if task["state"] in ("draft", "ready"):
            tx.run("receiver_cancel", outbox=task["id"], peer=member, note=OPTED_OUT)
            cancelled += 1
        else:
            pulled += pull(tx, task, Pull(why=CODE, again_at=now, drops={member: CODE}), now)
    dropped = [row for row in tx.rows("promo_pooled", member=member)
               if is_promotion(row["kind"], row["origin"])]  # fmt: skip
    for row in dropped:
        tx.run("pool_drop", id=row["id"], now=now, note=OPTED_OUT)
    return Recalled(cancelled, len(dropped), pulled)


def opt_in(tx: Tx, member: str, now: int, actor: str = "member", reason: str = "") -> None:
    """He wants it again, as usual; what was cancelled meanwhile stays so."""
    for id in persons.ids_of(tx, member):
        _write(tx, id, (True, False), "opt_in", now, actor, reason)


def fewer(tx: Tx, member: str, now: int, actor: str = "member", reason: str = "") -> None:
    """Half as much. Whoever opted out stays out."""
    for id in persons.ids_of(tx, member):
        _write(tx, id, (of_member(tx, id)[0], True), "fewer", now, actor, reason)


def agree(tx: Tx, ids: Sequence[str], now: int) -> dict[str, Any]:
    """Ids that are found to be one person want the same: what any of them refused. What was
    changed, for ``as_before``."""
    wishes = {id: of_member(tx, id) for id in ids}
    after = all(ok for ok, _ in wishes.values()), any(less for _, less in wishes.values())
    before = {id: list(wish) for id, wish in wishes.items() if wish != after}
    for id in before:
        _set(tx, id, after, "merge", now, "system")
        if not after[0]:
            _stop(tx, id, now)
    return {"before": before, "after": list(after)}


def as_before(tx: Tx, agreed: Mapping[str, Any], since: int, now: int) -> None:
    """Ids that are two persons again want what each of them did, unless somebody refused since."""
    before = agreed["before"]
    if not before or tx.row("merge_refused_since", ids=list(before), since=since):
        return
    for id, wish in before.items():
        if list(of_member(tx, id)) == agreed["after"]:
            _set(tx, id, (wish[0], wish[1]), "part", now, "system")


def _cancel(tx: Tx, row: Row, now: int) -> bool:
    if not is_promotion(row["kind"], row["origin"]):
        return False
    return outbox.move(tx, row, "cancel", now, actor="member", reason=OPTED_OUT)


def _write(
    tx: Tx, member: str, after: tuple[bool, bool], event: str, now: int, actor: str, reason: str
) -> None:  # fmt: skip
    people.ensure_member(tx, member, now)
    before = of_member(tx, member)
    if before == after:
        return
    by = "" if actor in audit.PARTS else actor
    chronicle.wished(tx, member, *after, now, by)
    _set(tx, member, after, event, now, actor, reason)


def _set(
    tx: Tx, member: str, after: tuple[bool, bool], event: str, now: int, actor: str,
    reason: str = "",
) -> None:  # fmt: skip
    before = of_member(tx, member)
    tx.run("member_promo", id=member, promo_ok=int(after[0]), promo_less=int(after[1]))
    audit.record(tx, [audit.note("member", member, event, at=now, actor=actor,
                                 before=_name(before), after=_name(after),
                                 reason=reason)])  # fmt: skip


def _name(wish: tuple[bool, bool]) -> str:
    welcome, less = wish
    return ("less" if less else "promo") if welcome else "no promo"
