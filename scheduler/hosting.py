"""Shifts of the atmosphere team: planned ahead, begun at their minute, ended at theirs, each once.

What is planned follows from the file that serves. When a shift begins, whoever has it gets what
there is to do (``scheduler/prompting.py``) as rows of the task desk, and one message of the
application.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.community.atmosphere import Atmosphere, Duty
from bot.core.body import Text
from bot.core.clock import HOUR, local
from bot.core.model import Outbound
from bot.core.rota import Span
from bot.library.atmosphere import turns
from bot.library.speech import Setting
from bot.store import alarms, atmosphere, audit, outbox, schedule
from bot.store.atmosphere import Ask, Shift
from bot.store.engine import Row, Tx
from scheduler.fate import DONE, Fate
from scheduler.prompting import asks, chats_of
from scheduler.recurrence import parse_when

DUE = "atmosphere"
TOLD_WITHIN = 2 * HOUR  # a shift that began so long ago is nobody's any more
NAMED, WORDS = 6, 36
TITLES = {"activity": "活动", "say": "开场", "unanswered": "待答", "birthday": "生日",
          "silent": "久未出声"}  # fmt: skip


def shift_id(circle: str, shift: str, at: int, who: str, zone: str) -> str:
    """``tea-friends/evening@2026-12-01T19:30/lin.xi``"""
    return f"{circle}/{shift}@{local(at, zone):%Y-%m-%dT%H:%M}/{who}"


def made_of(made: Atmosphere, duty: Duty, at: int, who: str, zone: str) -> Shift:
    """One colleague's shift as the file has it."""
    return Shift(id=shift_id(made.circle, duty.id, at, who, zone), circle=made.circle,
                 shift=duty.id, planned=who, userid=who, since=at, until=at + duty.lasts_ms,
                 version=made.version)  # fmt: skip


def planned(setting: Setting, within: Span) -> Iterator[Shift]:
    """Every shift that the files have in this time."""
    zone = setting.cast.zone
    for made in setting.cast.atmospheres.values():
        for turn in turns(made, within, zone):
            yield from (made_of(made, turn.duty, turn.span.since, who, zone)
                        for who in turn.duty.who)  # fmt: skip


def find(tx: Tx, setting: Setting, id: str) -> Shift | None:
    """A shift by its id: as it stands, else as it is planned; None: there is none."""
    found = atmosphere.get(tx, id)
    if found is not None:
        return found
    circle, _, rest = id.partition("/")
    made = setting.cast.atmospheres.get(circle)
    shift, _, when = rest.partition("@")
    duty = made.duty(shift) if made else None
    if made is None or duty is None:
        return None
    at = parse_when(f"{when[:10]} {when[11:16]}", setting.cast.zone).after(0) \
        if len(when) > 16 else None  # fmt: skip
    who = when.partition("/")[2]
    if at is None or who not in duty.who or not _still(duty, at, setting.cast.zone):
        return None
    return made_of(made, duty, at, who, setting.cast.zone)


def plan_shifts(tx: Tx, setting: Setting) -> None:
    """The next shift of each kind stands in the table before it is due."""
    zone, ahead = setting.cast.zone, dict[str, tuple[Atmosphere, Duty, int, str]]()
    for made in setting.cast.atmospheres.values():
        for duty in made.shifts:
            at = parse_when(duty.when, zone).after(setting.now)
            if at is None:
                continue
            for who in duty.who:
                key = f"{DUE}/{shift_id(made.circle, duty.id, at, who, zone)}"
                ahead[key] = (made, duty, at, who)
    known = schedule.planned(tx, list(ahead)) if ahead else frozenset()
    for key, (made, duty, at, who) in ahead.items():
        if key not in known:
            schedule.add_due(tx, key, DUE, at, {"circle": made.circle, "shift": duty.id, "at": at,
                                                "who": who})  # fmt: skip


def run_shift(tx: Tx, setting: Setting, due: Row) -> Fate:
    """A shift begins, or ends."""
    told = due["data"]
    if "end" in told:
        atmosphere.lapse(tx, told["end"], setting.now)
        return DONE
    made = setting.cast.atmospheres.get(told["circle"])
    duty = made.duty(told["shift"]) if made else None
    at, who, zone = told["at"], told["who"], setting.cast.zone
    if made is None or duty is None or who not in duty.who or not _still(duty, at, zone):
        return Fate("skip", "the plan has been changed")
    if setting.now >= min(at + duty.lasts_ms, at + TOLD_WITHIN):
        return Fate("skip", "it is too late for this shift")
    shift = atmosphere.plan(tx, made_of(made, duty, at, who, zone))
    _begin(tx, setting, made, duty, shift)
    return DONE


