"""Words to one's own staff: queued once, no word of a persona, over when they are no news."""

from __future__ import annotations

from bot.core.body import Text
from bot.store import telling
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim

AGENT = 1000002


def tell(db: Bench, staff: str = "lin.xi", about: str = "wait/7", now: int = NOW) -> int | None:
    return db.write(telling.tell, AGENT, staff, "青柚 等了 5 分钟", about, now)


def test_a_message_to_a_colleague_is_queued_once(db: Bench) -> None:
    first = tell(db)
    assert first is not None and tell(db) is None
    assert tell(db, "su.he") is not None and tell(db, about="wait/8") is not None
    rows = claim(db)
    assert [(row.channel, row.account, row.peer, row.kind) for row in rows] == [
        ("app", "1000002", "lin.xi", "notice"), ("app", "1000002", "su.he", "notice"),
    ], "one colleague's messages leave one by one"  # fmt: skip
    assert rows[0].body == Text("青柚 等了 5 分钟") and not rows[0].persona
    assert db.look("SELECT * FROM replies") == []


def test_old_news_is_not_told(db: Bench) -> None:
    tell(db)
    assert claim(db, NOW + telling.USEFUL_FOR) == []
    assert [row["state"] for row in db.look("SELECT state FROM outbox")] == ["expired"]
