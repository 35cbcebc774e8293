"""Runs are judged: who won, and why, becomes events, each once. What was published is kept, so that
anybody may apply the rule again and see the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.community import draw
from bot.community.activity import Activity
from bot.community.entries import COUNTED
from bot.community.helping import ORDER
from bot.community.judging import Standing, Winner, one_each, winners
from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.store import audit, events, grouping, moderation, runs
from bot.store.engine import Row, Tx
from bot.store.parts import listed
from bot.store.runs import ActivityRefused

WINNER, INVITER, INVITED = "winner", "inviter", "invited"
FILLED = frozenset({"help", "groupbuy"})


@dataclass(frozen=True, slots=True)
class Found:
    """What a run comes to. ``refused``: who is passed over, and why."""

    winners: Sequence[Winner] = ()
    inviters: Sequence[Winner] = ()
    invited: Sequence[Winner] = ()
    refused: Sequence[tuple[str, str]] = ()

    @property
    def all(self) -> Iterable[tuple[str, Winner]]:
        """Everybody, with what he is."""
        for name, each in ((WINNER, self.winners), (INVITER, self.inviters),
                           (INVITED, self.invited)):  # fmt: skip
            yield from ((name, one) for one in each)


def entries(tx: Tx, run: Row) -> list[Standing]:
    """What counts in a run, with the votes for it."""
    votes = Counter(row["which"] for row in tx.rows("ballots_in", run=run["id"]))
    return [Standing(event=row["event"], member=row["member"], kind=row["kind"], at=row["at"],
                     which=row["which"], score=row["score"], votes=votes[row["event"]],
                     ticket=row["ticket"])
            for row in tx.rows("entries_in", run=run["id"]) if row["state"] == COUNTED]  # fmt: skip


def tally(tx: Tx, run: str) -> dict[str, int]:
    """Votes by what they are for, the most first."""
    return dict(Counter(row["which"] for row in tx.rows("ballots_in", run=run)).most_common())


def waiting(tx: Tx, run: str) -> int:
    """How many entries nobody has looked at yet."""
    row = tx.row("entries_waiting", run=run)
    return int(row["n"]) if row else 0


def find(tx: Tx, run: Row, rules: Activity) -> Found:
    """Who wins as things stand now. Nothing is written."""
    told = entries(tx, run)
    against = _passed_over(tx, run["id"])
    if rules.kind in FILLED:
        found = _filled(tx, run, rules, told)
        return replace(found, refused=[*against, *found.refused])
    if rules.kind == "register":
        return _registered(tx, run, told, against)
    return Found(winners=winners(rules, told, run["seed"]), refused=against)


def _passed_over(tx: Tx, run: str) -> list[tuple[str, str]]:
    found = [(row["member"], row["state"]) for row in tx.rows("entries_out", run=run)]
    return found + [(row["helper"], row["state"]) for row in tx.rows("helpings_in", run=run)
                    if row["state"] != COUNTED]  # fmt: skip


def _filled(tx: Tx, run: Row, rules: Activity, told: Iterable[Standing]) -> Found:
    """Whoever has enough helpers, the first first; of a group-buy with orders, helpers who ordered,
    and he did, too."""
    made, mine = grouping.groups(tx, run, rules), one_each(told)
    bought = grouping.ordered(tx, run, [one.member for one in mine]) if rules.order else {}
    full: list[tuple[int, Standing]] = []
    for one in mine:
        at, own = grouping.full(made.get(one.member, ()), rules), bought.get(one.member)
        if at is not None and (own is not None or not rules.order):
            full.append((max(at, own or 0), one))
    ranked = sorted(full, key=lambda each: (each[0], each[1].ticket))
    need = rules.need - (rules.kind == "groupbuy")
    why = "ordered" if rules.order else "helped"
    idle = [(one.member, ORDER) for one in mine if rules.order and bought.get(one.member) is None]
    idle += [(one.helper, one.state) for each in made.values() for one in each
             if one.state == ORDER]  # fmt: skip
    return Found(refused=idle, winners=[
        Winner(n, one.member, one.event, at, f"{why} {need}")
        for n, (at, one) in enumerate(ranked[: rules.winners or len(ranked)], 1)])  # fmt: skip


def _registered(
    tx: Tx, run: Row, told: Iterable[Standing], against: list[tuple[str, str]]
) -> Found:  # fmt: skip
    """Whoever signed up and came by somebody's code while it was on; and who brought how many."""
    mine = {one.member: one for one in one_each(told)}
    span = {"since": run["announce_at"], "until": run["close_at"]}
    edges = {row["member"]: row
             for row in listed(tx, "activity_edges", "members", sorted(mine), **span)}  # fmt: skip
    came = sorted((mine[one] for one in edges), key=lambda one: (one.at, one.ticket))
    brought = Counter(row["inviter"] for row in edges.values())
    cause = {row["inviter"]: row["event"] for row in edges.values()}
    best = sorted(brought, key=lambda who: (-brought[who], who))
    against += [(row["member"], f"invite {row['verdict']}")
                for row in tx.rows("activity_refused", **span)]  # fmt: skip
    return Found(
        winners=[Winner(n, one.member, one.event, one.at, "signed")
                 for n, one in enumerate(sorted(mine.values(), key=lambda x: (x.at, x.ticket)), 1)],
        inviters=[Winner(n, who, cause[who], run["close_at"], f"invited {brought[who]}")
                  for n, who in enumerate(best, 1)],
        invited=[Winner(n, one.member, edges[one.member]["event"], one.at, "invited")
                 for n, one in enumerate(came, 1)], refused=against)  # fmt: skip


