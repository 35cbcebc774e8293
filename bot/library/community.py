"""What is wrong with a community, an activity and a mission beside circles, templates and personas,
and with the words of audiences and calendars in them. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.community import activity, mission, rules
from bot.community.activity import Activity
from bot.community.mission import Mission
from bot.community.rules import Community
from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding, of_error
from bot.library.saying import At
from bot.studio.template import Template
from scheduler.audience import parse_audience
from scheduler.flows import Flow
from scheduler.recurrence import parse_when

GROUP, MEMBER = ("group_post", "activity"), ("activity", "reply", "care")
MATERIAL = ("moment", "group_post", "promo", "activity", "reply")
ASKED = "seed_asked"
_FITTING: Mapping[str, tuple[str, ...]] = {
    "announce": GROUP, "winners": GROUP, "remind": (*MEMBER, "group_post"), "thanks": MEMBER,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What there is: ``accounts`` by persona as the words of audiences need them; circles and
    activities by their ids; ``levels`` of circles, as far as they are known here."""

    zone: str
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    circles: Collection[str] = ()
    activities: Collection[str] = ()
    flows: Collection[Flow] = ()
    levels: Mapping[str, Collection[str]] = field(default_factory=dict)
    leaders: Mapping[str, str] = field(default_factory=dict)  # personas, by the circle they lead


def review_community(made: Community, beside: Beside) -> Iterator[Finding]:
    """Findings of a community whose file can be read; a template or persona that is named and not
    there has its own."""
    at = _At(rules.shown(made.circle), made.lines)
    yield from at.circle(made.circle, beside)
    if made.zone != beside.zone:
        yield at.say("zone", WARNING, "community.zone", f"日子按 {made.zone} 算，公司的时区是 "
                     f"{beside.zone}", f'一样的话写 zone = "{beside.zone}"')  # fmt: skip
    for one in made.points.rules:
        yield from at.activity(f"rule/{one.id}", one.activity, beside)
    for badge in made.badges:
        yield from at.activity(f"badge/{badge.id}", badge.activity, beside)
        yield from at.template(f"badge/{badge.id}", badge.announce, GROUP, beside)
    for right in made.rights:
        yield from at.audience(f"right/{right.id}", right.audience, beside)
    told = any(one.trigger.matches(ASKED, made.circle) for one in beside.flows)
    if made.seeds is not None and not told:
        yield at.say("seeds", WARNING, "community.seeds", "请了种子用户，没有流程告诉本人，"
                     "只有会员页上看得到", f'写流程 trigger = "{ASKED}:{made.circle}"')  # fmt: skip


def review_activity(made: Activity, beside: Beside) -> Iterator[Finding]:
    """Findings of an activity whose file can be read."""
    at = _At(activity.shown(made.id), made.lines)
    yield from at.circle(made.circle, beside)
    yield from at.audience("limits.audience", made.limits.audience, beside)
    if made.when.every:
        try:
            parse_when(made.when.every, beside.zone)
        except ValueError as exc:
            yield at.say("when.every", ERROR, "activity.every", str(exc), '写成 "daily 06:00"')
    for key, kinds in _FITTING.items():
        yield from at.template("templates", getattr(made.templates, key), kinds, beside)


def review_mission(made: Mission, beside: Beside) -> Iterator[Finding]:
    """Findings of a mission whose file can be read."""
    at = _At(mission.shown(made.id), made.lines)
    yield from at.circle(made.circle, beside)
    yield from at.audience("audience", made.audience, beside)
    known = beside.levels.get(made.circle)
    if made.level and known is not None and made.level not in known:
        yield at.say("level", ERROR, "missing-reference", f"{made.circle} 没有 {made.level} 这一级",
                     "写等级的 id")  # fmt: skip
    for name in made.material:
        found = beside.templates.get(name)
        if found is not None and found.kind not in MATERIAL:
            yield at.say("material", ERROR, "mission.material",
                         f"{name} 是 {found.kind} 的模板，不能给人拿去用",
                         "换成 " + " 或 ".join(MATERIAL) + " 的模板")  # fmt: skip
        elif found is not None:
            yield from _shown(at, made, found)
    if made.material and not made.persona and not beside.leaders.get(made.circle):
        yield at.say("material", WARNING, "mission.voice", "没写由谁来说，这个圈子也没有人设带，"
                     "素材在会员页上显示不出来", "写 persona = \"人设\"")  # fmt: skip


def _shown(at: _At, made: Mission, found: Template) -> Iterator[Finding]:
    """What keeps a text from whoever takes the mission, on all of its days or some."""
    blank = [var.name for var in found.vars
             if var.fallback is None and (not var.source or var.personal)]  # fmt: skip
    if blank:
        yield at.say("material", ERROR, "mission.material",
                     f"{found.name} 里的 {'、'.join(blank)} 在任务里没有人给，会员页上显示不出来",
                     "给它写 fallback，或者换一篇")  # fmt: skip
    early = found.valid_from and found.valid_from > (made.start or date.min)
    late = found.valid_to and found.valid_to < (made.until or date.max)
    if early or late:
        days = f"{found.valid_from or ''} 到 {found.valid_to or ''}".strip()
        yield at.say("material", WARNING, "mission.dates",
                     f"{found.name} 只在 {days} 能用，任务的其他日子里显示不出来",
                     "让任务的 from、until 落在那几天里，或者换一篇")  # fmt: skip


def templates_of(made: Community) -> tuple[str, ...]:
    """Every template that a community says something with."""
    return tuple(filter(None, (badge.announce for badge in made.badges)))


@dataclass(frozen=True, slots=True)
class _At(At):
    """The same with what several files have in common."""

    def circle(self, name: str, beside: Beside) -> Iterator[Finding]:
        if name not in beside.circles:
            yield self.say("circle", ERROR, "missing-reference", f"没有叫 {name} 的圈子",
                           f"写一个 content/circles/{name}.toml")  # fmt: skip

    def activity(self, key: str, name: str, beside: Beside) -> Iterator[Finding]:
        if name and name not in beside.activities:
            yield self.say(key, WARNING, "missing-reference", f"没有叫 {name} 的活动，这一条没有用",
                           f"写一个 {activity.shown(name)}，或者改正名字")  # fmt: skip

    def template(
        self, key: str, name: str, kinds: tuple[str, ...], beside: Beside
    ) -> Iterator[Finding]:
        found = beside.templates.get(name)
        if found is not None and found.kind not in kinds:
            yield self.say(key, ERROR, "community.template",
                           f"{name} 是 {found.kind} 的模板，这里用不了",
                           "换成 " + " 或 ".join(kinds) + " 的模板")  # fmt: skip

    def audience(self, key: str, words: str, beside: Beside) -> Iterator[Finding]:
        try:
            if words:
                parse_audience(words, beside.accounts, beside.zone, file=self.file,
                               line=self.lines.get(key, 1))  # fmt: skip
        except BadInput as exc:
            yield of_error(exc, "community.audience")
