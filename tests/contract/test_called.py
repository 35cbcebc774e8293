"""What accounts are called: read from the platform, kept, and the same wherever staff read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from bot.commands.log import _line
from bot.console.places import place
from bot.core.clock import MINUTE
from bot.pipeline.called import EVERY, Called
from bot.pipeline.loop import Bells
from bot.store import called, outbox, replies
from tests.contract.conftest import NOW, Bench, run
from tests.contract.making import answer


class Told:
    """A platform that knows two accounts of customer service and one colleague, or is away."""

    def __init__(self) -> None:
        self.away, self.asked = False, 0

    async def kf_names(self) -> Mapping[str, str]:
        self.asked += 1
        if self.away:
            raise TimeoutError("away")
        return {"wk1": "小盏·茶事", "wk2": ""}

    async def staff_names(self, userids: Sequence[str]) -> Mapping[str, str]:
        return dict.fromkeys(userids[:1], "小盏·林溪")


class Cast:
    """Who speaks through which account."""

    def __init__(self) -> None:
        self.accounts = {("kf", "wk1"): "x", ("kf", "wk2"): "x", ("contact", "lin.xi"): "x",
                         ("contact", "chen.mo"): "x"}  # fmt: skip

    def all_accounts(self, channel: str) -> list[str]:
        return [account for kind, account in self.accounts if kind == channel]

    def persona_of(self, channel: str, account: str) -> str | None:
        return self.accounts.get((channel, account))


def test_names_are_read_seldom_kept_when_the_platform_is_away_and_read_for_a_new_account(
    db: Bench,
) -> None:
    told, cast = Told(), Cast()
    library: Any = SimpleNamespace(cast=cast)
    worker = Called(db.store, told, library, Bells())
    assert run(worker.step(NOW)) == NOW + MINUTE and told.asked == 1
    names = {("kf", "wk1"): "小盏·茶事", ("contact", "lin.xi"): "小盏·林溪"}
    assert db.read(called.names) == names
    run(worker.step(NOW + MINUTE))
    assert told.asked == 1, "not yet"
    cast.accounts["kf", "wk3"] = "x"
    run(worker.step(NOW + 2 * MINUTE))
    told.away = True
    run(worker.step(NOW + 2 * MINUTE + EVERY))
    assert told.asked == 3 and db.read(called.names) == names
    run(worker.step(NOW + 3 * MINUTE + EVERY))
    assert told.asked == 4, "what failed is tried again soon"


def test_pages_and_the_log_call_an_account_as_the_platform_does(db: Bench) -> None:
    cast: Any = Cast()
    names = {("kf", "wk1"): "小盏·茶事", ("contact", "lin.xi"): "小盏·林溪"}
    assert db.write(called.put, names, NOW) and not db.write(called.put, names, NOW)
    assert place("zh", cast, names, "kf", "wk1") == "微信客服 小盏·茶事"
    assert place("zh", cast, names, "kf", "wk2") == "微信客服 2 号", "until it is told"
    assert place("zh", cast, names, "moment", "lin.xi") == "朋友圈 小盏·林溪"
    assert place("zh", cast, names, "contact", "chen.mo") == "好友聊天 chen.mo"
    db.write(outbox.enqueue, answer(1), NOW)
    [row] = db.read(lambda tx: list(replies.search(tx)))
    assert "kf/wk1 小盏·茶事  → wm1" in _line(row, False, "Asia/Shanghai", names)
    assert '"account":"wk1"' in _line(row, True, "Asia/Shanghai", names)
