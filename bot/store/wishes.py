"""What staff want noted on the platform about a friend: a remark, a description, a tag. A wish
waits here until the platform says the same; where the client's user wrote something else meanwhile,
both stand here and a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import audit, contacts, people, persons
from bot.store.engine import Row, Tx

REMARK, DESCRIPTION, TAG = "remark", "description", "tag:"
WORN, BARE = "1", "0"
_KEY = ("member", "account", "field")


def note(
    tx: Tx, member: str, account: str, field: str, ours: str, now: int, actor: str
) -> bool:  # fmt: skip
    """``field`` of this friendship shall read ``ours``; False when it does, or when there is no
    such friendship. What we knew of the platform when it was wished stands as its base."""
    row = tx.row("friend_is", member=member, account=account)
    if row is None or row[field] == ours:
        return False
    _put(tx, member, account, field, row[field], ours, now, actor)
    return True


def tag(tx: Tx, member: str, account: str, tag: str, worn: bool, now: int, actor: str) -> bool:
    """The friendship shall wear a corporate tag, or not; False when it does, or does not exist."""
    has = tag in contacts.tags_of(tx, member).get(account, ())
    if has is worn or not people.is_friend(tx, member, account):
        return False
    base, ours = (WORN if has else BARE), (WORN if worn else BARE)
    _put(tx, member, account, f"{TAG}{tag}", base, ours, now, actor)
    return True


def _put(
    tx: Tx, member: str, account: str, field: str, base: str, ours: str, now: int, actor: str
) -> None:  # fmt: skip
    tx.run("wish_put", member=member, account=account, field=field, base=base, ours=ours, now=now,
           actor=actor)  # fmt: skip
    audit.record(tx, [audit.note("friend", f"{member}/{account}", "wish", at=now, actor=actor,
                                 before=base, after=ours, reason=field)])  # fmt: skip


def waiting(tx: Tx, n: int) -> list[Row]:
    """Wishes that the platform has not been told yet, the oldest first."""
    return tx.rows("wish_open", n=n)


def done(tx: Tx, row: Row) -> None:
    """The platform says what was wished."""
    tx.run("wish_drop", **_same(row))


def conflict(tx: Tx, row: Row, theirs: str, now: int) -> None:
    """The platform says something else than it did when this was wished."""
    if tx.run("wish_theirs", theirs=theirs, **_same(row)):
        audit.record(tx, [audit.note("friend", f"{row['member']}/{row['account']}", "conflict",
                                     at=now, actor="platform", before=row["ours"], after=theirs,
                                     reason=row["field"])])  # fmt: skip


def failed(tx: Tx, row: Row, why: str) -> None:
    """The platform will not have it; it is shown and not tried again."""
    tx.run("wish_failed", note=why, **_same(row))


def _same(row: Row) -> Row:
    return {name: row[name] for name in (*_KEY, "ours", "at")}


def decide(
    tx: Tx, member: str, account: str, field: str, ours: bool, now: int, actor: str
) -> bool:  # fmt: skip
    """A person decides a conflict: our words go out over theirs, or are dropped. False when there
    is none any more."""
    key = {"member": member, "account": account, "field": field}
    row = tx.row("wish_get", **key)
    if row is None or (row["theirs"] is None and not row["note"]):
        return False
    if not (ours and tx.run("wish_again", now=now, actor=actor, **key)):
        done(tx, row)
    theirs = row["theirs"] or ""
    audit.record(tx, [audit.note("friend", f"{member}/{account}", "decide", at=now, actor=actor,
                                 before=theirs, after=row["ours"] if ours else theirs,
                                 reason=field)])  # fmt: skip
    return True


def of(tx: Tx, member: str) -> Sequence[Row]:
    """All wishes about a person, over all of his ids."""
    return tx.rows("wish_of", members=persons.ids_of(tx, member))
