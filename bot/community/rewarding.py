"""Who gets which reward of a run, what it is called in the books, and what he reads of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.community.activity import Activity, Reward
from bot.community.days import run_to

# Where a reward comes from: something handed in, days in a row, or a place among the winners.
ENTRY, STREAK, MISSION = "entry", "streak", "mission"
_RANKS: Mapping[str, str] = {"winners": "winner", "inviter": "inviter", "invited": "invited"}
ID_LENGTH = 26  # with the two letters before it the number of a red packet, which holds 28
# Why somebody gets none, and why what he got was taken back.
STOCK, BUDGET, EACH, CODES, ORDER = "stock", "budget", "each", "codes", "order"
GONE, UNDONE, REFUNDED, STAFF = "gone", "undone", "refunded", "staff"
SHORT = frozenset({STOCK, BUDGET, CODES})  # there was one too few


@dataclass(frozen=True, kw_only=True, slots=True)
class Earned:
    """One reward that somebody earned. ``cause``: the event by which; ``basis``: the event that
    this one rests on, or the same."""

    reward: Reward
    source: str
    cause: str
    basis: str
    own: str
    at: int
    device: str = ""


def by_entry(rules: Activity) -> Iterator[Reward]:
    """What everybody gets who takes part."""
    return (one for one in rules.rewards if one.to == "all")


def by_streak(rules: Activity, days: Collection[str], day: date) -> Iterator[Reward]:
    """What his check-in of a day earns: on that many days in a row, and on each multiple."""
    n = len(run_to(days, day))
    return (one for one in rules.rewards if one.to == "streak" and n and n % one.streak == 0)


def holds(days: Collection[str], day: date, streak: int) -> bool:
    """True while a row of that many days ends on that day."""
    return len(run_to(days, day)) >= streak > 0


def by_rank(rules: Activity, rank_of: str, place: int) -> Iterator[Reward]:
    """What a place among the winners, inviters or invited gets."""
    for one in rules.rewards:
        ranked = one.to != "winners" or one.first <= place <= one.last
        if ranked and _RANKS.get(one.to) == rank_of:
            yield one


def grant_id(salt: str, run: str, reward: str, cause: str) -> str:
    """What a grant is called: the same each time it is reckoned, and of one company only."""
    return sha256(f"{salt}\n{run}\n{reward}\n{cause}".encode()).hexdigest()[:ID_LENGTH]


def bill_no(grant: str) -> str:
    """The number under which a red packet is paid: 28 of 0-9, a-z, A-Z, one for each grant for
    ever. So whatever is paid twice under it is paid once."""
    return f"ov{grant}"[:28]


_HANDED: Mapping[str, str] = {
    "points": "「{title}」{points} 分，已经记上。",
    "coupon": "「{title}」的券码是 {code}，到店报码就行。",
    "redpacket": "「{title}」{yuan} 元红包已经发出，请在 24 小时内领取。",
    "thing": "「{title}」已经送出。",
}  # fmt: skip
_GRANTED: Mapping[str, str] = {
    "redpacket": "「{title}」{yuan} 元红包正在路上。",
    "thing": "「{title}」归你了，同事会联系你交到手上。",
}  # fmt: skip
_WAITING = "「{title}」{yuan} 元红包给你留着。发红包要用公众号认人，请先关注我们的公众号。"
_NONE: Mapping[str, str] = {
    STOCK: "「{title}」刚刚发完了，这回没赶上，抱歉。",
    CODES: "「{title}」刚刚发完了，这回没赶上，抱歉。",
    BUDGET: "「{title}」这一期的预算用完了，这回没赶上，抱歉。",
    EACH: "「{title}」每人有份数上限，你已经领满了。",
    ORDER: "「{title}」要活动期间下过单才有，这回没有查到订单。",
}  # fmt: skip
_STATES: Mapping[str, str] = {
    "held": "「{title}」要同事核对一下，核对完会告诉你。",
    "paying": "「{title}」{yuan} 元红包正在路上。",
    "unsure": "「{title}」{yuan} 元红包正在和微信支付核对，请稍等。",
    "failed": "「{title}」没能发出。有疑问可以找我们的同事。",
    "clawed": "「{title}」已收回。有疑问可以找我们的同事。",
}  # fmt: skip
OPENID = "openid"  # it waits for an id of his at the official account


def words(
    state: str, how: str, why: str, *, title: str, points: int = 0, cents: int = 0, code: str = ""
) -> str:  # fmt: skip
    """What the member reads of one grant."""
    said = _STATES.get(state, "")
    if state in ("sent", "settled"):
        said = _HANDED[how]
    elif state == "granted":
        said = _WAITING if why == OPENID else _GRANTED.get(how, _HANDED[how])
    elif state == "failed":
        said = _NONE.get(why, said)
    return said.format(title=title, points=points, yuan=yuan(cents), code=code)


def yuan(cents: int) -> str:
    """As people write it: 2, 2.5, 2.58."""
    return f"{cents / 100:.2f}".rstrip("0").rstrip(".")


def once_each(made: Collection[Earned]) -> list[Earned]:
    """In the order in which they were earned: who came first is served first."""
    return sorted(made, key=lambda one: (one.at, one.cause, one.reward.id))