def judge(tx: Tx, run: Row, rules: Activity, now: int, actor: str = "scheduler") -> Found:
    """The run is judged, and its winners are recorded; once. Raises IllegalTransition."""
    found = find(tx, run, rules)
    if runs.move(tx, run, "judge", now, actor=actor, why=f"{len(found.winners)} winners"):
        _record(tx, run, found, now)
        if rules.judge == "chance":
            tickets = [one.ticket for one in one_each(entries(tx, run))]
            runs.publish(tx, run["id"], draw.proof(run["id"], run["seed"], tickets, rules.winners))
    return found


def pick(
    tx: Tx, run: Row, rules: Activity, tickets: Sequence[str], now: int, *, why: str, actor: str
) -> Found:  # fmt: skip
    """Staff name the winners by their tickets, the first first. Raises ActivityRefused."""
    if rules.judge != "staff" or run["state"] != runs.CLOSED:
        raise ActivityRefused(f"{run['id']} is {run['state']}, and judged by {rules.judge}")
    if not why.strip() or not 0 < len(tickets) <= rules.winners:
        raise ActivityRefused(f"name 1 to {rules.winners} entries, and why")
    by = {one.ticket: one for one in entries(tx, run)}
    chosen = [_called(by, ticket) for ticket in tickets]
    if len({one.member for one in chosen}) < len(chosen):
        raise ActivityRefused("somebody is there twice")
    found = Found(winners=[Winner(n, one.member, one.event, one.at, why.strip())
                           for n, one in enumerate(chosen, 1)])  # fmt: skip
    runs.move(tx, run, "judge", now, actor=actor, why=why)
    _record(tx, run, found, now)
    return found


def _called(by: Mapping[str, Standing], ticket: str) -> Standing:
    found = [one for name, one in by.items() if name.startswith(ticket)]
    if len(found) != 1:
        raise ActivityRefused(f"{len(found)} entries that count are called {ticket!r}")
    return found[0]


def _record(tx: Tx, run: Row, found: Found, now: int) -> None:
    day = local(now, run["zone"]).date().isoformat()
    events.record(tx, [Event(
        kind=Happened.WON, at=now, member=one.member, place=run["id"], which=name, amount=one.rank,
        dedupe=f"won/{run['id']}/{name}/{one.member}",
        data={"circle": run["circle"], "day": day, "cause": one.cause, "why": one.why},
    ) for name, one in found.all], now)  # fmt: skip


def accept(tx: Tx, event: str, now: int, *, yes: bool, why: str, actor: str) -> Row:
    """A colleague has looked at an entry; the latest word counts. Raises ActivityRefused."""
    row = tx.row("entry_get", event=event)
    if row is None or row["kind"] != Happened.SUBMITTED:
        raise ActivityRefused(f"there is no entry {event!r}")
    if not yes and not why.strip():
        raise ActivityRefused("say why")
    run = runs.get(tx, row["run"])
    word = "accepted" if yes else "rejected"
    said = {"circle": run["circle"] if run else "", "day": row["day"], "why": why, "by": actor}
    events.record(tx, [Event(
        kind=Happened.JUDGED, at=max(now, row["at"]), member=row["member"], place=event,
        which=word, dedupe=f"judged/{event}/{word}/{now}", data=said)], now)  # fmt: skip
    audit.record(tx, [audit.note("entry", event, word, at=now, actor=actor, reason=why,
                                 before=row["state"])])  # fmt: skip
    moderation.judged(tx, event, now, yes=yes, actor=actor, why=why)
    return tx.row("entry_get", event=event) or row


def entry(tx: Tx, event: str) -> Row | None:
    """One thing that was done in a run."""
    return tx.row("entry_get", event=event)


def board(tx: Tx, run: str) -> list[Row]:
    """Winners as they are recorded."""
    return tx.rows("winners_in", run=run)


def every(tx: Tx, run: str) -> list[Row]:
    """All that was done in a run, what does not count, too."""
    return tx.rows("entries_in", run=run)


def counts(tx: Tx, run: str) -> list[Row]:
    """How much was done, by kind and whether it counts."""
    return tx.rows("entries_count", run=run)
