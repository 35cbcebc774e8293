"""What follows from the state of a reward: its member hears of it, and in the end it is settled, or
taken back where what it rests on has fallen meanwhile."""

from __future__ import annotations

from bot.community.rewarding import OPENID, SHORT
from bot.library.speech import Setting
from bot.store import events, grants, happened, packets, runs, schedule
from bot.store.engine import Row, Tx
from bot.store.grounds import fallen
from scheduler.activities import voice
from scheduler.fate import DONE, Fate

SENT, GRANTED, SHORTAGE, WAITING = ("reward_sent", "reward_granted", "reward_short",
                                    "reward_waiting")  # fmt: skip
ACTOR = "scheduler"
SETTLE = "settle"


def run_reward(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One thing about one grant."""
    row = grants.hold(tx, due["data"]["grant"])
    if row is None:
        return Fate("skip", "it is gone")
    if due["data"].get("do") == SETTLE:
        return _settle(tx, setting, row)
    if row["state"] != due["data"]["state"]:
        return Fate("skip", f"it is {row['state']} by now")
    if row["state"] == grants.SENT:
        span = setting.settle if row["settle_for"] is None else row["settle_for"]
        _later(tx, row, row["sent_at"] + span)
    _tell(tx, setting, row, told_of(row))
    return DONE


def told_of(row: Row) -> str:
    """What a member hears of a grant as it stands; empty: nothing."""
    if row["state"] == grants.GRANTED:
        if row["why"] == OPENID:
            return WAITING
        return GRANTED if row["how"] == grants.THING else ""
    if row["state"] == grants.FAILED:
        return SHORTAGE if row["why"] in SHORT else ""
    return SENT if row["state"] == grants.SENT else ""


def _tell(tx: Tx, setting: Setting, row: Row, what: str) -> None:
    if not what:
        return
    run = runs.get(tx, row["run"])
    rules = runs.rules_of(tx, run) if run else None
    persona = voice(setting, rules) if rules else ""
    happened.tell(tx, what, f"{row['id']}/{row['event']}", row["member"], setting.now,
                  which=row["activity"], persona=persona)  # fmt: skip


def _later(tx: Tx, row: Row, at: int) -> None:
    key = f"{grants.DUE}/{row['id']}/{SETTLE}/{row['sent_at']}"
    schedule.add_due(tx, key, grants.DUE, at, {"grant": row["id"], "do": SETTLE})


def _settle(tx: Tx, setting: Setting, row: Row) -> Fate:
    """Whoever got it keeps it, if what it rests on still stands."""
    if row["state"] != grants.SENT:
        return Fate("skip", f"it is {row['state']} by now")
    if row["retry_at"] is not None:
        return Fate("wait", "whether the packet was opened is not known yet",
                    max(row["retry_at"], setting.now) + 1)  # fmt: skip
    why = fallen(tx, [row]).get(row["id"])
    if why:
        events.record(tx, grants.claw(tx, row, setting.now, actor=ACTOR, why=why), setting.now)
        return DONE
    grants.move(tx, row, "settle", setting.now, actor=ACTOR, ended_at=setting.now)
    return DONE


def waiting(tx: Tx, row: Row, now: int, until: int) -> None:
    """He has no id at the official account: he hears of it once, and it waits."""
    packets.wait(tx, row, OPENID, "", until)
    schedule.add_due(tx, f"{grants.DUE}/{row['id']}/{OPENID}", grants.DUE, now,
                     {"grant": row["id"], "state": grants.GRANTED})  # fmt: skip
