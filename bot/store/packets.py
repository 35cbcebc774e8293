"""Red packets on their way: what is due, and what came of a call. Nothing is ever paid under
another number, and what nobody knows is asked about, not paid again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.paying import Paid
from bot.store import audit, events, grants, persons
from bot.store.engine import Row, Tx
from bot.store.granting import RewardRefused
from bot.store.grounds import fallen

ACTOR, OA = "scheduler", "oa:"
PAY = "pay"  # why: the payment service refused
NOBODY, BACK = "openid", "back"


@dataclass(frozen=True, slots=True)
class Times:
    """``ask``: when to ask again, None: not by itself; ``later``: when to pay again; ``opened``:
    when a packet that nobody opened has come back; ``known``: the service still knows whatever was
    paid under its number."""

    ask: int | None
    later: int
    opened: int
    known: bool = True


def due(tx: Tx, now: int, n: int) -> list[Row]:
    """Grants of which something is to be asked or paid, held until this transaction ends."""
    rows = (grants.hold(tx, row["id"]) for row in tx.rows("grants_due", now=now, n=n))
    return [row for row in rows if row is not None]


def next_due(tx: Tx) -> int | None:
    """When the next is due; None: nothing is."""
    row = tx.row("grants_next")
    return row["at"] if row else None


def current(tx: Tx, id: str) -> Row | None:
    """A grant, held."""
    return grants.hold(tx, id)


def openid(tx: Tx, member: str, account: str) -> str:
    """What the official account calls a member, by whichever of his ids; empty: he never came
    there. ``account``: the one of several at which he has to have been."""
    ids = [one for one in persons.ids_of(tx, member) if one.startswith(OA)]
    if account and ids:
        ids = [row["member"] for row in tx.rows("oa_members", account=account, members=ids)]
    return ids[0].removeprefix(OA) if ids else ""


def fell(tx: Tx, row: Row, now: int) -> bool:
    """Before it is paid: taken back where nothing carries it any more."""
    why = fallen(tx, [row]).get(row["id"])
    if why is None:
        return False
    events.record(tx, grants.claw(tx, row, now, actor=ACTOR, why=why), now)
    return True


def wait(tx: Tx, row: Row, why: str, note: str, until: int) -> None:
    """It waits for something, and says for what."""
    tx.run("grant_wait", id=row["id"], why=why, note=note, retry_at=until)


def ask_at(tx: Tx, row: Row, at: int) -> None:
    """It is being asked about; whoever dies meanwhile leaves the question for then."""
    tx.run("grant_wait", id=row["id"], why=row["why"], note=row["note"], retry_at=at)


def ask_now(tx: Tx, row: Row, now: int, actor: str) -> None:
    """A colleague wants to know what became of one that nobody knows of."""
    if row["state"] != grants.UNSURE:
        raise RewardRefused(f"it is {row['state']}, not unsure")
    tx.run("grant_asked", id=row["id"], note=row["note"], tries=0, retry_at=now)
    audit.record(tx, [audit.note(grants.MACHINE, row["id"], "ask", at=now, actor=actor,
                                 before=row["state"], after=row["state"])])  # fmt: skip


def pay(tx: Tx, row: Row, now: int, receiver: str, until: int) -> Row | None:
    """From now on it may have been paid, to this id and no other."""
    return grants.move(tx, row, "pay", now, actor=ACTOR, why="", receiver=receiver,
                       retry_at=until)  # fmt: skip


def doubt(tx: Tx, row: Row, now: int, why: str) -> Row | None:
    """The call was made, maybe, and nobody knows what came of it."""
    return grants.move(tx, row, "doubt", now, actor=ACTOR, note=why, retry_at=now)


def refuse(tx: Tx, row: Row, now: int, why: str) -> None:
    """It cannot be paid: he gets none, and its share is free again."""
    code = NOBODY if "official account" in why else PAY
    grants.fail(tx, row, "fail", now, actor=ACTOR, why=code, note=why)


def finish(tx: Tx, row: Row, paid: Paid, now: int, times: Times) -> None:
    """What a call, or a question, said."""
    _ENDS[row["state"]](tx, row, paid, now, times)


def _paying(tx: Tx, row: Row, paid: Paid, now: int, times: Times) -> None:
    if paid.fate in ("sent", "taken"):
        _sent(tx, row, paid, now, times)
    elif paid.fate == "later":
        grants.move(tx, row, "later", now, actor=ACTOR, why=PAY, note=paid.why,
                    retry_at=times.later)  # fmt: skip
    elif paid.fate == "never":
        grants.fail(tx, row, "never", now, actor=ACTOR, why=PAY, note=paid.why)
    else:  # absent and back are no answers to a payment
        grants.move(tx, row, "doubt", now, actor=ACTOR, note=paid.why, tries=1,
                    retry_at=times.ask)  # fmt: skip


def _unsure(tx: Tx, row: Row, paid: Paid, now: int, times: Times) -> None:
    if paid.fate in ("sent", "taken"):
        _sent(tx, row, paid, now, times)
    elif paid.fate in ("never", "back"):
        why = BACK if paid.fate == "back" else PAY
        grants.fail(tx, row, "never", now, actor=ACTOR, why=why, note=paid.why)
    elif paid.fate == "absent" and times.known:
        # "No such payment" may mean that it is still on its way; under the same number it is one
        grants.move(tx, row, "absent", now, actor=ACTOR, note=paid.why, tries=row["tries"] + 1,
                    retry_at=times.ask or times.later)  # fmt: skip
    else:
        _ask_again(tx, row, paid, times)


def _ask_again(tx: Tx, row: Row, paid: Paid, times: Times) -> None:
    tx.run("grant_asked", id=row["id"], note=paid.why, tries=row["tries"] + 1, retry_at=times.ask)


def _opened(tx: Tx, row: Row, paid: Paid, now: int, times: Times) -> None:
    """It was paid; a day later one can know whether he opened it."""
    if paid.fate == "back":
        grants.fail(tx, row, "back", now, actor=ACTOR, why=BACK, note=paid.why)
    elif paid.fate in ("taken", "never", "absent"):
        tx.run("grant_asked", id=row["id"], note=paid.why, tries=row["tries"], retry_at=None)
    else:
        _ask_again(tx, row, paid, times)


def _sent(tx: Tx, row: Row, paid: Paid, now: int, times: Times) -> None:
    at = None if paid.fate == "taken" else times.opened
    grants.move(tx, row, "sent", now, actor=ACTOR, why="", note=paid.why, sent_at=now, tries=0,
                retry_at=at)  # fmt: skip


_ENDS: Mapping[str, Callable[[Tx, Row, Paid, int, Times], None]] = {
    grants.PAYING: _paying, grants.UNSURE: _unsure, grants.SENT: _opened,
}  # fmt: skip
