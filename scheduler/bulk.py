"""Pools become bulk tasks: equal text, one account, one tap of its owner."""

from __future__ import annotations

import json

from bot.core.body import load
from bot.core.model import Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.speech import Setting
from bot.store import schedule
from bot.store.engine import Row, Tx


def flush(tx: Tx, setting: Setting) -> int:
    """Makes a task of every pool, split where the platform's number of receivers demands it."""
    made = 0
    for account, digest in schedule.pools(tx):
        while rows := schedule.open_pool(tx, account, digest, setting.limits.bulk_receivers):
            if schedule.flush(tx, rows, _task(account, rows, setting.now), setting.now) is None:
                break
            made += 1
    return made


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
