"""Conversations of one person that staff see as one talk: joined by them, and parted again.

It is the conversations that are joined, not the members. Who a member is, what is remembered of him
and what he agreed to stays with each record; a later merge of members changes nothing here, and
parting conversations changes nothing there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.handoff import ANSWERABLE, Conflict
from bot.core.model import Binding
from bot.store import audit, desk
from bot.store.engine import Row, Tx

MOST = 6  # conversations shown as one
LOOKS = 40  # rows of each reason that are looked at
SHOWN = 5
GROUP_PEER = "group:"
Evidence = Literal["member", "union", "name", "staff"]
# The strongest first.
_REASONS: Sequence[tuple[Evidence, str]] = (
    ("member", "joins_same_member"), ("union", "joins_same_union"), ("name", "joins_same_name"),
)  # fmt: skip
_WORDS = {"member": "同一个客户 ID", "union": "同一个 unionid", "name": "昵称相同，已核对",
          "staff": "同事核对过"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A conversation that may be with the same person, and why. ``name`` alone is a weak hint."""

    conversation: str
    channel: str
    account: str
    name: str
    last_in_at: int | None
    evidence: Evidence


def of_another_persona() -> Conflict:
    """What cannot be joined."""
    return Conflict("这两个会话不属于同一个人设", "只能合并同一个人设的账号")


def alone_already() -> Conflict:
    """What cannot be parted."""
    return Conflict("这个会话没有和别的合并", "刷新页面")


def keys(tx: Tx, key: str) -> tuple[str, ...]:
    """All conversations of the whole to which one belongs, in the order of their ids; itself when
    it is alone."""
    row = tx.row("conversation_get", id=key)
    return of(tx, row) if row is not None else (key,)


def of(tx: Tx, row: Row) -> tuple[str, ...]:
    """The same for a conversation's row."""
    if not row["joined"]:
        return (row["id"],)
    return tuple(each["id"] for each in tx.rows("joins_of", joined=row["joined"]))


def rows(tx: Tx, ids: Sequence[str]) -> list[Row]:
    """Their rows, in the order of their ids."""
    return tx.rows("joins_rows", ids=list(ids))


def hold(tx: Tx, key: str) -> list[Row]:
    """All rows of the whole, which nobody else changes until the end. What is to be sent is held
    first, for that is the order of a sender. Raises Conflict."""
    ids = keys(tx, key)
    for each in ids:
        tx.rows("desk_rows_hold", conversation=each)
    rows = tx.rows("joins_hold", ids=list(ids))
    if not rows:
        raise Conflict("没有这个会话", "刷新列表")
    return rows


def candidates(tx: Tx, row: Row, accounts: Collection[Binding]) -> list[Candidate]:
    """Conversations of these accounts that may be with the person of this one; the strongest reason
    of each."""
    if not _joinable(row) or not row["member"]:
        return []
    found: dict[str, Candidate] = {}
    for evidence, query in _REASONS:
        named = {"id": row["id"]} if evidence == "member" else {}
        for other in tx.rows(query, member=row["member"], n=LOOKS, **named):
            if _fits(row, other, accounts):
                found.setdefault(other["id"], _candidate(other, evidence))
    return list(found.values())[:SHOWN]


def known(tx: Tx, row: Row, ids: Sequence[str], accounts: Collection[Binding]) -> list[Candidate]:
    """Those of some conversations that may be joined with this one: staff know the person."""
    return [_candidate(other | {"name": other["called"]}, "staff")
            for other in tx.rows("joins_named", ids=list(ids))
            if other["id"] != row["id"] and _joinable(row)
            and _fits(row, other, accounts)]  # fmt: skip


def _fits(row: Row, other: Row, accounts: Collection[Binding]) -> bool:
    apart = not row["joined"] or row["joined"] != other["joined"]
    where = Binding(channel=other["channel"], account=other["account"])
    return apart and _joinable(other) and where in accounts


def _joinable(row: Row) -> bool:
    return row["channel"] in ANSWERABLE and not row["peer"].startswith(GROUP_PEER)


