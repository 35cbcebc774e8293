"""``onevoice why``: may this member get that now, every rule that was looked at, and how much may
still be sent to him unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson

from bot.commands.casting import setting_of
from bot.commands.database import read
from bot.commands.left import ANSWERS, put_left
from bot.commands.options import looking, read_config
from bot.core.clock import local, to_ms
from bot.core.errors import BadInput
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import governor as facts
from bot.store import people
from bot.store.engine import Tx
from scheduler import asking
from scheduler.asking import Asked
from scheduler.governor import CODES, Looked, Ruling
from scheduler.leeway import leeways

WAYS = {"kf": "客服会话", "bulk": "群发给好友", "group_post": "发群", "moment": "发朋友圈"}
_ORDER = ("yes", "later", "no")


@click.command()
@click.argument("member", metavar="MEMBER")
@click.argument("plan", metavar="[CAMPAIGN|flow:ID|entry:ID]", required=False)
@looking
@click.option("--at", "when", metavar="'YYYY-MM-DD HH:MM'", help="Local time. Default: now.")
def why(
    member: str, plan: str | None, config_path: Path, data: Path | None, json_out: bool,
    when: str | None,
) -> None:  # fmt: skip
    """The governor's answer for MEMBER and a campaign, a flow or an entry of the calendar; without
    one of these, what may still be sent to MEMBER unasked, for each persona that he has met."""
    config = read_config(config_path, data)
    now = _moment(when, config.timezone) if when else clock_of(config).now()

    def knows(tx: Tx) -> Setting:
        if people.known(tx, member) is None and not facts.talks(tx, [member]):
            raise BadInput(f"there is no member {member!r}",
                           fix="write the id that the log or the platform shows")  # fmt: skip
        return setting_of(tx, config, now)

    if plan is None:
        spans = read(config, lambda tx: leeways(tx, knows(tx), member))
        put_left(member, spans, now, config.timezone, json_out=json_out)
        return
    found = read(config, lambda tx: asking.why(tx, knows(tx), member, plan))
    if json_out:
        click.echo(orjson.dumps(_as_dict(member, plan, now, found, config.timezone)))
        return
    for line in _lines(member, plan, found, config.timezone):
        click.echo(line)


def _moment(text: str, zone: str) -> int:
    try:
        return to_ms(datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone)))
    except ValueError:
        raise click.UsageError(f"--at {text!r} is no time; write '2026-11-22 10:00'") from None


def _as_dict(member: str, plan: str, now: int, found: Sequence[Asked], zone: str) -> dict[str, Any]:
    """The best answer first, as it stands in the contract; then each message with its rules."""
    asks = [{"persona": one.persona, "step": one.step, "way": one.way,
             **_ruling(one.ruling, zone)} for one in found]  # fmt: skip
    best = min(found, key=lambda one: _ORDER.index(one.ruling.answer), default=None)
    top = _ruling(best.ruling if best else Ruling(answer="no"), zone)
    return {"member": member, "campaign": plan, "now": now, **top, "asks": asks}


def _ruling(made: Ruling, zone: str) -> dict[str, Any]:
    return {"answer": made.answer, "code": made.code, "reason": CODES.get(made.code, ""),
            "until": made.until, "looked": [_looked(one, zone) for one in made.looked]}  # fmt: skip


def _looked(one: Looked, zone: str) -> dict[str, Any]:
    return {"code": one.code, "holds": one.holds, "said": one.told(zone), "until": one.until}


def _lines(member: str, plan: str, found: Sequence[Asked], zone: str) -> Iterator[str]:
    """For people."""
    if not found:
        yield f"{plan} 里没有要主动发给 {member} 的内容"
    for one in found:
        made = one.ruling
        yield f"{member} · {plan} · {one.persona} · {one.step} · {WAYS[one.way]}"
        yield f"  {ANSWERS[made.answer]}{_because(made, zone)}"
        for looked in made.looked:
            until = f"（{_clock(looked.until, zone)} 之后再看）" if looked.until else ""
            yield f"  {'通过' if looked.holds else '拦下'}  {looked.told(zone)}{until}"


def _because(made: Ruling, zone: str) -> str:
    if made.answer == "yes":
        return ""
    until = f"，{_clock(made.until, zone)} 之后再看" if made.until else ""
    return f"：{CODES[made.code]}{until}"


def _clock(at: int, zone: str) -> str:
    return local(at, zone).strftime("%m-%d %H:%M")
