"""Looking for words in what was said and noted, newest first.

A line is found when it contains the words exactly, after both are folded (see core.folding). Each
call looks at a bounded number of lines; where that was not enough, ``more`` goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from bot.core.folding import searchable, snippet
from bot.core.model import Binding
from bot.store import grams, index
from bot.store.engine import Row, Tx
from bot.store.grams import BLOCK
from bot.store.index import KINDS, Progress

PAGE = 30
LOOKS = 1_500  # lines of one kind that one call reads
BITE = 128
_GRAMS = 6  # as many narrow it down as well as all of them would
_SAMPLE = 4  # blocks that tell which gram is rare
_FEW = 2  # lines in a block that are sooner read than narrowed down
_BLOCKS = (4, 16, 64, 128)  # looked at together, the newest first
_END = 1 << 62

# Before which line the next page begins, by kind of line. Empty is the beginning.
Cursor = Mapping[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A line that was found. ``kind`` is one of index.KINDS, ``line`` its id there; ``author``
    empty for the member. ``snippet``: what stands before, in and behind the words. ``heard``: a
    machine made these words of what he said."""

    kind: int
    line: int
    at: int
    conversation: str
    channel: str
    account: str
    author: str
    snippet: tuple[str, str, str]
    member: str = ""
    name: str = ""
    persona: str = ""
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page. ``more`` is None at the end; ``progress`` by kind says what is found slowly yet."""

    hits: list[Hit]
    more: Cursor | None
    progress: Mapping[int, Progress]


@dataclass(frozen=True, slots=True)
class _Look:
    """One line that was looked at; ``hit`` False where a call stopped for having looked enough."""

    kind: int
    row: Row
    hit: bool = True

    @property
    def rank(self) -> tuple[int, int, int]:
        return (-self.row["at"], self.kind, -self.row["id"])


def search(
    tx: Tx, words: str, *, accounts: Sequence[Binding] | None = None,
    kinds: Collection[int] = tuple(KINDS), after: Cursor | None = None, n: int = PAGE,
    looks: int = LOOKS,
) -> Found:  # fmt: skip
    """Up to ``n`` lines with these words, of these accounts or of all."""
    wanted = searchable(words)
    if not wanted:
        return Found([], None, {})
    pairs = None if accounts is None else {(a.channel, a.account) for a in accounts}
    after = after or {}
    streams = {kind: _looks(tx, kind, wanted, pairs, after.get(kind, _END), looks)
               for kind in sorted(kinds)}  # fmt: skip
    hits, more = _page(streams, n)
    return Found(_hits(tx, hits, wanted), None if more is None else {**after, **more},
                 {kind: index.progress(tx, kind) for kind in streams})  # fmt: skip


def _page(
    streams: Mapping[int, Iterator[_Look]], n: int
) -> tuple[list[_Look], dict[int, int] | None]:
    """The first ``n`` of all streams, and where each of them stands then."""
    stood: dict[int, int] = {}

    def watched(kind: int, looks: Iterator[_Look]) -> Iterator[_Look]:
        for look in looks:
            # what was drawn and not given out begins the next page
            stood[kind] = look.row["id"] + look.hit
            yield look
        stood[kind] = 0

    found: list[_Look] = []
    for look in merge(*(watched(k, s) for k, s in streams.items()), key=lambda k: k.rank):
        if len(found) == n or not look.hit:
            return found, stood
        found.append(look)
    return found, None


def _looks(
    tx: Tx, kind: int, words: str, pairs: set[tuple[str, str]] | None, before: int, looks: int
) -> Iterator[_Look]:
    """Lines with the words, newest first; the last says where it stopped if there may be more."""
    looked = 0
    for rows in _candidates(tx, kind, words, before):
        for row in rows:
            if _says(row, words) is not None and _ours(row, pairs):
                yield _Look(kind, row)
        looked += len(rows)
        if rows and looked >= looks:
            yield _Look(kind, rows[-1], hit=False)
            return


def _says(row: Row, words: str) -> str | None:
    """Which column of a line has the words; None where none has."""
    return next((name for name in ("text", "heard") if words in searchable(row.get(name) or "")),
                None)  # fmt: skip


def _ours(row: Row, pairs: set[tuple[str, str]] | None) -> bool:
    return (row["kind"] != "event" and bool(row["conversation"])
            and (pairs is None or (row["channel"], row["account"]) in pairs))  # fmt: skip


def _candidates(tx: Tx, kind: int, words: str, before: int) -> Iterator[list[Row]]:
    """All lines that are not in the index yet, those that the index names, and all lines of
    before, to which it has not come yet."""
    low, high = index.covered(tx, kind)
    yield from _unindexed(tx, kind, before, high)
    ids: list[int] = []
    for found in _indexed(tx, kind, words, min(before, high), low):
        ids += found
        while len(ids) >= BITE:
            yield tx.rows(f"found_{KINDS[kind]}", ids=ids[:BITE])
            ids = ids[BITE:]
    if ids:
        yield tx.rows(f"found_{KINDS[kind]}", ids=ids)
    yield from _unindexed(tx, kind, min(before, low), 0)


def _unindexed(tx: Tx, kind: int, before: int, least: int) -> Iterator[list[Row]]:
    while before > least:
        rows = tx.rows(f"newest_{KINDS[kind]}", before=before, least=least, n=BITE)
        yield rows
        before = rows[-1]["id"] if len(rows) == BITE else least


def _indexed(
    tx: Tx, kind: int, words: str, before: int, low: int
) -> Iterator[list[int]]:  # fmt: skip
    """Ids of lines that have every gram of the words, newest first."""
    end, sizes, n = -(-before // BLOCK), iter(_BLOCKS), 0
    wanted = _rarest(tx, kind, grams.wanted(words), range(max(low // BLOCK, end - _SAMPLE), end))
    while end * BLOCK > low:
        n = next(sizes, n)
        marks = _marks(tx, kind, wanted, range(max(low // BLOCK, end - n), end))
        for block in sorted(marks, reverse=True):
            yield [line for line in grams.lines(marks[block], block) if line < before]
        end -= n


def _rarest(tx: Tx, kind: int, wanted: Sequence[str], blocks: Sequence[int]) -> list[str]:
    """The grams that occur least in some blocks first: what comes after them is seldom read."""
    rows = tx.rows("gram_get", kind=kind, heads=sorted({gram[0] for gram in wanted}),
                   blocks=list(blocks))  # fmt: skip
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row["head"], []).append(row["tails"])
    seen = {gram: sum(len(grams.marks_of(text, gram)) for text in texts.get(gram[0], ()))
            for gram in wanted}  # fmt: skip
    return sorted(wanted, key=lambda gram: seen[gram])[:_GRAMS]


def _marks(tx: Tx, kind: int, wanted: Sequence[str], blocks: Sequence[int]) -> dict[int, set[str]]:
    """The postings that the grams have in common, by block; one gram after the other, so that the
    next is looked for only where something is left, and not at all where so little is left that
    reading the lines costs less."""
    found: dict[int, set[str]] = {}
    left = list(blocks)
    for gram in wanted:
        rows = tx.rows("gram_get", kind=kind, heads=[gram[0]], blocks=left)
        here = {row["block"]: grams.marks_of(row["tails"], gram) for row in rows}
        found = {block: marks & found.get(block, marks) for block, marks in here.items()}
        left = [block for block, marks in found.items() if marks]
        if sum(len(found[block]) for block in left) <= _FEW * len(left):
            break
    return {block: found[block] for block in left}


def _hits(tx: Tx, looks: Sequence[_Look], words: str) -> list[Hit]:
    people = {row["id"]: row for row in tx.rows(
        "found_people", ids=sorted({look.row["conversation"] for look in looks}))}  # fmt: skip
    made = []
    for look in looks:
        row, who = look.row, people.get(look.row["conversation"], {})
        column = _says(row, words) or "text"
        hit = Hit(
            kind=look.kind, line=row["id"], at=row["at"], conversation=row["conversation"],
            channel=row["channel"] or "", account=row["account"] or "", author=row["author"],
            snippet=snippet(row[column], words), heard=column == "heard",
        )  # fmt: skip
        made.append(replace(hit, member=who.get("member") or "", name=who.get("name") or "",
                            persona=who.get("persona") or ""))  # fmt: skip
    return made
