"""Tells the owner of a task that it waits for his tap, and the lead when it has waited for long: by
a message of the application, and for bulk tasks by the platform's own reminder, too."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.core.body import Text, load, plain
from bot.core.clock import DAY, HOUR, local
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.taptime import Timing
from bot.pipeline.loop import Bells
from bot.pipeline.tapwatch import night_of
from bot.store import called, taptell
from bot.store.called import Names
from bot.store.codec import from_json
from bot.store.engine import Row, Store
from bot.store.taptell import Plan
from bot.wecom.contacts.checks import BadCall
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.gateway import Gateway

log = logging.getLogger(__name__)
TOLD_WITHIN = 1 * HOUR  # a reminder that could not leave for so long tells nothing new
NAMED = 5  # in one message
WORDS = 18  # characters of a task's text
TO: Mapping[str, str] = {"contact": "发给 {n} 位客人", "group": "发到 {n} 个客户群",
                         "moment": "发一条朋友圈"}  # fmt: skip


def timing_of(config: Config) -> Timing:
    """How long an owner has, and when he and the lead hear of it."""
    return Timing(deadline=config.taps.ms("deadline"), reminders=config.taps.reminders,
                  escalate=config.taps.ms("escalate_after"))  # fmt: skip


class Tell:
    """One message to each person about all of his tasks that are due at this moment."""

    def __init__(self, store: Store, gateway: Gateway, config: Config, bells: Bells) -> None:
        self._store, self._gateway, self._bells = store, gateway, bells
        self._config, self._agent = config, config.wecom.telling_app
        self._public = config.web.public_url.rstrip("/")
        self._timing = timing_of(config)

    async def step(self, rows: Sequence[Row], now: int) -> None:
        """Tells of those among these tasks of which somebody is to hear by now."""
        if not rows:
            return
        names = await self._store.read(called.names)
        plan = Plan(
            timing=self._timing, leads=self._config.service.alarm_to,
            asleep=lambda persona: night_of(self._config, persona).over_at(now),
            words=lambda owners, leads, to: self._messages(owners, leads, to, now, names),
        )  # fmt: skip
        told = await self._store.write(taptell.tell, rows, plan, now)
        if told.owners or told.leads:
            self._bells.ring_outbox()
        for row in told.owners:
            await self._remind(row)

    async def _remind(self, row: Row) -> None:
        """The platform's own reminder; where it has none, or no more, our message is enough."""
        if row["channel"] == "moment" or not row["provider_id"]:
            return
        try:
            await self._gateway.contacts.bulk.remind(row["provider_id"])
        except (ApiError, CallFailed, BadCall) as exc:
            log.info("task %s: no reminder by the platform: %s", row["outbox"], exc)

    def _messages(
        self, owners: Sequence[Row], leads: Sequence[Row], to: Sequence[str], now: int,
        names: Names,
    ) -> list[Outbound]:  # fmt: skip
        mine: dict[str, list[Row]] = {}
        for row in owners:
            mine.setdefault(row["account"], []).append(row)
        made = [self._message("owner", account, self._to_owner(rows, now), rows[0], now)
                for account, rows in mine.items()]  # fmt: skip
        if leads:
            text = self._to_lead(leads, now, names)
            made += [self._message("lead", userid, text, leads[0], now)
                     for userid in dict.fromkeys(to)]  # fmt: skip
        return made

    def _message(self, what: str, to: str, text: str, first: Row, now: int) -> Outbound:
        return Outbound(
            lane=f"app:{self._agent}:{to}/taps", pool="reply", channel="app", account=self._agent,
            peer=to, kind="notice", body=Text(text), origin=f"taps:{what}", persona="",
            persona_version=0, operator="desk", send_at=now, retry_at=now,
            dedupe=f"taps/{what}/{to}/{first['outbox']}/{now}", expires_at=now + TOLD_WITHIN,
        )  # fmt: skip

    def _to_owner(self, rows: Sequence[Row], now: int) -> str:
        lines = [f"有 {len(rows)} 个任务等你点发："]
        lines += [f"· {self._task(row, now)}" for row in rows[:NAMED]]
        lines += [f"· 还有 {len(rows) - NAMED} 个"] if len(rows) > NAMED else []
        return "\n".join([*lines, "在企业微信里打开任务，点一下发送。", *self._link("/mine")])

    def _to_lead(self, rows: Sequence[Row], now: int, names: Names) -> str:
        lines = [f"有 {len(rows)} 个任务一直没有人点发："]
        for row in rows[:NAMED]:
            waited = (now - row["since"]) // HOUR
            owner = called.of(names, "contact", row["account"])
            lines.append(f"· {owner}：{self._task(row, now)}，等了 {waited} 小时")
        lines += [f"· 还有 {len(rows) - NAMED} 个"] if len(rows) > NAMED else []
        return "\n".join([*lines, *self._link("")])

    def _task(self, row: Row, now: int) -> str:
        words = " ".join(plain(load(from_json(row["body"]))).split())
        # a tag in the words would be a link in the client
        words = words.replace("<", "〈").replace(">", "〉")
        short = words if len(words) <= WORDS else f"{words[: WORDS - 1]}…"
        to = TO[row["channel"]].format(n=row["targets"])
        return f"「{short}」{to}，{until(row['deadline_at'], now, self._config.timezone)}前"

    def _link(self, page: str) -> list[str]:
        return [f"{self._public}/console/tasks{page}"] if self._public else []


def until(at: int, now: int, zone: str) -> str:
    """A near moment as people say it: 今天 21:30, 明天 08:30, 11-24 10:00."""
    there, day = local(at, zone), local(now, zone).date()
    names = {day: "今天", local(now + DAY, zone).date(): "明天"}
    return f"{names.get(there.date(), there.strftime('%m-%d'))} {there:%H:%M}"
