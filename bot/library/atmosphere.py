"""What is wrong with an atmosphere team, and with moderation, beside circles, templates, personas
and flows; and where a shift plan leaves gaps. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.community.atmosphere import Atmosphere, Duty, shown
from bot.community.moderating import FILE, Moderation
from bot.core.clock import DAY, local, to_ms
from bot.core.findings import ERROR, WARNING, Finding
from bot.core.rota import Span, merged, without
from bot.library.saying import At
from bot.members.circle import Circle
from bot.studio.template import Template
from scheduler.flows import Flow
from scheduler.recurrence import parse_when

REMINDED = "moderated"
SUGGESTED = ("group_post", "activity")
# A week like most: without a festival or a day off. What lint says of a plan is said of it.
USUAL_WEEK = to_ms(datetime(2026, 3, 9, tzinfo=UTC))
_DAYS = "一二三四五六日"


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What there is beside: ``accounts`` are the userids that speak as a persona."""

    zone: str
    accounts: Collection[str] = ()
    circles: Mapping[str, Circle] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    flows: Sequence[Flow] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift as it takes place."""

    duty: Duty
    span: Span


def turns(made: Atmosphere, within: Span, zone: str) -> list[Turn]:
    """Every shift that begins in this time, the first first."""
    found = [Turn(duty, Span(at, at + duty.lasts_ms)) for duty in made.shifts
             for at in _begins(duty.when, within, zone)]  # fmt: skip
    return sorted(found, key=lambda one: (one.span, one.duty.id))


def gaps(made: Atmosphere, within: Span, zone: str) -> list[Span]:
    """Hours that should be covered and in which nobody has a shift."""
    wanted = merged(Span(at, at + one.lasts_ms) for one in made.cover
                    for at in _begins(one.when, within, zone))  # fmt: skip
    early = Span(within.since - DAY, within.until)
    return without(wanted, (one.span for one in turns(made, early, zone)))


def overlaps(made: Atmosphere, within: Span, zone: str) -> list[tuple[str, Turn, Turn]]:
    """Colleagues who would have two shifts at one time: userid, and the two."""
    found, last = [], dict[str, Turn]()
    for one in turns(made, within, zone):
        for userid in one.duty.who:
            before = last.get(userid)
            if before is not None and one.span.since < before.span.until:
                found.append((userid, before, one))
            last[userid] = one
    return found


def _begins(when: str, within: Span, zone: str) -> Iterator[int]:
    every, at = parse_when(when, zone), within.since - 1
    while (found := every.after(at)) is not None and found < within.until:
        yield found
        at = found


def review_atmosphere(made: Atmosphere, beside: Beside) -> Iterator[Finding]:
    """Findings of a file that can be read; a template or persona that is not there has its own."""
    at = At(shown(made.circle), made.lines)
    circle = beside.circles.get(made.circle)
    if circle is None:
        yield at.say("circle", ERROR, "missing-reference", f"没有叫 {made.circle} 的圈子",
                     f"写一个 content/circles/{made.circle}.toml")  # fmt: skip
    wrong = list(_times(at, made, beside.zone))
    yield from wrong
    yield from _hosts(at, made, circle, beside)
    for one in made.shifts:
        yield from _duty(at, one, circle, beside)
    if not wrong:
        yield from _plan(at, made, beside.zone)


def _times(at: At, made: Atmosphere, zone: str) -> Iterator[Finding]:
    named = [(f"duty/{one.id}", one.when) for one in made.shifts]
    named += [(f"cover/{i}", one.when) for i, one in enumerate(made.cover)]
    for key, when in named:
        try:
            parse_when(when, zone)
        except ValueError as exc:
            yield at.say(key, ERROR, "atmosphere.when", str(exc), '写成 "mon,tue 19:30"')


def _hosts(
    at: At, made: Atmosphere, circle: Circle | None, beside: Beside
) -> Iterator[Finding]:  # fmt: skip
    known = {*beside.accounts, *(circle.accounts if circle else ())}
    for one in made.team:
        if known and one.userid not in known:
            yield at.say(f"host/{one.userid}", WARNING, "atmosphere.account",
                         f"{one.name}（{one.userid}）不在圈子的 accounts 里，也不是哪个人设的账号",
                         "在 content/circles 的 accounts 里写上，或者核对 userid")  # fmt: skip


def _duty(at: At, one: Duty, circle: Circle | None, beside: Beside) -> Iterator[Finding]:
    for name in one.groups:
        if circle is not None and name not in circle.groups:
            yield at.say(f"duty/{one.id}", WARNING, "atmosphere.group",
                         f"「{name}」不是这个圈子的群",
                         "写 content/circles 里 groups 的名字")  # fmt: skip
    for name in one.say:
        found = beside.templates.get(name)
        if found is not None and found.kind not in SUGGESTED:
            yield at.say(f"duty/{one.id}", ERROR, "atmosphere.template",
                         f"{name} 是 {found.kind} 的模板，不能当群里的开场白",
                         "换成 groups/ 或 activities/ 下的模板")  # fmt: skip


def _plan(at: At, made: Atmosphere, zone: str) -> Iterator[Finding]:
    """Gaps and overlaps in a usual week."""
    start = _monday(USUAL_WEEK, zone)
    week = Span(start, start + 7 * DAY)
    for span in gaps(made, week, zone):
        yield at.say("cover", WARNING, "atmosphere.gap", f"{told(span, zone)} 要有人在，却没有排班",
                     "加一个班，或者改 [[cover]]")  # fmt: skip
    for userid, one, other in overlaps(made, week, zone):
        host = made.host(userid)
        yield at.say(f"duty/{other.duty.id}", WARNING, "atmosphere.overlap",
                     f"{host.name if host else userid} {told(other.span, zone)} 同时排了"
                     f"「{one.duty.title}」和「{other.duty.title}」",
                     "错开时间，或者换一个人")  # fmt: skip


def _monday(at: int, zone: str) -> int:
    day = local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ms(day) if day.weekday() == 0 else to_ms(day) + (7 - day.weekday()) * DAY


def told(span: Span, zone: str) -> str:
    """周五 20:00–21:30"""
    since, until = local(span.since, zone), local(span.until, zone)
    return f"周{_DAYS[since.weekday()]} {since:%H:%M}–{until:%H:%M}"


def review_moderation(made: Moderation, flows: Iterable[Flow]) -> Iterator[Finding]:
    """Findings of a file that can be read."""
    begun = list(flows)
    for id, rule in made.rules.items():
        if rule.act == "remind" and not any(one.trigger.matches(REMINDED, id) for one in begun):
            yield Finding(
                file=FILE, line=1, rule="moderation.flow", severity=WARNING,
                message=f"「{made.title(id)}」要私下提醒，却没有流程去说；只会进待处理的队列",
                fix=f'写一个流程：trigger = "{REMINDED}:{id}"，用 care 模板')  # fmt: skip
