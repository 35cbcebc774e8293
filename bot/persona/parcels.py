"""The hook ``parcel``: where an order is, from what the shop told; else a person is called.

A member asks about the number that he named, else about his latest order. Nothing is said about an
order that is not his.
"""

from __future__ import annotations

from bot.core.clock import DAY
from bot.core.member import Bought
from bot.persona.hooks import Asked, Reply, hook

NUMBER = "order_no"  # the fact in which a rule keeps the number that somebody named
UNKNOWN, LOST = "查订单", "包裹走得太久"
SLOW = 10 * DAY  # on its way for so long, so somebody looks what has become of it
_SAID = {
    "paid": "{what}已经下单成功，还没有发出。发出以后会有运单号。",
    "shipped": "{what}已经发出，在路上了{by}。",
    "delivered": "{what}显示已经签收{by}。没有收到的话跟我说，我请同事去查。",
    "refunded": "{what}已经退款，款项按原路退回。",
    "cancelled": "{what}已经取消了。",
}


@hook("parcel")
def parcel(asked: Asked) -> Reply:
    """Where his order is."""
    order = _meant(asked)
    if order is None:
        return Reply(say=("这一单我这里查不到，我请同事来看，看到了就告诉你。",), handoff=UNKNOWN)
    what = f"{order.category}这一单" if order.category else "你这一单"
    by = f"，运单号 {order.tracking}" if order.tracking else ""
    said = _SAID[order.state].format(what=what, by=by)
    if order.state == "shipped" and asked.now - order.at > SLOW:
        return Reply(say=(f"{said}走得有点久，我请同事去催一下。",), handoff=LOST)
    return Reply(say=(said,))


def _meant(asked: Asked) -> Bought | None:
    number = asked.facts.get(NUMBER, "")
    if number and number in asked.text:
        return next((one for one in asked.orders if number in (one.id, one.tracking)), None)
    return next(iter(asked.orders), None)
