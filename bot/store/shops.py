"""Of which store (门店) an account or a member is, and a member's way from an account online to the
colleagues of a store."""

from __future__ import annotations

from typing import Literal

from bot.store import audit, notes, people, persons
from bot.store.engine import Row, Tx

Kind = Literal["account", "member"]


def put(
    tx: Tx, kind: Kind, id: str, store: str, now: int, *, actor: str, note: str = ""
) -> None:  # fmt: skip
    """It is of this store from now on; empty: of none."""
    key = persons.person_of(tx, [id])[id] if kind == "member" else id
    before = of(tx, kind, key)
    if store:
        tx.run("shop_put", kind=kind, id=key, store=store, now=now, actor=actor, note=note)
    else:
        tx.run("shop_drop", kind=kind, id=key)
    audit.record(tx, [audit.note(kind, key, "store", at=now, actor=actor, reason=note,
                                 before=before, after=store)])  # fmt: skip


def of(tx: Tx, kind: Kind, id: str) -> str:
    """The store of an account or a person, or empty."""
    row = tx.row("shop_of", kind=kind, id=id)
    return str(row["store"]) if row is not None else ""


def accounts(tx: Tx, store: str) -> list[str]:
    """Staff accounts of a store."""
    return [row["id"] for row in tx.rows("shop_accounts", store=store)]


def stores(tx: Tx) -> list[Row]:
    """Every store with how many accounts and members are of it."""
    return tx.rows("shops")


def hand(tx: Tx, member: str, store: str, note: str, now: int, *, actor: str) -> list[str]:
    """A member goes over to a store: he is of it, and every conversation with him says why, for
    whoever opens it next. The accounts of the store, one of which has yet to add him: the platform
    lets nobody hand a friend over without that colleague's own doing."""
    takers = accounts(tx, store)
    if not takers:
        return []
    person = persons.person_of(tx, [member])[member]
    people.ensure_member(tx, person, now)
    put(tx, "member", person, store, now, actor=actor, note=note)
    text = f"转到门店「{store}」（{'、'.join(takers)}）：{note}"
    for row in tx.rows("shop_talks", members=persons.ids_of(tx, person)):
        notes.add(tx, row["id"], actor, text, now)
    return takers
