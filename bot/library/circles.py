"""What is wrong with a circle beside personas and flows, and with audiences that name one. Pure.

A circle is written to only when its five questions are answered: a campaign or a flow that names
one with a gap is not clean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from bot.core.audience import And, Audience, Is, Not, Or
from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding, of_error
from bot.core.rfm import Thresholds
from bot.members.circle import POSITION_ASKS, Circle, shown
from bot.persona.persona import Persona
from scheduler.audience import USUAL, parse_audience
from scheduler.campaigns import Campaign, audience_of
from scheduler.campaigns import shown as campaign_file
from scheduler.flows import Flow

REJECTED = "circle_rejected"
Accounts = Mapping[str, tuple[str, ...]]


def contacts(personas: Mapping[str, Persona]) -> Accounts:
    """The staff accounts of each persona, which the words of audiences need."""
    return {name: one.accounts.contact for name, one in personas.items()}


def review_circle(
    circle: Circle, personas: Accounts, zone: str, flows: Iterable[Flow]
) -> Iterator[Finding]:  # fmt: skip
    """Findings of a circle whose file can be read, beside the flows that there are."""
    asks = circle.admission.how == "questions"
    if asks and not any(one.trigger.matches(REJECTED, circle.id) for one in flows):
        yield _say(circle, "admission.how", ERROR, "reject", "没有流程告诉没进圈的人一声",
                   f'写一个流程：trigger = "{REJECTED}:{circle.id}"，用 care 模板')  # fmt: skip
    yield from _auto(circle, personas, zone)
    if circle.unanswered:
        yield _say(circle, "position", WARNING, "position",
                   f"五个定位问题还缺：{_asked(circle)}；答全之前，群发和流程不能用这个圈子",
                   "在 [position] 里写上")  # fmt: skip
    if not (circle.leader.persona or circle.leader.member):
        yield _say(circle, "leader.persona", WARNING, "leader", "没有写谁带这个圈子",
                   '在 [leader] 里写 persona = "…" 或 member = "…"')  # fmt: skip


def review_circles(
    circles: Mapping[str, Circle], flows: Collection[Flow], campaigns: Iterable[Campaign],
    personas: Accounts, zone: str,
) -> Iterator[tuple[tuple[str, str], Finding]]:  # fmt: skip
    """All of that, by the kind and name of what is at fault."""
    for circle in circles.values():
        for finding in review_circle(circle, personas, zone, flows):
            yield ("circle", circle.id), finding
    yield from review_named(campaigns, flows, circles, personas, zone)


def _auto(circle: Circle, personas: Accounts, zone: str) -> Iterator[Finding]:
    try:
        wanted = auto_of(circle, personas, zone)
    except BadInput as exc:
        yield of_error(exc, "circle.auto")
        return
    if wanted is not None and {circle.id, circle.title} & set(named(wanted)):
        yield _say(circle, "admission.auto", ERROR, "auto", "按自己的成员来进圈，谁也进不来",
                   "换成群、标签或别的条件")  # fmt: skip


def auto_of(
    circle: Circle, personas: Accounts, zone: str, segments: Mapping[str, str] | None = None,
    thresholds: Thresholds = USUAL,
) -> Audience | None:  # fmt: skip
    """Whom a circle takes in by itself; None: nobody. ``segments`` and ``thresholds`` as in
    ``parse_audience``. Raises BadInput at the key of the file."""
    if not circle.admission.auto:
        return None
    return parse_audience(circle.admission.auto, personas, zone, segments=segments,
                          thresholds=thresholds, file=shown(circle.id),
                          line=circle.lines["admission.auto"])  # fmt: skip


def review_named(
    campaigns: Iterable[Campaign], flows: Iterable[Flow], circles: Mapping[str, Circle],
    personas: Accounts, zone: str,
) -> Iterator[tuple[tuple[str, str], Finding]]:  # fmt: skip
    """What audiences say about circles that are not there, or are not ready to be written to."""
    for campaign in campaigns:
        with suppress(BadInput):  # has a finding of its own
            for finding in _named(audience_of(campaign, personas), circles,
                                  campaign_file(campaign.id), campaign.line):  # fmt: skip
                yield ("campaign", campaign.id), finding
    for flow in flows:
        file = f"content/flows/{flow.id}.toml"
        for step in flow.file.step:
            with suppress(BadInput):
                wanted = parse_audience(step.when, personas, zone) if step.when else And(())
                for finding in _named(wanted, circles, file, 1):
                    yield ("flow", flow.id), finding


def _named(
    audience: Audience, circles: Mapping[str, Circle], file: str, line: int
) -> Iterator[Finding]:  # fmt: skip
    known = {word: one for one in circles.values() for word in (one.id, one.title)}
    for word in dict.fromkeys(named(audience)):
        circle = known.get(word)
        if circle is None:
            fix = nearest(word, known) if known else "写一个 content/circles/….toml"
            yield Finding(file=file, line=line, rule="circle.unknown", severity=ERROR,
                          message=f"没有叫 {word} 的圈子", fix=fix)  # fmt: skip
        elif circle.unanswered:
            yield Finding(file=file, line=line, rule="circle.position", severity=ERROR,
                          message=f"圈子 {word} 的定位问题还缺：{_asked(circle)}",
                          fix=f"先在 {shown(circle.id)} 的 [position] 里写上")  # fmt: skip


def named(audience: Audience) -> Iterator[str]:
    """Circles that an audience names, as it names them."""
    match audience:
        case Is("circle", values):
            yield from values
        case Not(part):
            yield from named(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from named(part)


def _asked(circle: Circle) -> str:
    return "、".join(f"{POSITION_ASKS[key]}（{key}）" for key in circle.unanswered)


def _say(
    circle: Circle, key: str, severity: str, rule: str, message: str, fix: str
) -> Finding:  # fmt: skip
    return Finding(file=shown(circle.id), line=circle.lines[key], rule=f"circle.{rule}",
                   severity=severity, message=message, fix=fix)  # fmt: skip
