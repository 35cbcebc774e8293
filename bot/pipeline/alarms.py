"""Rings when a member waits too long for a person: on the page, and in the client of whoever is on
duty; later in that of the lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.core import rota
from bot.core.body import Text
from bot.core.clock import DAY, HOUR, MINUTE, SECOND
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.rota import Shift, Span
from bot.library.cast import Cast
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.store import alarms, shifts
from bot.store.alarms import FIRST, Waiting
from bot.store.engine import Row, Store

LOOK_EVERY = 15 * SECOND
# Whoever has waited for longer than this is not asked about his night: he waits too long.
LOOK_BACK = 14 * DAY
TOLD_WITHIN = 1 * HOUR  # an alarm that could not leave for so long tells nothing new
NAMED = 5  # in one message
NAME_MAX = 20
ROLE = "lead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What an alarm is decided from, at one moment."""

    cast: Cast
    shifts: Sequence[Shift]
    staff: Sequence[Row]
    now: int

    def persona(self, who: Waiting) -> str:
        """The persona that speaks where he waits; the one that spoke, if none does now."""
        return self.cast.persona_of(who.channel, who.account) or who.persona

    def due_at(self, who: Waiting, need: int) -> int | None:
        """When he will have waited for ``need`` ms of working time; None: not within the hour."""
        persona = self.persona(who)
        script = self.cast.scripts.get(persona)
        office = script.persona.hours if script else None
        since = max(who.since, self.now - LOOK_BACK)
        spans = rota.working(
            self.shifts, (office.open, office.close) if office else None,
            Span(since, self.now + HOUR), self.cast.zone, persona, account_of(who),
        )  # fmt: skip
        return rota.reached(spans, since, need)

    def first(self, who: Waiting) -> tuple[str, ...]:
        """Userids for the first alarm: the colleague to whom he was handed; else who is on duty, or
        the account's owner, or the lead."""
        persona = self.persona(who)
        duty = [who.holder] if who.holder else rota.on_duty(
            self.shifts, self.now, self.cast.zone, persona, account_of(who))  # fmt: skip
        on_duty = tuple(row["userid"] for row in self.staff if row["login"] in duty)
        return on_duty or self._owner(who, persona) or self.leads()

    def leads(self) -> tuple[str, ...]:
        """Userids of the leads."""
        return tuple(row["userid"] for row in self.staff if row["role"] == ROLE)

    def _owner(self, who: Waiting, persona: str) -> tuple[str, ...]:
        if who.channel == "contact":
            return (who.account,)
        known = persona in self.cast.scripts
        return self.cast.accounts_of(persona, "contact")[:1] if known else ()


def account_of(who: Waiting) -> str:
    """How a shift names the account."""
    return f"{who.channel}:{who.account}"


