"""What words are found by: filled behind the scenes, emptied together with the words.

Nothing is written when a message comes or goes. Each table is cut into blocks of equal ids; a
block is put into the index once, when it is full, the newest first. Whoever searches reads the
lines behind the last full block themselves, and those to which the index has not come yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.clock import MINUTE
from bot.store.engine import Row, Tx
from bot.store.grams import BLOCK, Tails, pack, postings, unpack

INBOX, REPLIES, NOTES = 0, 1, 2
KINDS = {INBOX: "inbox", REPLIES: "replies", NOTES: "notes"}
# PostgreSQL gives out ids before the commit, and ends transactions that stand still for 30 s: after
# so long nobody adds a line to a block any more.
RIPE = 2 * MINUTE
_NOT_BEGUN = {"low": -1, "high": -1}


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of all lines are looked up at once. ``back_to``: ms of the oldest of them, None
    when all are; what is older is read line by line, some at each call."""

    lines: int
    of: int
    back_to: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A full block of lines, and its rows in the index."""

    number: int
    texts: Mapping[int, str]
    rows: Sequence[Row]


def words(row: Row) -> str:
    """What a line is found by: its text, and what a machine made of it."""
    heard = row.get("heard") or ""
    return f"{row['text']}\n{heard}" if heard else str(row["text"])


def prepare(tx: Tx, kind: int, now: int) -> Block | None:
    """The next block, read and cut up beforehand: a writer's time is everybody's."""
    place = _next(tx, kind, tx.row("index_get", kind=kind) or _NOT_BEGUN, now)
    if place is None:
        return None
    texts = _texts(tx, kind, place[0])
    return Block(place[0], texts, _rows(kind, place[0], texts))


def fill(tx: Tx, kind: int, now: int, ready: Block | None = None) -> bool:
    """Puts the next block into the index; False when there is none to put."""
    held = hold(tx, kind)
    place = _next(tx, kind, held, now)
    if place is None:
        return False
    number, low, high = place
    texts = _texts(tx, kind, number)
    # words may have been taken back since
    fits = ready is not None and ready.number == number and ready.texts == texts
    rows = ready.rows if ready is not None and fits else _rows(kind, number, texts)
    tx.many("gram_put", rows)
    tx.run("index_move", kind=kind, low=low, high=high)
    return True


def _rows(kind: int, block: int, texts: Mapping[int, str]) -> list[Row]:
    # in the order of the table's key
    return [{"kind": kind, "block": block, "head": head, "tails": pack(tails)}
            for head, tails in sorted(postings(texts).items())]  # fmt: skip


def _next(tx: Tx, kind: int, row: Row, now: int) -> tuple[int, int, int] | None:
    """Which block comes next, and what is covered then: first what is new, then what is old."""
    ends = tx.row(f"bounds_{KINDS[kind]}") or {}
    if ends.get("last") is None:
        return None
    last = ends["last"] // BLOCK
    low, high = (row["low"], row["high"]) if row["high"] >= 0 else (last, last)
    if high < last and _ripe(tx, kind, high, now):
        return high, low, high + 1
    if low > ends["first"] // BLOCK:
        return low - 1, low - 1, high
    return None


def _ripe(tx: Tx, kind: int, block: int, now: int) -> bool:
    behind = tx.row(f"age_{KINDS[kind]}", id=(block + 1) * BLOCK)
    return behind is not None and behind["at"] <= now - RIPE


def _texts(tx: Tx, kind: int, block: int) -> dict[int, str]:
    rows = tx.rows(f"words_{KINDS[kind]}", first=block * BLOCK, last=(block + 1) * BLOCK)
    return {row["id"]: words(row) for row in rows}


def forget(tx: Tx, kind: int, texts: Mapping[int, str]) -> None:
    """Takes lines out, with the words they had. Call it before the words themselves go."""
    change(tx, kind, {line: (text, "") for line, text in texts.items()})


def change(tx: Tx, kind: int, texts: Mapping[int, tuple[str, str]]) -> None:
    """Lines had the first words, and have the second from now on."""
    held = hold(tx, kind)
    blocks: dict[int, dict[int, tuple[str, str]]] = {}
    for line, pair in texts.items():
        if held["low"] <= line // BLOCK < held["high"]:
            blocks.setdefault(line // BLOCK, {})[line] = pair
    for block, lines in sorted(blocks.items()):
        _change_block(tx, kind, block, lines)


def _change_block(tx: Tx, kind: int, block: int, lines: Mapping[int, tuple[str, str]]) -> None:
    gone = postings({line: before for line, (before, _) in lines.items()})
    come = postings({line: after for line, (_, after) in lines.items()})
    heads = sorted(gone.keys() | come.keys())
    rows = tx.rows("gram_get", kind=kind, blocks=[block], heads=heads)
    known = {row["head"]: unpack(row["tails"]) for row in rows}
    left = {head: pack(_changed(known.get(head, {}), gone.get(head, {}), come.get(head, {})))
            for head in heads}  # fmt: skip
    tx.run("gram_drop", kind=kind, block=block, heads=[h for h in heads if not left[h]])
    tx.many("gram_put", [{"kind": kind, "block": block, "head": head, "tails": tails}
                         for head, tails in left.items() if tails])  # fmt: skip


def _changed(known: Tails, gone: Tails, come: Tails) -> Tails:
    nothing: set[str] = set()
    return {tail: (known.get(tail, nothing) - gone.get(tail, nothing)) | come.get(tail, nothing)
            for tail in known.keys() | come.keys()}  # fmt: skip


def hold(tx: Tx, kind: int) -> Row:
    """Until the end of the transaction nobody else changes the index of this kind."""
    tx.run("index_ensure", kind=kind)
    return tx.row("index_hold", kind=kind) or dict(_NOT_BEGUN)


def covered(tx: Tx, kind: int) -> tuple[int, int]:
    """Ids from the first on and before the second are in the index; a search reads the rest."""
    row = tx.row("index_get", kind=kind) or _NOT_BEGUN
    return max(row["low"], 0) * BLOCK, max(row["high"], 0) * BLOCK


def progress(tx: Tx, kind: int) -> Progress:
    """How far the index of one kind has come."""
    ends = tx.row(f"bounds_{KINDS[kind]}") or {}
    if ends.get("last") is None:
        return Progress(0, 0)
    row = tx.row("index_get", kind=kind) or _NOT_BEGUN
    low = (row["low"] if row["high"] >= 0 else ends["last"] // BLOCK) * BLOCK
    whole = ends["last"] - ends["first"] + 1
    if low <= ends["first"]:
        return Progress(whole, whole)
    behind = tx.row(f"age_{KINDS[kind]}", id=low)
    return Progress(ends["last"] - low + 1, whole, behind["at"] if behind else None)
