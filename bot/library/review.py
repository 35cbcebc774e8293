"""The guard at edit time: every answer of a persona and every template, before anybody asks.

Findings here fail ``onevoice lint``; they keep nothing from serving, for at run time the guard
holds back the one text that is wrong, and the others are as good as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from bot.core.body import Text
from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding, of_error
from bot.core.goods import Good
from bot.core.guarding import Guarding
from bot.persona.answer import holes
from bot.persona.brand import Brand
from bot.persona.guard import Case, Guard, Problem, blocking
from bot.persona.honesty import admits, offers_a_person
from bot.persona.persona import Persona
from bot.persona.pieces import check
from bot.persona.rule import TEMPLATE
from bot.persona.voice import habits
from bot.studio.render import CannotRender, Rendered, Shelf
from bot.studio.template import Template
from scheduler.almanac import announced_until, is_announced
from scheduler.audience import parse_audience
from scheduler.calendar import Calendar
from scheduler.flows import Flow, check_audiences

# No price is out of season here: an answer for summer is right in winter, too, until it is said.
ANY_DAY = date(2000, 1, 1)
HOLIDAYS = ("day.holiday", "day.workday")
OFF_DAYS = ("workday", "holiday")
AHEAD = timedelta(days=30)
Judge = tuple[Guard, Case]
OUR_LINKS = ("persona.", "circle.")  # sources whose values may be links of ours
_STAND_IN = "一二"  # for a fact that is not known yet


@dataclass(frozen=True, slots=True)
class _Said:
    file: str
    line: int
    text: str


def review_persona(
    persona: Persona,
    files: Mapping[str, str],
    brand: Brand,
    goods: Iterable[Good],
    policy: Guarding,
) -> Iterator[Finding]:
    """What the guard and the voice rules say about every text that a persona can say."""
    guard, case = judge_of(brand, persona, goods, policy)
    folder = f"personas/{persona.id}"
    answers = list(_answers(persona, folder))
    own = list(_own_lines(persona, files.get("persona.toml", ""), f"{folder}/persona.toml"))
    for said in (*answers, *own):
        yield from _findings(said, check(guard, Text(_filled(said.text)), case))
    for code, message in habits([said.text for said in answers], persona.voice):
        if policy.severity(code) != "off":
            yield _finding(
                f"{folder}/persona.toml", 1, f"voice.{code}", WARNING, message, "少用几次"
            )
    yield from _disclosure(persona, files.get("persona.toml", ""), f"{folder}/persona.toml")


class Judges:
    """Who judges texts in whose voice; each is made once."""

    def __init__(self, brand: Brand, goods: Sequence[Good], policy: Guarding) -> None:
        self._made: dict[str, Judge] = {}
        self._make: Callable[[Persona | None], Judge] = lambda persona: judge_of(
            brand, persona, goods, policy
        )

    def of(self, persona: Persona | None) -> Judge:
        """The judge of one voice, or of nobody's."""
        name = persona.id if persona else ""
        if name not in self._made:
            self._made[name] = self._make(persona)
        return self._made[name]


def review_template(
    template: Template, judges: Judges, personas: Iterable[Persona] = ()
) -> Iterator[Finding]:
    """What the guard says about a template with its samples, its attachments and its fallback: in
    nobody's voice, and in that of each of ``personas``, which say it."""
    try:
        made = Shelf.of([template]).render_sample(template.name)
    except CannotRender:
        return  # has a finding of its own
    voices = map(judges.of, (None, *personas))
    yield from dict.fromkeys(one for each in voices for one in _in_voice(template, made, each))


def _in_voice(template: Template, made: Rendered, judge: Judge) -> Iterator[Finding]:
    yield from review_rendered(template, made, judge)
    if template.fallback:
        guard, case = judge
        said = _Said(template.file, template.heads.get("fallback", 1), template.fallback)
        yield from _findings(said, check(guard, Text(template.fallback), case))


def review_rendered(
    template: Template, made: Rendered, judge: Judge
) -> Iterator[Finding]:  # fmt: skip
    """What the guard says about one text of a template."""
    guard, case = judge
    case = replace(case, allowed=frozenset(map(Decimal, made.amounts)), hosts=_hosts(template))
    for problem in check(guard, made.body, case):
        file, line = _place(template, made.text, problem)
        yield from _findings(_Said(file, line, made.text), [problem])


def _place(template: Template, text: str, problem: Problem) -> tuple[str, int]:
    """Where what the guard marks in ``text`` was written; the first line of the body where a
    variable said it."""
    part, number = [*problem.place.split("."), ""][:2]
    if part == "attachment":
        return template.file, template.heads.get(f"attachment.{int(number) - 1}", 1)
    words = text[problem.start : problem.end].strip().split("\n")[0]
    nth, place = text.count(words, 0, problem.start) if words else 0, -1
    for _ in range(nth + 1):
        found = template.text.find(words, place + 1) if words else -1
        place = found if found >= 0 else place
    return template.at(template.text.count("\n", 0, max(place, 0)) + 1)


def review_audience(
    template: Template, personas: Mapping[str, Persona], zone: str
) -> Iterator[Finding]:  # fmt: skip
    """Whether the hint at whom a template is for can be understood."""
    accounts = {name: one.accounts.contact for name, one in personas.items()}
    try:
        if template.audience:
            parse_audience(template.audience, accounts, zone, file=template.file,
                           line=template.heads.get("audience", 1))  # fmt: skip
    except BadInput as exc:
        yield of_error(exc, "template.audience")


