"""The flow matrix from stays and clicks, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.members.carriers import TARGETS, carrier_of, source_of
from bot.members.flowing import Cell, Clicked, Coming, Led, by_leader, forward, reverse
from bot.store.engine import Row, Tx

PAGE, STEP = 100, 1_000


def matrix(tx: Tx, since: int, before: int, codes: Mapping[str, str]) -> list[Cell]:
    """All cells of a span (UTC ms), forward and reverse. ``codes``: ``[carriers] codes``."""
    comings = [Coming(**row) for row in tx.rows("flow_comings", since=since, before=before)]
    clicks = [Clicked(**row) for row in tx.rows("flow_clicks", since=since, before=before)]
    return [*forward(comings, codes, _links(tx)), *reverse(clicks)]


def led(
    tx: Tx, since: int, before: int, personas: Mapping[str, str], leaders: Mapping[str, str]
) -> list[Led]:
    """The forward part by who leads now: ``personas`` by staff account, ``leaders`` by circle."""
    found = tx.rows("flow_places", since=since, before=before)
    comings = [(row["kind"], row["place"], row["owner"], int(row["n"])) for row in found]
    return by_leader(comings, personas, leaders)


def rows(
    tx: Tx, cell: tuple[str, str], since: int, before: int, codes: Mapping[str, str],
    n: int = PAGE, skip: int = 0,
) -> list[Row]:  # fmt: skip
    """The comings behind one forward cell (source, target), the latest first: ``n`` behind the
    first ``skip``."""
    kind = next(one for one, name in TARGETS.items() if name == cell[1])
    links = _links(tx)

    def source(row: Row) -> str:
        return source_of(row["code"], row["came"], row["way"], codes, links)

    mine = (row for row in _walk(tx, kind, since, before) if source(row) == cell[0])
    return list(islice(mine, skip, skip + n))


def clicks(
    tx: Tx, cell: tuple[str, str], since: int, before: int, after: int = 1 << 62, n: int = PAGE
) -> list[Row]:
    """The clicks behind one cell of the way back (where read, where to), the latest first, behind
    event ``after``."""
    return tx.rows("flow_click_rows", posted=cell[0], carrier=cell[1], since=since, before=before,
                   after=after, n=n)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class OfCode:
    """One code: what it is (kinds of ``Item``, ``out_link``; empty: nothing of ours), the carrier
    that it names or empty, and how many came by it to an account and to a group."""

    code: str
    kinds: tuple[str, ...]
    carrier: str
    friends: int
    groups: int


def by_code(
    tx: Tx, since: int, before: int, codes: Mapping[str, str]
) -> list[OfCode]:  # fmt: skip
    """Every code by which somebody came in a span, whoever brought most first."""
    counts: dict[str, dict[str, int]] = {}
    for row in tx.rows("flow_codes", since=since, before=before):
        counts.setdefault(row["code"], {})[row["kind"]] = int(row["n"])
    links, kinds = _links(tx), _kinds(tx, list(counts))
    found = [OfCode(code=code, kinds=(*kinds.get(code, ()), *(["out_link"] * (code in links))),
                    carrier=carrier_of(code, codes, links=links), friends=n.get("account", 0),
                    groups=n.get("group", 0)) for code, n in counts.items()]  # fmt: skip
    return sorted(found, key=lambda one: (-one.friends - one.groups, one.code))


def code_rows(
    tx: Tx, code: str, since: int, before: int, n: int = PAGE, skip: int = 0
) -> list[Row]:  # fmt: skip
    """Who came by one code, the latest first: ``n`` behind the first ``skip``."""
    return tx.rows("flow_code_rows", code=code, since=since, before=before, n=n, skip=skip)


def _kinds(tx: Tx, codes: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start in range(0, len(codes), STEP):
        for row in tx.rows("code_items", codes=list(codes[start : start + STEP])):
            found.setdefault(row["code"], []).append(row["kind"])
    return found


def _walk(tx: Tx, kind: str, since: int, before: int) -> Iterator[Row]:
    skip = 0
    while page := tx.rows("flow_rows", kind=kind, since=since, before=before, n=STEP, skip=skip):
        yield from page
        skip += len(page)


def _links(tx: Tx) -> dict[str, str]:
    return {row["code"]: row["posted"] for row in tx.rows("out_link_posted")}
