"""What holds when a rehearsal is over: nothing was given up, what is unsure says why on a page, every
ledger closes, and all that is derived comes out of the log again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.console.unsent import unsent
from bot.core.clock import local
from bot.members.ledger import Days, days
from bot.members.stays import KINDS
from bot.rehearsal.play import Played
from bot.store import ledger, payouts, projections, rebuild, rewardbook
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.harness import laws
from tests.harness.ledger import Ledger
from tests.harness.truth import Truth

Row = dict[str, Any]
STATES = ("state", "status")
# What was under way when the play was cut off is no finding.
LAWS = tuple(law for law in laws.LAWS if law is not laws.nothing_left_open)


async def closing(played: Played) -> list[str]:
    """A sentence for each thing that does not hold."""
    house, plan = played.house, played.plan
    zone = house.library.cast.zone
    span = days(local(plan.start, zone).date(), plan.days, zone)
    found = await house.store.write(_found, span, house.clock.now())
    truth, written = _truth(played), await house.store.read(_written)
    return found + [f"{law.__name__}: {line}" for law in LAWS for line in law(truth, written)]


def _found(tx: Tx, span: Days, now: int) -> list[str]:
    return [*_given_up(tx), *_unsaid(tx), *_open_ledgers(tx, span), *_rewards(tx),
            *_commissions(tx, now), *_again(tx, now)]  # fmt: skip


def _sql(tx: Tx, text: str) -> list[Row]:
    return [dict(row) for row in tx.rows(Composed(text))]


def _given_up(tx: Tx) -> Iterator[str]:
    """No row of any table is dead or failed."""
    for table in _sql(tx, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        name = table["name"]
        columns = {row["name"] for row in _sql(tx, f"SELECT name FROM pragma_table_info('{name}')")}
        for column in columns.intersection(STATES):
            gone = f"SELECT * FROM {name} WHERE {column} IN ('dead', 'failed')"
            for row in _sql(tx, gone):
                if not (name == "reward_grant" and row["why"]):  # he gets none, and is told why
                    yield f"{name} is {row[column]}: {row}"


def _unsaid(tx: Tx) -> Iterator[str]:
    """What is unsure has a reason for which the pages have words."""
    for row in _sql(tx, "SELECT id, note FROM outbox WHERE state = 'unsure'"):
        if not row["note"] or unsent("zh", row["note"]) == row["note"]:
            yield f"outbox {row['id']} is unsure, and no page says why: {row['note']!r}"


def _open_ledgers(tx: Tx, span: Days) -> Iterator[str]:
    """Each day of each place: opening + joined - left = closing, which is the next day's opening,
    and the same comes out of the log."""
    for kind in KINDS:
        last: dict[str, int] = {}
        for line in ledger.of_places(tx, kind, span):
            if (
                line.opening + line.joined - line.left != line.closing
                or min(line.closing, line.opening) < 0
            ):
                yield f"{kind} does not close: {line}"
            if last.get(line.place, line.opening) != line.opening:
                yield f"{kind} opens otherwise than it closed: {line}"
            last[line.place] = line.closing
    for kind, said, log in ledger.differences(tx, span):
        yield f"the ledger of {kind} says {said}, the log {log}"


def _rewards(tx: Tx) -> Iterator[str]:
    """What is out of a reward is what its grants are, and nothing more than there was; each grant
    has its event."""
    for grant in rewardbook.unspoken(tx):
        yield f"the log knows nothing of the grant {grant}"
    granted: Counter[tuple[str, str]] = Counter()
    spent: Counter[tuple[str, str]] = Counter()
    for row in _sql(tx, "SELECT * FROM reward_grant"):
        granted[row["activity"], row["reward"]] += row["counted"]
        spent[row["activity"], row["reward"]] += row["counted"] * row["cents"]
    for row in _sql(tx, "SELECT * FROM reward"):
        key = row["activity"], row["reward"]
        if (row["taken"], row["spent"]) != (granted[key], spent[key]):
            yield f"{key}: {row} is out, grants are {granted[key]}, {spent[key]} cents"


def _commissions(tx: Tx, now: int) -> Iterator[str]:
    """Of each KOC: what is left of her orders is what is held, open and settled together; and what
    is settled is what was noted as paid, less what was taken back."""
    paid = Counter[str]()
    for row in _sql(tx, "SELECT inviter, cents FROM commission_act"):
        paid[row["inviter"]] += row["cents"]
    for koc in payouts.kocs(tx):
        one = payouts.account(tx, koc, now)
        if one.net != one.held + one.open + one.settled or one.net > one.earned:
            yield f"the commission does not close: {one}"
        if one.settled != paid[koc]:
            yield f"{one} is settled, {paid[koc]} was paid"


def derived_anew(tx: Tx, now: int) -> None:
    """All that follows from the log, in one transaction, from nothing."""
    rebuild.begin(tx, now, "system", clear=True)
    after, n = rebuild.page(tx, "")
    while n:
        after, n = rebuild.page(tx, after)


def _again(tx: Tx, now: int) -> Iterator[str]:
    """Stays, roles, points, badges, orders, commissions and all else that is derived."""
    before = _derived(tx)
    derived_anew(tx, now)
    after = _derived(tx)
    for table, rows in before.items():
        for row in [*(rows - after[table]).elements(), *(after[table] - rows).elements()][:5]:
            yield f"{table} is not what the log says: {row}"


def _derived(tx: Tx) -> dict[str, Counter[Any]]:
    names = [table for room in projections.ROOMS for table in room.TABLES]
    return {name: Counter(tuple((key, value) for key, value in row.items() if key != "id")
                          for row in _sql(tx, f"SELECT * FROM {name}"))
            for name in names}  # fmt: skip


def _written(tx: Tx) -> Ledger:
    def rows(table: str, order: str = "id") -> list[Row]:
        return _sql(tx, f"SELECT * FROM {table} ORDER BY {order}")

    # the log shows the items of a menu as a list, the platform as lines
    replies = [row | {"text": row["text"].replace("\n· ", "\n")} for row in rows("replies")]
    return Ledger(inbox=rows("inbox"), outbox=rows("outbox"), replies=replies,
                  audit=rows("audit"), conversations=rows("conversation"),
                  friends=rows("friend", "account"))  # fmt: skip


def _truth(played: Played) -> Truth:
    stage = played.house.stage
    received = [dict(row, box=box) for box, rows in stage.received().items() for row in rows]
    tasks = [one._asdict() for one in stage.tasks()]
    return Truth(received, (), (), tasks, (), played.house.clock.now())
