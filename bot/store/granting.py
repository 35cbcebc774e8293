"""What colleagues do with rewards: decide what is held, hand over, take back, give once more, add
to a stock. Each is a row of the audit; what counts for members is an event, too."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.community.activity import Reward
from bot.core.clock import local
from bot.core.errors import OneVoiceError
from bot.core.event import Event
from bot.store import audit, events, grants, rewarding, runs
from bot.store.engine import Row, Tx

WORDS_MAX = 200
ID_MIN = 6


class RewardRefused(OneVoiceError):
    """It cannot be done; the message says why."""


def seen(tx: Tx, start: str) -> Row:
    """The grant whose id begins like this. Raises RewardRefused."""
    found = tx.rows("grants_called", start=start.strip()) if len(start.strip()) >= ID_MIN else []
    if len(found) != 1:
        raise RewardRefused(f"{len(found)} grants are called {start!r}")
    return found[0]


def called(tx: Tx, start: str) -> Row:
    """The same, held: nobody else decides before this transaction ends. Raises RewardRefused."""
    row = seen(tx, start)
    return grants.hold(tx, row["id"]) or row


def give(tx: Tx, rewards: Sequence[Reward], place: Row, cause: Event, now: int) -> int:
    """What an event earned that is of no activity, each once; how many are his now. Raises nothing:
    what has run out stands with the reason. See ``rewarding.give``."""
    return len(events.record(tx, list(rewarding.give(tx, rewards, place, cause)), now))


def accept(tx: Tx, row: Row, now: int, *, actor: str, why: str = "") -> None:
    """What was held for its reasons is his after all. Raises RewardRefused."""
    _be(row, (grants.HELD,))
    _begin(tx, row, "accept", now, actor, why)


def refuse(tx: Tx, row: Row, now: int, *, actor: str, why: str) -> None:
    """It stays with what was found against it; the next one may have it."""
    _be(row, (grants.HELD,))
    grants.fail(tx, row, "refuse", now, actor=actor, why=row["why"], note=_because(why))
    tx.run("coupon_free_of", holder=row["id"])


def hand_over(tx: Tx, row: Row, now: int, *, actor: str, note: str = "") -> None:
    """A colleague has handed the thing over, or sent it off. Addresses have no place in ``note``:
    where it went is for the parcel service to know."""
    _be(row, (grants.GRANTED,))
    if row["how"] != grants.THING:
        raise RewardRefused(f"{row['title']} is no thing to hand over: it goes by itself")
    grants.hand(tx, row, now, actor, note=note.strip()[:WORDS_MAX])


def claw(tx: Tx, row: Row, now: int, *, actor: str, why: str) -> int | None:
    """It is taken back; of what is out already the loss in cents, None: nothing is lost."""
    _be(row, (grants.GRANTED, grants.SENT, grants.SETTLED))
    told = grants.claw(tx, row, now, actor=actor, why="staff", note=_because(why))
    events.record(tx, told, now)
    after = grants.get(tx, row["id"])
    return after["loss"] if after else None


def again(tx: Tx, row: Row, reward: Reward, now: int, *, actor: str, why: str) -> None:
    """Who got none, or lost it, gets one after all, if there is one. What was out stays lost."""
    _be(row, (grants.FAILED, grants.CLAWED))
    if row["sent_at"] is not None and row["how"] != grants.POINTS:
        raise RewardRefused("it was out already; a second one would be a gift of its own")
    _because(why)
    key = {"activity": row["activity"], "reward": row["reward"], "cents": row["cents"]}
    if not tx.rows("reward_take", stock=reward.stock, budget=reward.budget, **key):
        raise RewardRefused("there is none left; add to the stock first")
    if row["how"] == grants.COUPON and not tx.rows("coupon_take", pool=reward.coupons,
                                                   holder=row["id"]):  # fmt: skip
        raise RewardRefused(f"no code of {reward.coupons!r} is left")
    _begin(tx, row, "again", now, actor, why)


def _begin(tx: Tx, row: Row, event: str, now: int, actor: str, why: str) -> None:
    run = runs.get(tx, row["run"])
    day = local(now, run["zone"] if run else "UTC").date().isoformat()
    row, told = grants.granted(tx, row, now, day)
    made = grants.move(
        tx, row, event, now, actor=actor, why="", note=why.strip()[:WORDS_MAX], counted=1,
        ended_at=None, loss=None, sent_at=None,
        retry_at=now if row["how"] == grants.PACKET else None)  # fmt: skip
    if made is None:
        raise RewardRefused("somebody was faster")
    events.record(tx, [told], now)
    if row["how"] in (grants.POINTS, grants.COUPON):
        grants.hand(tx, made, now, actor)


def more(
    tx: Tx, activity: str, reward: str, now: int, *, n: int, cents: int, why: str, actor: str
) -> None:  # fmt: skip
    """There are so many more, or so much more to spend, than the file says."""
    if n < 0 or cents < 0 or not (n or cents):
        raise RewardRefused("say how many more, or how many cents")
    tx.run("reward_more", activity=activity, reward=reward, more=n, more_cents=cents)
    audit.record(tx, [audit.note("reward", f"{activity}/{reward}", "more", at=now, actor=actor,
                                 reason=_because(why), after=f"{n} {cents}")])  # fmt: skip


def _be(row: Row, states: Collection[str]) -> None:
    if row["state"] not in states:
        raise RewardRefused(f"it is {row['state']}, not {' or '.join(states)}")


def _because(why: str) -> str:
    if not why.strip():
        raise RewardRefused("say why")
    return why.strip()[:WORDS_MAX]
