"""How ``onevoice why`` without a plan shows what may still be sent unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from bot.commands.personas import put_json, time
from scheduler.governor import CODES
from scheduler.leeway import Count, Leeway

ANSWERS = {"yes": "可以发", "later": "现在不行", "no": "不发"}


def put_left(member: str, found: Sequence[Leeway], now: int, zone: str, *, json_out: bool) -> None:
    """One persona after the other."""
    if json_out:
        put_json({"member": member, "now": now, "left": [_document(one, zone) for one in found]})
        return
    if not found:
        click.echo(f"{member} 还没有和哪个人设认识")
    for one in found:
        for line in _lines(member, one, zone):
            click.echo(line)


def _document(one: Leeway, zone: str) -> dict[str, Any]:
    spans = [{"days": span.days, "all": _counted(span.all),
              "offers": {**_counted(span.offers), "left": span.offers_left}}
             for span in one.spans]  # fmt: skip
    holds = [{"code": rule.code, "said": rule.told(zone), "until": rule.until}
             for rule in one.offer.looked if not rule.holds]  # fmt: skip
    offer = {"answer": one.offer.answer, "code": one.offer.code, "until": one.offer.until,
             "reason": CODES.get(one.offer.code, ""), "holds": holds}  # fmt: skip
    return {"persona": one.persona, "spans": spans, "bulk": _counted(one.bulk), "days": one.days,
            "served": one.served, "offers": one.offers, "offer": offer}  # fmt: skip


def _counted(count: Count) -> dict[str, int]:
    return {**asdict(count), "left": count.left}


def _lines(member: str, one: Leeway, zone: str) -> Iterator[str]:
    """For people."""
    yield f"{member} · {one.persona}"
    for span in one.spans:
        yield (f"  {span.days} 天内主动消息已发 {span.all.used}，还剩 {span.all.left}；"
               f"其中推广已发 {span.offers.used}，还剩 {span.offers_left}")  # fmt: skip
    yield f"  本月群发已发 {one.bulk.used}，平台还剩 {one.bulk.left}"
    yield f"  {one.days} 天里服务 {one.served} 次，推广 {one.offers} 条"
    until = f"，最早 {time(one.offer.until, zone)}" if one.offer.until else ""
    yield f"  下一条推广：{ANSWERS[one.offer.answer]}{until}"
    for rule in one.offer.looked:
        if not rule.holds:
            yield f"    拦下  {rule.told(zone)}"