class Alarms:
    """Looks every few seconds, and when the next alarm is due."""

    def __init__(self, store: Store, library: Library, config: Config, bells: Bells) -> None:
        self._store, self._library, self._bells = store, library, bells
        self._public = config.web.public_url.rstrip("/")
        self._to, self._agent = config.service.alarm_to, config.wecom.telling_app
        needs = ((FIRST, config.service.ms("first_answer")),
                 (alarms.SECOND, config.service.ms("second_answer")))  # fmt: skip
        self._levels = tuple((level, need) for level, need in needs if need)
        self._every = min((LOOK_EVERY, *(need for _, need in self._levels)))

    async def step(self, now: int) -> int:
        """Ends what is over, and rings for whoever waits too long."""
        changed = await self._store.write(alarms.clear, now)
        watch = Watch(cast=self._library.cast, now=now,
                      shifts=await self._store.read(shifts.standing, now - LOOK_BACK),
                      staff=await self._store.read(alarms.reachable))  # fmt: skip
        soonest, told = now + self._every, False
        for level, need in self._levels:
            late, upcoming = await self._look(watch, level, need)
            soonest = min(soonest, upcoming)
            for at in range(0, len(late), alarms.PAGE):
                rung = await self._ring(watch, level, need, late[at : at + alarms.PAGE])
                changed, told = changed + rung, told or bool(rung)
        if changed:
            self._bells.inbox.set()
        if told:
            self._bells.ring_outbox()
        return max(soonest, now + 1)

    async def _look(self, watch: Watch, level: int, need: int) -> tuple[list[Waiting], int]:
        """Who is to ring now, and when the next one will be."""
        after, late, soonest = (0, ""), [], watch.now + self._every
        while True:
            before = watch.now - need + self._every
            page = await self._store.read(alarms.candidates, level, before, watch.now, after)
            for who in page:
                at = watch.due_at(who, need)
                if at is not None and at <= watch.now:
                    late.append(who)
                elif at is not None:
                    soonest = min(soonest, at)
            if len(page) < alarms.PAGE:
                return late, soonest
            after = (page[-1].since, page[-1].conversation)

    async def _ring(self, watch: Watch, level: int, need: int, late: Sequence[Waiting]) -> int:
        def tell(new: Sequence[Waiting]) -> list[Outbound]:
            return self._messages(watch, level, new)

        why = f"等了 {need // MINUTE} 分钟没有人接" + ("，提醒主管" if level != FIRST else "")
        new = await self._store.write(alarms.sound, late, level, watch.now, why, tell)
        return len(new)

    def _messages(self, watch: Watch, level: int, new: Sequence[Waiting]) -> list[Outbound]:
        """One message to each who is to be told, about all of them."""
        about: dict[str, list[Waiting]] = {}
        for who in new:
            to = watch.first(who) if level == FIRST else self._to or watch.leads()
            for userid in dict.fromkeys(to):
                about.setdefault(userid, []).append(who)
        return [self._message(watch, level, userid, found) for userid, found in about.items()]

    def _message(self, watch: Watch, level: int, to: str, about: Sequence[Waiting]) -> Outbound:
        first, now = about[0], watch.now
        return Outbound(
            lane=f"app:{self._agent}:{to}/alarm", pool="reply", channel="app", account=self._agent,
            peer=to, kind="notice", body=Text(words(watch, level, about, self._public)),
            origin=f"alarm:{level}", persona="", persona_version=0, operator="desk",
            dedupe=f"alarm/{level}/{to}/{first.conversation}/{first.since}", send_at=now,
            retry_at=now, priority=0, expires_at=now + TOLD_WITHIN,
        )  # fmt: skip


def words(watch: Watch, level: int, about: Sequence[Waiting], public: str) -> str:
    """What the message says: who waits, how long, and where to go."""
    head = "还没有人接，请主管看看" if level != FIRST else "有客人在等人工"
    lines = [f"{head}（{len(about)} 位）：" if len(about) > 1 else f"{head}："]
    lines += [f"· {_line(watch, who)}" for who in about[:NAMED]]
    lines += [f"· 还有 {len(about) - NAMED} 位"] if len(about) > NAMED else []
    return "\n".join([*lines, _way(about, public)])


def _line(watch: Watch, who: Waiting) -> str:
    script = watch.cast.scripts.get(watch.persona(who))
    name = f"「{script.persona.name}」" if script else ""
    waited = f"等了 {(watch.now - who.since) // MINUTE} 分钟"
    reason = f"，{_safe(who.reason, 40)}" if who.reason else ""
    mark = "【投诉】" if who.complaint else ""
    return f"{mark}{_safe(who.name, NAME_MAX) or '一位客人'} 找{name or '客服'}，{waited}{reason}"


def _safe(text: str, most: int) -> str:
    """A customer's words in one line; the client would take a tag of his for a link."""
    line = " ".join(text.split()).replace("<", "〈").replace(">", "〉")
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _way(about: Sequence[Waiting], public: str) -> str:
    if not public:
        return "请到控制台的会话页接手。"
    if len(about) > 1:
        return f"去接手：{public}/console/inbox"
    return f"去接手：{public}/console/inbox?c={quote(about[0].conversation, safe='')}"
