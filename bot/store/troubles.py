"""What is the matter with accounts, as it was found last."""

from __future__ import annotations

from bot.core.accounts import Trouble
from bot.store import audit
from bot.store.engine import Row, Tx


def put(tx: Tx, channel: str, account: str, found: Trouble, now: int) -> bool:
    """Keeps what was found; False when it is known. What has changed has an audit row."""
    row = tx.row("trouble_of", channel=channel, account=account) or {"code": "", "detail": ""}
    if (row["code"], row["detail"]) == (found.code, found.detail):
        return False
    tx.run("trouble_put", channel=channel, account=account, code=found.code, detail=found.detail,
           now=now)  # fmt: skip
    if row["code"] != found.code:
        event = "trouble" if found.code else "well"
        audit.record(tx, [audit.note("account", f"{channel}:{account}", event, at=now,
                                     actor="system", before=row["code"], after=found.code,
                                     reason=found.detail)])  # fmt: skip
    return True


def standing(tx: Tx) -> list[Row]:
    """channel, account, code, detail, since of all that have any."""
    return tx.rows("troubles")
