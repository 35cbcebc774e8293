"""Pools become bulk tasks: equal words, one account, one tap of its owner."""

from __future__ import annotations

import json

from bot.core.body import load
from bot.core.clock import DAY
from bot.core.model import Outbound, is_promotion
from bot.core.policy import TAP_WITHIN
from bot.library.speech import Setting
from bot.store import schedule
from bot.store.engine import Row, Tx
from scheduler import admission
from scheduler.fate import DONE, Fate
from scheduler.governor import Ask, Ruling
from scheduler.slots import ripe

# Words that waited longer than this since their step was due are left out.
HELD_MOST = 3 * DAY


def plan(tx: Tx, setting: Setting, persona: str, account: str, digest: str, due: int) -> None:
    """The pool is looked at when it is ripe."""
    rules = setting.governing.rules(persona)
    at = ripe(due, setting.pool, (rules.quiet_from, rules.quiet_to), setting.cast.zone,
              setting.now)  # fmt: skip
    _look(tx, account, digest, at)


def _look(tx: Tx, account: str, digest: str, at: int) -> None:
    schedule.add_due(tx, f"pool/{digest}/{account}/{at}", "pool", at,
                     {"account": account, "digest": digest})  # fmt: skip


def run_pool(tx: Tx, setting: Setting, due: Row) -> Fate:
    """Makes tasks of a pool, split where the platform's number of receivers demands it. The
    governor is asked once more: hours have passed since the steps were due."""
    account, digest = due["data"]["account"], due["data"]["digest"]
    made, after = 0, 0
    while rows := schedule.open_pool(tx, account, digest, setting.limits.bulk_receivers, after):
        after = rows[-1]["id"]
        allowed = _allowed(tx, setting, rows)
        if allowed:
            made += schedule.flush(tx, allowed, _task(account, allowed, setting.now),
                                   setting.now) is not None  # fmt: skip
    return DONE if made else Fate("skip", "nobody is left in the pool")


def _allowed(tx: Tx, setting: Setting, rows: list[Row]) -> list[Row]:
    """Those who may get it now; the others wait in the pool, or are taken out with the reason."""
    asks = [_ask(row) for row in rows]
    ruled = list(zip(rows, admission.ask_all(tx, setting, asks), strict=True))
    admission.refused(tx, setting, zip(asks, (ruling for _, ruling in ruled), strict=True))
    for row, ruling in ruled:
        if ruling.answer == "no" or (ruling.answer == "later" and _stale(row, ruling)):
            schedule.unpool(tx, row["id"], setting.now, ruling.code)
    waits = [(row, ruling) for row, ruling in ruled
             if ruling.answer == "later" and not _stale(row, ruling)]  # fmt: skip
    for row, until in {(row["account"], row["digest"], ruling.until or 0): (row, ruling.until or 0)
                       for row, ruling in waits}.values():  # fmt: skip
        _look(tx, row["account"], row["digest"], until)
    return [row for row, ruling in ruled if ruling.answer == "yes"]


def _stale(row: Row, ruling: Ruling) -> bool:
    return (ruling.until or 0) > int(row["due_at"]) + HELD_MOST


def _ask(row: Row) -> Ask:
    return Ask(persona=row["persona"], member=row["member"], account=row["account"],
               channel="contact", kind=row["kind"], origin=row["origin"], content=row["content"],
               sells=is_promotion(row["kind"], row["origin"]), tap=True)  # fmt: skip


def _task(account: str, rows: list[Row], now: int) -> Outbound:
    first = rows[0]
    return Outbound(
        lane=f"contact:{account}/bulk", pool="bulk", channel="contact", account=account,
        peer=account, kind=first["kind"], body=load(json.loads(first["body"])),
        origin=first["origin"], persona=first["persona"],
        persona_version=first["persona_version"], content=first["content"],
        content_version=first["content_version"], operator=account,
        dedupe=f"bulk/{account}/{first['key']}", send_at=now, retry_at=now,
        expires_at=now + TAP_WITHIN,
    )  # fmt: skip
