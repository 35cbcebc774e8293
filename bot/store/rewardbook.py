"""Rewards as staff look at them: what is out of each, every grant with its cause, what is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.community.activity import Activity, Reward
from bot.store import grants, people, runs
from bot.store.engine import Row, Tx
from bot.store.parts import listed

PAGE = 50
OPEN = (grants.HELD, grants.GRANTED, grants.PAYING, grants.UNSURE)
Mark = tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One reward. ``left`` and ``money``: how many, how many cents may still go out, None: no
    limit; ``states``: grants by their state; ``loss``: cents of what was out when it was taken
    back, and how often."""

    activity: str
    reward: str
    title: str
    how: str
    taken: int = 0
    spent: int = 0
    left: int | None = None
    money: int | None = None
    states: Mapping[str, int] = field(default_factory=dict)
    loss: tuple[int, int] = (0, 0)
    serves: bool = False


def lines(tx: Tx, made: Iterable[Activity]) -> list[Line]:
    """Every reward of what serves, and of what was given before."""
    out = {(row["activity"], row["reward"]): row for row in tx.rows("rewards_all")}
    counted: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tx.rows("grants_counted"):
        counted[row["activity"], row["reward"]].append(row)
    serving = {(one.id, reward.id): reward for one in made for reward in one.rewards}
    return [_line(key, serving.get(key), out.get(key), counted.get(key, []))
            for key in sorted({*serving, *counted})]  # fmt: skip


def _line(
    key: tuple[str, str], made: Reward | None, out: Row | None, counted: Sequence[Row]
) -> Line:  # fmt: skip
    taken, spent, more, money = ((out["taken"], out["spent"], out["more"], out["more_cents"])
                                 if out else (0, 0, 0, 0))  # fmt: skip
    states: defaultdict[str, int] = defaultdict(int)
    for row in counted:
        states[row["state"]] += row["n"]
    lost = sum(row["loss"] for row in counted), sum(row["lost"] for row in counted)
    title, how = (made.title, made.how) if made else (counted[-1]["title"], counted[-1]["how"])
    return Line(
        activity=key[0], reward=key[1], title=title, how=how, taken=taken, spent=spent,
        left=max(made.stock + more - taken, 0) if made and made.stock else None,
        money=max(made.budget + money - spent, 0) if made and made.budget else None,
        states=dict(states), loss=lost, serves=made is not None)  # fmt: skip


def page(
    tx: Tx, *, activity: str = "", reward: str = "", state: str = "", member: str = "",
    after: Mark | None = None, n: int = PAGE,
) -> list[Row]:  # fmt: skip
    """Grants, the latest first, with the names of their members. ``after``: (at, id) of the last of
    the page before."""
    at, id = after or (None, "")
    rows = tx.rows("grants_page", activity=activity, reward=reward, state=state, member=member,
                   at=at, id=id, n=n)  # fmt: skip
    return _named(tx, rows)


def waiting(tx: Tx, state: str, n: int = PAGE) -> list[Row]:
    """Grants in a state, the longest wait first, with the names of their members."""
    return _named(tx, tx.rows("grants_waiting", state=state, n=n))


def _named(tx: Tx, rows: Sequence[Row]) -> list[Row]:
    names = people.names_of(tx, sorted({row["member"] for row in rows}))
    return [row | {"name": names.get(row["member"], "")} for row in rows]


def waiting_by_state(tx: Tx) -> dict[str, int]:
    """Grants that are not finished: held ones wait for a lead's word, unsure ones for the payment
    service's; noughts, too."""
    found = {row["state"]: int(row["n"])
             for row in tx.rows("grants_waiting_by_state", states=list(OPEN))}  # fmt: skip
    return {state: found.get(state, 0) for state in OPEN}


def counts(tx: Tx) -> dict[str, int]:
    """How many grants there are in each state."""
    return {row["state"]: row["n"] for row in tx.rows("grants_states")}


def cause_of(tx: Tx, row: Row) -> Mapping[str, str]:
    """What a grant rests on, to be read: the kind of event, and the ticket of the entry."""
    found = {one["event"]: one for one in listed(tx, "entries_named", "events",
                                                 [row["cause"], row["basis"]])}  # fmt: skip
    entry = found.get(row["basis"]) or found.get(row["cause"])
    return {"source": row["source"], "event": row["cause"], "basis": row["basis"],
            "ticket": entry["ticket"] if entry else "",
            "entry": entry["state"] if entry else ""}  # fmt: skip


def reward_of(tx: Tx, row: Row) -> Reward | None:
    """What the file said of it in the version that its run goes by."""
    run = runs.get(tx, row["run"])
    rules = runs.rules_of(tx, run) if run else None
    return next((one for one in rules.rewards if one.id == row["reward"]), None) if rules else None


def unspoken(tx: Tx) -> Iterator[str]:
    """Grants of which the log knows nothing: none, unless somebody meddled."""
    return (row["id"] for row in tx.rows("grants_events"))