def review_flow(flow: Flow, personas: Mapping[str, Persona], zone: str) -> Iterator[Finding]:
    """Whether the audiences of its steps can be understood."""
    accounts = {name: one.accounts.contact for name, one in personas.items()}
    try:
        check_audiences(flow, accounts, zone, f"content/flows/{flow.id}.toml")
    except BadInput as exc:
        yield of_error(exc, "flow.when")


def review_calendar(calendar: Calendar, today: date) -> Iterator[Finding]:
    """Entries that go by working days or days off while a year draws near whose days off are not
    known yet."""
    year = (today + AHEAD).year
    if is_announced(year):
        return
    known = announced_until(year - 1)
    for entry in calendar.entry:
        if entry.when.split()[0].lower() in OFF_DAYS:
            yield _finding(
                "content/calendar.toml", 1, "calendar.holidays", WARNING,
                f"{entry.id}：手头的节假日表只到 {known} 年，{year} 年先按法定日子和周末算",
                "等放假安排公布后更新 chinesecalendar，再看一眼这一条的日子",
            )  # fmt: skip


def review_holidays(templates: Iterable[Template], today: date) -> Iterator[Finding]:
    """Templates that ask what is a holiday while a year draws near for which nobody knows yet."""
    year = (today + AHEAD).year
    if is_announced(year):
        return
    for template in templates:
        for var in template.vars:
            if var.source in HOLIDAYS:
                yield _finding(
                    var.file or template.file, var.line, "template.holidays", WARNING,
                    f"{year} 年怎么调休，手头的节假日表里还没有，{var.source} 先按法定日子和周末算",
                    "等放假安排公布后更新 chinesecalendar，这之前别拿它安排要紧的事",
                )  # fmt: skip


def _hosts(template: Template) -> frozenset[str]:
    """Hosts of the samples that stand for our own links."""
    samples = (var.sample for var in template.vars if var.source.startswith(OUR_LINKS))
    return frozenset(urlsplit(s).hostname or "" for s in samples if isinstance(s, str)) - {""}


def judge_of(
    brand: Brand, persona: Persona | None, goods: Iterable[Good], policy: Guarding
) -> Judge:  # fmt: skip
    """Who judges texts in the voice of ``persona``; making one costs as much as two texts."""
    undated = (replace(good, valid_from=None, valid_to=None) for good in goods)
    return Guard(brand, persona, undated), Case(day=ANY_DAY, policy=policy)


def objection(judge: Judge, answer: str) -> Problem | None:
    """The first thing for which the guard would stop an answer of a persona; templates are judged
    by themselves."""
    if answer.startswith(TEMPLATE):
        return None
    guard, case = judge
    return next(iter(blocking(check(guard, Text(_filled(answer)), case))), None)


def _answers(persona: Persona, folder: str) -> Iterator[_Said]:
    for rule in persona.rules:
        for text in (text for variant in rule.say for text in variant):
            if not text.startswith(TEMPLATE):
                yield _Said(f"{folder}/dialogue.toml", rule.line, text)
    for faq in persona.faq:
        if not faq.answer.startswith(TEMPLATE):
            yield _Said(f"{folder}/faq.csv", faq.line, faq.answer)


def _own_lines(persona: Persona, source: str, file: str) -> Iterator[_Said]:
    away = persona.hours.away if persona.hours else ()
    lines = (*persona.disclosure.robot, *persona.fallback.say, *persona.fallback.ask,
             *persona.fallback.waiting, *persona.handoff.say, *away, *persona.satisfaction.lines,
             *persona.empathy.lines,             *persona.circle.lines,
             *(text for texts in persona.taking.values() for text in texts),
             *(chapter.text for chapter in persona.story))  # fmt: skip
    yield from (_Said(file, _line_of(text, source), text) for text in lines)


def _line_of(text: str, source: str) -> int:
    place = source.find(text[:20].split("\n")[0]) if text else -1
    return source.count("\n", 0, place) + 1 if place >= 0 else 1


def _filled(text: str) -> str:
    return re.sub("|".join(rf"\{{\s*{re.escape(name)}\s*\}}" for name in holes(text)) or r"(?!)",
                  _STAND_IN, text)  # fmt: skip


def _findings(said: _Said, problems: Iterable[Problem]) -> Iterator[Finding]:
    for problem in problems:
        severity = ERROR if problem.severity == "stop" else WARNING
        where = "" if problem.place == "text" else f"{problem.place}: "
        yield _finding(said.file, said.line, f"guard.{problem.code}", severity,
                       where + problem.message, problem.fix)  # fmt: skip


def _disclosure(persona: Persona, source: str, file: str) -> Iterator[Finding]:
    """Every answer to the robot question says both things by itself."""
    for text in persona.disclosure.robot:
        line = _line_of(text, source)
        if not admits(text):
            yield _finding(file, line, "persona.disclosure", ERROR, "没有说明自己不是真人",
                           "写上“不是真人”或“智能助手”")  # fmt: skip
        if not offers_a_person(text):
            yield _finding(file, line, "persona.disclosure", ERROR, "没有说怎么找真人",
                           "写上“找真人请回……”")  # fmt: skip


def _finding(file: str, line: int, rule: str, severity: str, message: str, fix: str) -> Finding:
    return Finding(file=file, line=line, rule=rule, severity=severity, message=message, fix=fix)
