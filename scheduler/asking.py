"""What a plan would say to one member now, and the rulings on it: a flow step by step, a post."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.model import ReplyKind, is_promotion
from bot.library.selling import sells_with
from bot.library.speech import Setting
from bot.store import people
from bot.store.engine import Tx
from scheduler import reaching
from scheduler.admission import ask_all, ask_feed
from scheduler.governor import Ask, Ruling

CHANNELS = {"kf": "kf", "bulk": "contact"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One message or post of a plan, and the ruling on it. ``way`` is kf, bulk, group_post or
    moment."""

    persona: str
    step: str
    way: str
    ruling: Ruling


def why(tx: Tx, setting: Setting, member: str, plan: str) -> list[Asked]:
    """Rulings on all that a plan would say to a member now: ``flow:ID``, ``entry:ID`` or the name
    of a campaign. Raises BadInput for what is not published."""
    kind, colon, name = plan.partition(":")
    if not colon:
        kind, name = "campaign", plan
    reader = PLANS.get(kind)
    if reader is None:
        fix = f"write {', '.join(f'{one}:NAME' for one in PLANS)}"
        raise BadInput(f"{plan!r} is no plan", fix=fix)
    return list(reader(tx, setting, member, name))


def _flow(tx: Tx, setting: Setting, member: str, name: str) -> Iterator[Asked]:
    flows = {flow.id: flow for flow in setting.cast.flows}
    flow = flows.get(name)
    if flow is None:
        raise unknown("flow", name, flows)
    named = [
        (persona, step.id, way, ask)
        for persona in _met(tx, setting, member, flow.file.persona)
        for step in flow.file.step for way in step.via if way in CHANNELS
        if (ask := _ask(setting, persona, member, step.template, way, f"flow:{name}:{step.id}"))
    ]  # fmt: skip
    rulings = ask_all(tx, setting, [ask for _, _, _, ask in named])
    for (persona, step_id, way, _), ruling in zip(named, rulings, strict=True):
        yield Asked(persona, step_id, way, ruling)


def _met(tx: Tx, setting: Setting, member: str, personas: tuple[str, ...]) -> tuple[str, ...]:
    """Of these personas (empty: of all) those whose friend he is, else the first one."""
    serving = [one for one in personas or setting.cast.scripts if one in setting.cast.scripts]
    friends = people.accounts_of(tx, member)
    met = [one for one in serving if set(friends) & set(setting.cast.accounts_of(one, "contact"))]
    return tuple(met or serving[:1])


def _ask(
    setting: Setting, persona: str, member: str, template: str, way: str, origin: str
) -> Ask | None:
    found = setting.cast.shelf.get(template)
    if found is None:
        return None
    kind: ReplyKind = found.kind
    sells = is_promotion(kind, origin)
    return Ask(persona=persona, member=member, channel=CHANNELS[way], kind=kind, origin=origin,
               sells=sells, content=template, tap=way == "bulk")  # fmt: skip


def _entry(tx: Tx, setting: Setting, member: str, name: str) -> Iterator[Asked]:
    """A post goes to everybody, so nothing of the member is looked at."""
    entry = setting.cast.calendar.get(name)
    if entry is None:
        raise unknown("entry", name, {one.id: one for one in setting.cast.calendar.entry})
    sells = sells_with(setting.cast, entry.template)
    yield Asked(entry.persona, name, entry.do,
                ask_feed(tx, setting, entry.persona, entry.do, sells=sells))  # fmt: skip


def unknown(kind: str, name: str, known: Mapping[str, object]) -> BadInput:
    """Nothing of that kind is published under that name."""
    return BadInput(f"there is no {kind} {name!r}", fix=nearest(name, known) if known else
                    "none is published")  # fmt: skip


def _campaign(tx: Tx, setting: Setting, member: str, name: str) -> Iterator[Asked]:
    """Each of its messages, by the way that would be taken now; where none leads to the member, by
    the first that the file names."""
    known = {one.id: one for one in setting.cast.campaigns}
    campaign = known.get(name)
    if campaign is None:
        raise unknown("campaign", name, known)
    persona, do = campaign.file.persona, campaign.file.do
    if campaign.posts:
        sells = sells_with(setting.cast, campaign.file.template)
        yield Asked(persona, name, do, ask_feed(tx, setting, persona, do, sells=sells))
        return
    via = reaching.ways_of(setting, campaign, campaign.file.template)
    way = reaching.choose(tx, setting, persona, via, [member]).get(member)
    channel = way.channel if way else CHANNELS[campaign.file.via[0]]
    origin = f"campaign:{name}:"
    asks = [Ask(persona=persona, member=member, account=way.account if way else "",
                channel=channel, kind=campaign.kind, origin=origin, content=template,
                sells=is_promotion(campaign.kind, origin) or sells_with(setting.cast, template),
                tap=channel == "contact") for template in campaign.templates]  # fmt: skip
    for template, ruling in zip(campaign.templates, ask_all(tx, setting, asks), strict=True):
        yield Asked(persona, template, "bulk" if channel == "contact" else channel, ruling)


PLANS: Mapping[str, Callable[[Tx, Setting, str, str], Iterator[Asked]]] = {
    "flow": _flow, "entry": _entry, "campaign": _campaign,
}  # fmt: skip
