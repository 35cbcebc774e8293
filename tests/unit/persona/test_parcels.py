"""Where is my parcel: answered from what the shop told, or by a person; never about another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.core.clock import DAY
from bot.core.member import Bought
from bot.persona import hooks, parcels
from bot.persona.hooks import Asked

NOW = 1_790_000_000_000
SENT = Bought(id="20261120001", at=NOW - 2 * DAY, category="绿茶", state="shipped", tracking="SF1")
PAID = Bought(id="20261119001", at=NOW - 3 * DAY, category="", state="paid", tracking="")


def asked(*orders: Bought, text: str = "我的快递到哪了", number: str = "") -> Asked:
    return Asked(text=text, member="wm1", name="", facts={"order_no": number} if number else {},
                 tags=frozenset(), persona="p", channel="kf", account="wk", now=NOW,
                 orders=orders)  # fmt: skip


@pytest.fixture
def load() -> Iterator[None]:
    hooks.load("")
    yield


def test_ours_is_there_without_a_module_of_the_brand(load: None) -> None:
    assert hooks.call("parcel", asked(SENT)).say == ("绿茶这一单已经发出，在路上了，运单号 SF1。",)


@pytest.mark.parametrize(
    ("question", "says", "handoff"),
    [
        (asked(SENT, PAID), "运单号 SF1", ""),
        (asked(SENT, PAID, text="单号 20261119001", number=PAID.id), "还没有发出", ""),
        (asked(SENT, text="单号 SF1", number="SF1"), "在路上", ""),
        (asked(SENT, PAID, text="那个茶呢", number=PAID.id), "运单号 SF1", ""),
        (asked(SENT, text="单号 999999999", number="999999999"), "查不到", "查订单"),
        (asked(), "查不到", "查订单"),
        (asked(Bought(id="a", at=NOW - 11 * DAY, category="", state="shipped", tracking="")),
         "去催一下", "包裹走得太久"),
        (asked(Bought(id="a", at=NOW, category="茶具", state="delivered", tracking="")), "签收", ""),
        (asked(Bought(id="a", at=NOW, category="茶具", state="refunded", tracking="")), "退款", ""),
        (asked(Bought(id="a", at=NOW, category="茶具", state="cancelled", tracking="")), "取消", ""),
    ],
)  # fmt: skip
def test_what_is_said(question: Asked, says: str, handoff: str) -> None:
    reply = parcels.parcel(question)
    assert (says in "".join(reply.say), reply.handoff) == (True, handoff)