def _still(duty: Duty, at: int, zone: str) -> bool:
    return parse_when(duty.when, zone).after(at - 1) == at


def _begin(tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift) -> None:
    chats = chats_of(tx, setting, made, duty)
    found = asks(tx, setting, made, duty, shift)
    ids = [chat["id"] for chat in chats]
    if not atmosphere.begin(tx, shift, found, ids, setting.now) and found:
        return
    schedule.add_due(tx, f"{DUE}/{shift.id}/end", DUE, shift.until, {"end": shift.id})
    audit.record(tx, [audit.note("atmosphere_shift", shift.id, "begin", at=setting.now,
                                 actor="scheduler", reason=shift.userid)])  # fmt: skip
    tell(tx, setting, shift.userid, begun_words(setting, duty, shift, chats, found),
         f"atmosphere/{shift.id}/begin")  # fmt: skip


def begun_words(
    setting: Setting, duty: Duty, shift: Shift, chats: Sequence[Row], found: Sequence[Ask]
) -> str:  # fmt: skip
    """What whoever has the shift reads when it begins."""
    names = "、".join(chat["name"] or chat["id"] for chat in chats) or "（还没有对上群）"
    until = local(shift.until, setting.cast.zone)
    lines = [f"氛围组「{duty.title}」开始了，到 {until:%H:%M}。", f"群：{names}"]
    for ask, each in groupby(found, key=lambda one: one.ask):
        lines += [f"· {TITLES[ask]}：{_short(one.text)}" for one in each]
    lines = lines[: NAMED + 2] + ([f"· 还有 {len(found) - NAMED} 件"] if len(found) > NAMED else [])
    lines += ["都用你自己的账号说，做完点一下「做了」。"]
    return "\n".join([*lines, *([f"{setting.pages}/tasks/mine"] if setting.pages else [])])


def _short(text: str) -> str:
    """One line of a text; a tag in it would be a link in the client."""
    words = " ".join(text.split()).replace("<", "〈").replace(">", "〉")
    return words if len(words) <= WORDS else f"{words[: WORDS - 1]}…"


def tell(tx: Tx, setting: Setting, userid: str, text: str, key: str) -> None:
    """One message of the application to a colleague, once for each key."""
    if not setting.agent:
        return
    outbox.enqueue(tx, Outbound(
        lane=f"app:{setting.agent}:{userid}/alarm", pool="reply", channel="app",
        account=setting.agent, peer=userid, kind="notice", body=Text(text), origin="atmosphere",
        persona="", persona_version=0, operator="scheduler", dedupe=f"{key}/{userid}",
        send_at=setting.now, retry_at=setting.now,
        expires_at=setting.now + TOLD_WITHIN), setting.now)  # fmt: skip


def hand(tx: Tx, setting: Setting, id: str, to: str, *, actor: str, why: str = "") -> Shift:
    """A shift goes over to a declared colleague, who hears of it. Raises AtmosphereRefused."""
    shift = find(tx, setting, id)
    made = setting.cast.atmospheres.get(shift.circle) if shift else None
    if shift is None or made is None:
        raise atmosphere.AtmosphereRefused(f"没有这个班：{id}")
    given = atmosphere.hand(tx, made, shift, to, setting.now, actor, why)
    duty = made.duty(given.shift)
    at = local(given.since, setting.cast.zone)
    left = sum(one.state == "open" for one in atmosphere.of_shift(tx, id))
    more = f"，还有 {left} 件没做完" if left else ""
    words = f"氛围组的班交给你了：{at:%m-%d %H:%M}「{duty.title if duty else given.shift}」{more}。"
    tell(tx, setting, to, words + (f"\n交班说：{why}" if why else ""),
         f"{DUE}/{id}/hand/{setting.now}")  # fmt: skip
    return given


def leads(tx: Tx, setting: Setting) -> list[str]:
    """Userids of whoever is told of what somebody must look at."""
    found = setting.service.alarm_to or [row["userid"] for row in alarms.reachable(tx)
                                         if row["role"] == "lead"]  # fmt: skip
    return list(dict.fromkeys(found))