def _candidate(row: Row, evidence: Evidence) -> Candidate:
    return Candidate(conversation=row["id"], channel=row["channel"], account=row["account"],
                     name=row["name"] or "", last_in_at=row["last_in_at"],
                     evidence=evidence)  # fmt: skip


def join(tx: Tx, key: str, other: str, staff: str, now: int, evidence: Evidence) -> bool:
    """Two talks are one from now on; False when they were already. If he holds one of them he holds
    all. Raises Conflict: a colleague holds one, or there is nothing to join."""
    both = sorted({*keys(tx, key), *keys(tx, other)})
    for each in both:
        tx.rows("desk_rows_hold", conversation=each)
    rows = tx.rows("joins_hold", ids=both)
    by_id = {row["id"]: row for row in rows}
    if key not in by_id or other not in by_id:
        raise Conflict("没有这个会话", "刷新列表")
    before = {each: of(tx, by_id[each]) for each in both}
    if before[key] == before[other]:
        return False
    _refuse(rows, staff, now)
    _link(tx, rows, staff, now, evidence, by_id[key]["joined"] or by_id[other]["joined"])
    why = f"{staff} 合并显示：{_WORDS[evidence]}"
    _trail(tx, "join", before, {each: tuple(both) for each in both}, staff, now, why)
    if any(row["held_by"] == staff for row in rows):
        for row in rows:
            _take_too(tx, row, staff, now)
    return True


def _refuse(rows: Sequence[Row], staff: str, now: int) -> None:
    if len(rows) > MOST:
        raise Conflict(f"最多把 {MOST} 个会话合在一起", "先分开不是他的")
    for row in rows:
        if not _joinable(row):
            raise Conflict("好友聊天和群不能合并", "只能合并在这里能回复的单聊")
        if row["mode"] == "staff" and row["held_by"] not in ("", staff):
            raise desk.elsewhere(row, now)


def _link(
    tx: Tx, rows: Sequence[Row], staff: str, now: int, evidence: Evidence, whole: int
) -> None:  # fmt: skip
    ids = [row["id"] for row in rows]
    for row in rows:
        if row["joined"]:
            continue
        made = tx.row("joins_add", conversation=row["id"], evidence=evidence, staff=staff, now=now)
        whole = whole or (made or {"id": 0})["id"]
    tx.run("joins_name", ids=ids, whole=whole)
    tx.run("joins_set", ids=ids, whole=whole)


def _take_too(tx: Tx, row: Row, staff: str, now: int) -> None:
    if row["mode"] == "auto" or (row["mode"] == "staff" and not row["held_by"]):
        desk.take(tx, row["id"], staff, now, desk.glance(tx, row["id"]))


def part(tx: Tx, key: str, staff: str, now: int) -> None:
    """A conversation stands alone again; everything in it stays as it is. Raises Conflict: it does
    already, or a colleague holds it."""
    rows = hold(tx, key)
    if len(rows) < 2:
        raise alone_already()
    for row in rows:
        if row["mode"] == "staff" and row["held_by"] not in ("", staff):
            raise desk.elsewhere(row, now)
    ids = tuple(row["id"] for row in rows)
    rest = tuple(each for each in ids if each != key)
    alone = [key] if len(rest) > 1 else list(ids)
    tx.run("joins_set", ids=alone, whole=0)
    tx.run("joins_end", ids=alone, staff=staff, now=now)
    after = {each: (each,) if each in alone else rest for each in ids}
    why = f"{staff} 取消合并显示"
    _trail(tx, "part", dict.fromkeys(ids, ids), after, staff, now, why)


def _trail(
    tx: Tx, event: str, before: dict[str, tuple[str, ...]], after: dict[str, tuple[str, ...]],
    staff: str, now: int, why: str,
) -> None:  # fmt: skip
    audit.record(tx, [audit.note("conversation", each, event, at=now, actor=staff, reason=why,
                                 before=" ".join(before[each]), after=" ".join(after[each]))
                      for each in before])  # fmt: skip


def told(tx: Tx, ids: Sequence[str]) -> list[Row]:
    """Who joined these conversations, when and why; nothing for those that stand alone."""
    return tx.rows("joins_open", ids=list(ids))
