"""Service contacts by topic: whether an order began them, and whether they led to goods. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.carrying import Shortening
from bot.library.caring import leads, of_goods
from bot.library.cast import Cast
from bot.library.linking import addresses
from bot.store.servicing import Said
from bot.studio.render import CannotRender

ORDERS = frozenset({"order", "order_first"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """``flow``: of which flow it was a step, by its title, or empty; ``content``: the template, row
    or rule, empty for what staff wrote; ``order``: an order began it; ``goods``: it led to goods;
    ``members``: who heard one of its texts, at most."""

    kind: str
    flow: str
    content: str
    order: bool
    goods: bool
    n: int
    members: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All topics, those that were said most first. ``plain``: contacts that led to no goods."""

    topics: Sequence[Topic]
    whole: int
    plain: int


def report(
    cast: Cast, short: Shortening, said: Sequence[Said], words: Iterable[str]
) -> Report:  # fmt: skip
    """``words``: what staff wrote; each is a contact that leads to goods where an address in it
    does."""
    flows = {flow.id: flow for flow in cast.flows}
    topics = list[Topic]()
    sold = sum(bool(of_goods(addresses(text), cast.goods, short)) for text in words)
    for one in said:
        flow = flows.get(one.flow)
        if one.kind == "staff":
            continue
        topics.append(Topic(
            kind=one.kind, flow=(flow.file.title or flow.id) if flow is not None else "",
            content=one.content, n=one.n, members=one.members,
            order=flow is not None and flow.trigger.name in ORDERS,
            goods=bool(_goods(cast, one.content, short))))  # fmt: skip
    staff = [one for one in said if one.kind == "staff"]
    if n := sum(one.n for one in staff):
        members = max(one.members for one in staff)
        parts = ((False, n - min(sold, n)), (True, min(sold, n)))
        topics += [Topic(kind="staff", flow="", content="", order=False, goods=goods, n=part,
                         members=members)
                   for goods, part in parts if part]  # fmt: skip
    topics.sort(key=lambda topic: (-topic.n, topic.flow, topic.content))
    whole = sum(topic.n for topic in topics)
    return Report(topics=topics, whole=whole,
                  plain=sum(topic.n for topic in topics if not topic.goods))  # fmt: skip


def _goods(cast: Cast, content: str, short: Shortening) -> str:
    template = cast.shelf.get(content) if "/" in content else None
    if template is not None:
        try:
            text = cast.shelf.render_sample(content).text
        except CannotRender:
            text = template.text
        return leads(template, text, cast.goods, short)
    number = content.partition(":")[2]
    answers = (row.answer for script in cast.scripts.values() for row in script.persona.faq
               if row.id == number)  # fmt: skip
    return next((url for text in answers
                 if (url := of_goods(addresses(text), cast.goods, short))), "")  # fmt: skip
