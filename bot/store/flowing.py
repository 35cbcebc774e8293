"""The flow matrix from stays and clicks, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from bot.members.carriers import TARGETS, source_of
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


def _walk(tx: Tx, kind: str, since: int, before: int) -> Iterator[Row]:
    skip = 0
    while page := tx.rows("flow_rows", kind=kind, since=since, before=before, n=STEP, skip=skip):
        yield from page
        skip += len(page)


def _links(tx: Tx) -> dict[str, str]:
    return {row["code"]: row["posted"] for row in tx.rows("out_link_posted")}
