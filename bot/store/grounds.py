"""Whether what a grant rests on still stands, and what makes it look odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.community import frauds
from bot.community.entries import COUNTED, VERDICTS, verdicts
from bot.community.frauds import Suspicion
from bot.community.rewarding import ENTRY, GONE, MISSION, REFUNDED, STREAK, UNDONE, Earned, holds
from bot.core.clock import DAY
from bot.core.event import Happened
from bot.store import grouping, history, runs
from bot.store.engine import Row, Tx
from bot.store.parts import listed

WINNER, INVITER, INVITED = "winner", "inviter", "invited"
BEFORE = 30 * DAY  # so long before a run somebody may have been invited who closes a ring
_NOBODY: Mapping[str, frozenset[str]] = {"own": frozenset(), "ring": frozenset()}


def fallen(tx: Tx, rows: Sequence[Row]) -> dict[str, str]:
    """Of these grants those that have nothing to rest on any more, and why."""
    causes = sorted({row["cause"] for row in rows} | {row["basis"] for row in rows})
    counted = {row["event"] for row in listed(tx, "entries_named", "events", causes)
               if row["state"] == COUNTED}  # fmt: skip
    won = {row["event"] for row in listed(tx, "winners_named", "events", causes)}
    bought = sorted({row["bought"] for row in rows if row["bought"]})
    kept = {row["id"] for row in listed(tx, "orders_kept", "orders", bought)}
    found: dict[str, str] = {}
    for row in rows:
        why = _against(tx, row, counted, won)
        if not why and row["bought"] and row["bought"] not in kept:
            why = REFUNDED
        if why:
            found[row["id"]] = why
    return found


def _against(tx: Tx, row: Row, counted: Iterable[str], won: Iterable[str]) -> str:
    if row["source"] == ENTRY:
        return "" if row["cause"] in counted else GONE
    if row["source"] == MISSION:
        return GONE if _struck(tx, row) else ""
    if row["source"] == STREAK:
        return "" if row["cause"] in counted and _row_holds(tx, row) else GONE
    if row["cause"] not in won or (row["source"] == WINNER and not _group_stands(tx, row)):
        return GONE
    return UNDONE if row["source"] in (INVITER, INVITED) and not _edge(tx, row) else ""


def _group_stands(tx: Tx, row: Row) -> bool:
    """An order that was cancelled leaves the group without one of those whom it needs."""
    run = runs.get(tx, row["run"])
    rules = runs.rules_of(tx, run) if run else None
    if run is None or rules is None or not rules.order:
        return True
    return grouping.stands(tx, run, rules, row["member"])


def _struck(tx: Tx, row: Row) -> bool:
    said = verdicts(history.of(tx, [row["own"], row["member"]], VERDICTS))
    return said.get((Happened.STRUCK, row["cause"])) == "out"


def _row_holds(tx: Tx, row: Row) -> bool:
    run = runs.get(tx, row["run"])
    rules = runs.rules_of(tx, run) if run else None
    wanted = next((one.streak for one in rules.rewards if one.id == row["reward"]), 0) \
        if rules else 0  # fmt: skip
    day = date.fromisoformat(row["run"].partition("@")[2])
    return holds(days(tx, row["member"], row["activity"]), day, wanted)


def days(tx: Tx, member: str, activity: str) -> set[str]:
    """The local days of a person's check-ins that count."""
    return {row["day"] for row in tx.rows("checkin_days", member=member, runs=f"{activity}@")}


def _edge(tx: Tx, row: Row) -> bool:
    """An inviter keeps what he got while any of those stands whom he brought meanwhile."""
    if tx.rows("edges_named", events=[row["basis"]]):
        return True
    run = runs.get(tx, row["run"])
    return bool(run and row["source"] == INVITER and _brought(tx, row["member"], run))


def _brought(tx: Tx, inviter: str, run: Row) -> list[int]:
    rows = tx.rows("edges_brought", inviter=inviter, since=run["announce_at"],
                   until=run["close_at"])  # fmt: skip
    return [row["at"] for row in rows]


class Look:
    """What speaks against rewards of one run; what concerns the whole run is asked once."""

    def __init__(self, tx: Tx, run: Row) -> None:
        self._tx, self._run = tx, run
        self._named: Mapping[str, frozenset[str]] | None = None
        self._helped: frozenset[str] | None = None

    def at(self, person: str, one: Earned, fresh: bool) -> tuple[str, ...]:
        """Why it is to be held; nothing: it is not."""
        named = self._claims() if one.source in (INVITER, INVITED) else _NOBODY
        helped = self._helps() if one.source == WINNER else frozenset()
        return frauds.reasons(Suspicion(
            device=self._same(person, one), newcomers=self._crowd(one.at) if fresh else 0,
            brought=_brought(self._tx, person, self._run) if one.source == INVITER else (),
            own=person in named["own"], ring=person in helped or person in named["ring"],
        ))  # fmt: skip

    def _same(self, person: str, one: Earned) -> bool:
        return bool(one.device) and bool(self._tx.rows(
            "grants_on_device", run=self._run["id"], device=one.device, member=person))  # fmt: skip

    def _crowd(self, at: int) -> int:
        row = self._tx.row("grants_fresh", run=self._run["id"], since=at - frauds.CROWD_IN, at=at)
        return int(row["n"]) + 1 if row else 1

    def _claims(self) -> Mapping[str, frozenset[str]]:
        if self._named is None:
            run = self._run
            told = [
                (row["inviter"], row["member"])
                for row in self._tx.rows(
                    "claims_within", since=run["announce_at"] - BEFORE, until=run["close_at"]
                )
            ]
            own = frozenset(member for inviter, member in told if inviter == member)
            ring = frauds.rings(one for one in told if one[0] != one[1])
            self._named = {"own": own, "ring": ring}
        return self._named

    def _helps(self) -> frozenset[str]:
        if self._helped is None:
            rows = self._tx.rows("helpings_in", run=self._run["id"])
            self._helped = frauds.rings((row["helper"], row["member"]) for row in rows
                                        if row["state"] == COUNTED)  # fmt: skip
        return self._helped
