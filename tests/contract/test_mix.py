"""What was posted counts once, whatever the number of accounts and chats it went to."""

from __future__ import annotations

from bot.core.body import Text
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.store import mix, outbox
from bot.store.engine import Tx
from bot.store.mix import Sent
from bot.store.outbox import Receiver
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim

FIRST, SECOND = "campaign:weekly-table:20261125T2000", "campaign:weekly-table:20261202T2000"


def _post(account: str, origin: str, at: int, **more: object) -> Outbound:
    made = Outbound(
        lane=f"group:{account}/bulk", pool="bulk", channel="group", account=account, peer=account,
        kind="group_post", body=Text("周三晒茶席"), origin=origin, persona="xiaozhan",
        persona_version=1, content="groups/weekly-table", content_version=1, operator=account,
        dedupe=f"{origin}/{account}", send_at=at, retry_at=at, expires_at=at + 1_000_000,
    )  # fmt: skip
    return made.evolve(**more)


def test_a_post_counts_once_however_many_receive_it(db: Bench) -> None:
    def fill(tx: Tx) -> None:
        outbox.enqueue(tx, _post("lin", FIRST, NOW), NOW, [Receiver("a"), Receiver("b")])
        outbox.enqueue(tx, _post("gu", FIRST, NOW + 5), NOW + 5, [Receiver("c")])
        outbox.enqueue(tx, _post("lin", SECOND, NOW + 9), NOW + 9, [Receiver("a")])
        outbox.enqueue(tx, _post("lin", "flow:x:1", NOW + 3, kind="promo"), NOW + 3,
                       [Receiver("a")])  # fmt: skip

    db.write(fill)
    assert db.read(mix.sent, NOW, NOW + 9) == [
        Sent(at=NOW, persona="xiaozhan", kind="group_post", text="周三晒茶席",
             content="groups/weekly-table", entry="weekly-table")
    ]  # fmt: skip
    assert [one.at for one in db.read(mix.sent, NOW, NOW + 10)] == [NOW, NOW + 9]


def test_what_never_came_out_does_not_count(db: Bench) -> None:
    db.write(lambda tx: outbox.enqueue(tx, _post("lin", FIRST, NOW), NOW, [Receiver("a")]))
    [row] = claim(db, NOW, pool="bulk")
    assert len(db.read(mix.sent, NOW, NOW + 1)) == 1
    db.write(outbox.finish, row, Verdict("expire", note="too late"), NOW + 1)
    assert not db.read(mix.sent, NOW, NOW + 1)
