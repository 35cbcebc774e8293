"""What is wrong with one version beside everything else that serves. Pure, but that the files which
a template carries are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.community.activity import parse_activity
from bot.community.atmosphere import parse_atmosphere
from bot.community.mission import parse_mission
from bot.community.moderating import parse_moderation
from bot.community.rules import parse_community
from bot.core import findings
from bot.core.carrying import Shortening
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.core.goods import Good
from bot.library import atmosphere
from bot.library.assets import FOLDER, review_assets
from bot.library.campaigns import review_campaign
from bot.library.caring import review_care
from bot.library.circles import contacts, review_circle, review_named
from bot.library.community import (
    Beside,
    review_activity,
    review_community,
    review_mission,
    templates_of,
)
from bot.library.dear import Shop, review_dear
from bot.library.disk import rules_of
from bot.library.once import told_once
from bot.library.places import own, shown
from bot.library.review import Judges, review_audience, review_flow, review_persona, review_template
from bot.library.titles import review_titles
from bot.library.usage import said_by, voices
from bot.library.vetting import beside
from bot.members.circle import Circle, parse_circle
from bot.members.circle import parse_served as parse_circles
from bot.persona.brand import Brand, parse_brand
from bot.persona.lint import examine as examine_persona
from bot.persona.load import parse_persona, understand
from bot.persona.persona import Persona
from bot.store.versions import Edition
from bot.studio.catalogue import parse_catalogue
from bot.studio.lint import lint_template, lint_twins
from bot.studio.parse import parse_files
from bot.studio.template import Template
from bot.studio.twins import Post
from scheduler.calendar import Entry, parse_calendar
from scheduler.campaigns import Campaign, parse_campaign
from scheduler.campaigns import parse_served as parse_campaigns
from scheduler.flows import Flow, parse_flow, parse_served


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """What serves beside the version that is looked at. ``consents``: which of those it names may
    not be used, ``withheld``: which templates that serve may not, and why; ``sent``: what other
    templates said to everybody of late."""

    config: Config
    editions: Sequence[Edition] = ()
    consents: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    sent: Sequence[Post] = ()

    @property
    def brand(self) -> Brand:
        """The brand that serves."""
        return next((parse_brand(_text(e), shown("brand", "")) for e in self._of("brand")),
                    Brand(name=""))  # fmt: skip

    @property
    def goods(self) -> tuple[Good, ...]:
        """The catalogue that serves."""
        return tuple(good for e in self._of("catalogue")
                     for good in parse_catalogue(_text(e), shown("catalogue", "")))  # fmt: skip

    def personas(self, but: str = "") -> dict[str, Persona]:
        """The personas that serve, without the one named ``but``."""
        return {e.name: parse_persona(e.files, shown("persona", e.name))
                for e in self._of("persona") if e.name != but}  # fmt: skip

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The calendar that serves."""
        return tuple(entry for e in self._of("calendar") for entry in parse_calendar(
            _text(e), shown("calendar", ""), self.config.timezone).entry)  # fmt: skip

    @property
    def campaigns(self) -> tuple[Campaign, ...]:
        """The campaigns that serve."""
        return tuple(parse_campaigns(((_text(e), shown("campaign", e.name), e.version)
                                      for e in self._of("campaign")),
                                     self.config.timezone))  # fmt: skip

    @property
    def circles(self) -> dict[str, Circle]:
        """The circles that serve."""
        found = parse_circles((_text(e), shown("circle", e.name), e.version)
                              for e in self._of("circle"))  # fmt: skip
        return {circle.id: circle for circle in found}

    @property
    def templates(self) -> dict[str, Template]:
        """The templates that serve."""
        return {e.name: parse_files(e.name, e.files) for e in self._of("template")}

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows that serve."""
        return tuple(parse_served((_text(e), shown("flow", e.name), e.version)
                                  for e in self._of("flow")))  # fmt: skip

    def names(self, kind: str) -> frozenset[str]:
        """Names of everything of a kind that serves."""
        return frozenset(e.name for e in self._of(kind))

    def _of(self, kind: str) -> Iterator[Edition]:
        return (e for e in self.editions if e.kind == kind)


def examine(edition: Edition, company: Company) -> list[Finding]:
    """All findings of one version, those of its company included; errors keep it from being
    approved."""
    try:
        found = list(_CHECKS[edition.kind](edition, company))
    except BadInput as exc:
        found = findings.of_faults(exc, edition.kind)
    file = shown(edition.kind, edition.name)
    found += [Finding(file=file, line=1, rule="template.consent", severity=ERROR, message=why,
                      fix="登记一份有效的授权，把编号写上")
              for why in company.consents.values()]  # fmt: skip
    return told_once(found)


def _template(edition: Edition, company: Company) -> Iterator[Finding]:
    template = parse_files(edition.name, edition.files)
    brand, goods, config = company.brand, company.goods, company.config
    yield from lint_template(template, rules_of(brand, goods, config))
    personas = company.personas()
    known = voices(company.entries, company.flows, personas, company.campaigns)
    judges = Judges(brand, goods, config.guard)
    yield from review_template(template, judges, said_by(known, edition.name))
    yield from review_care([template], goods, Shortening.of(config.carriers, ""))
    yield from lint_twins([template], company.sent)
    if config.content_dir.is_dir():  # else another machine has the files
        yield from review_assets(template, config.content_dir / FOLDER)
    if template.audience:
        yield from review_audience(template, personas, config.timezone)


def _persona(edition: Edition, company: Company) -> Iterator[Finding]:
    folder = shown("persona", edition.name)
    others = company.personas(but=edition.name)
    parsed = understand(edition.files, folder)
    yield from parsed.findings
    if parsed.persona is not None:
        yield from beside(parsed.persona, others, company.names("template"))
    yield from examine_persona(parsed, folder, company.brand, company.names("template"))
    if parsed.persona is not None:
        yield from review_persona(parsed.persona, edition.files, company.brand, company.goods,
                                  company.config.guard)  # fmt: skip


def _flow(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("flow", edition.name)
    flow = parse_flow(_text(edition), file).file
    yield from _gone(company, file, "template", (step.template for step in flow.step))
    yield from _gone(company, file, "persona", flow.persona)
    whole = parse_flow(_text(edition), file)
    yield from review_flow(whole, company.personas(), company.config.timezone)
    yield from _of_circles(company, [], [whole])
    yield from review_dear([whole], [], _shop(company))


def _campaign(edition: Edition, company: Company) -> Iterator[Finding]:
    file, zone = shown("campaign", edition.name), company.config.timezone
    campaign = parse_campaign(_text(edition), file, zone)
    yield from _gone(company, file, "template", campaign.templates)
    yield from _gone(company, file, "persona", [campaign.file.persona])
    yield from review_campaign(campaign, company.templates, company.personas())
    yield from _of_circles(company, [campaign], [])
    yield from review_dear([], [campaign], _shop(company))


def _shop(company: Company) -> Shop:
    return Shop(categories=company.config.orders.named, templates=company.templates,
                goods=company.goods)  # fmt: skip


def _circle(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("circle", edition.name)
    circle = parse_circle(_text(edition), file)
    yield from _gone(company, file, "persona", filter(None, [circle.leader.persona]))
    yield from review_circle(circle, contacts(company.personas()), company.config.timezone,
                             company.flows)  # fmt: skip


def _community(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("community", edition.name)
    made = parse_community(_text(edition), file)
    yield from _gone(company, file, "template", templates_of(made))
    yield from _gone(company, file, "persona", filter(None, [made.persona]))
    yield from review_community(made, _beside(company))
    yield from review_titles(file, made, company.brand, company.goods)


def _activity(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("activity", edition.name)
    made = parse_activity(_text(edition), file, company.config.timezone)
    yield from _gone(company, file, "template", made.named_templates)
    yield from _gone(company, file, "persona", filter(None, [made.persona]))
    yield from review_activity(made, _beside(company))
    yield from review_titles(file, made, company.brand, company.goods)


def _mission(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("mission", edition.name)
    made = parse_mission(_text(edition), file)
    yield from _gone(company, file, "template", made.material)
    yield from _gone(company, file, "persona", filter(None, [made.persona]))
    yield from review_mission(made, _beside(company))
    yield from review_titles(file, made, company.brand, company.goods)


def _atmosphere(edition: Edition, company: Company) -> Iterator[Finding]:
    file, people = shown("atmosphere", edition.name), contacts(company.personas())
    made = parse_atmosphere(_text(edition), file)
    yield from _gone(company, file, "template", made.templates)
    yield from _gone(company, file, "persona", filter(None, [made.persona]))
    yield from atmosphere.review_atmosphere(made, atmosphere.Beside(
        zone=company.config.timezone, circles=company.circles, templates=company.templates,
        accounts=[one for listed in people.values() for one in listed]))  # fmt: skip


def _moderation(edition: Edition, company: Company) -> Iterator[Finding]:
    made = parse_moderation(_text(edition), shown("moderation", ""))
    yield from atmosphere.review_moderation(made, company.flows)


def _beside(company: Company) -> Beside:
    return Beside(zone=company.config.timezone, accounts=contacts(company.personas()),
                  templates=company.templates, circles=company.names("circle"),
                  activities=company.names("activity"), flows=company.flows,
                  leaders={c.id: c.leader.persona for c in company.circles.values()})  # fmt: skip


def _of_circles(
    company: Company, campaigns: Iterable[Campaign], flows: Iterable[Flow]
) -> Iterator[Finding]:  # fmt: skip
    found = review_named(campaigns, flows, company.circles, contacts(company.personas()),
                         company.config.timezone)  # fmt: skip
    return (finding for _, finding in found)


def _calendar(edition: Edition, company: Company) -> Iterator[Finding]:
    file = shown("calendar", "")
    entries = parse_calendar(_text(edition), file, company.config.timezone).entry
    yield from _gone(company, file, "template", (entry.template for entry in entries))
    yield from _gone(company, file, "persona", (entry.persona for entry in entries))


def _brand(edition: Edition, company: Company) -> Iterable[Finding]:
    parse_brand(_text(edition), shown("brand", ""))
    return ()


def _catalogue(edition: Edition, company: Company) -> Iterable[Finding]:
    parse_catalogue(_text(edition), shown("catalogue", ""))
    return ()


_CHECKS: Mapping[str, Callable[[Edition, Company], Iterable[Finding]]] = {
    "template": _template, "persona": _persona, "flow": _flow, "calendar": _calendar,
    "brand": _brand, "catalogue": _catalogue, "campaign": _campaign, "circle": _circle,
    "community": _community, "activity": _activity, "mission": _mission,
    "atmosphere": _atmosphere,
    "moderation": _moderation,
}  # fmt: skip


def _gone(company: Company, file: str, kind: str, names: Iterable[str]) -> Iterator[Finding]:
    known = company.names(kind)
    for name in dict.fromkeys(names):
        if name not in known:
            yield Finding(file=file, line=1, rule="missing-reference", severity=ERROR,
                          message=f"no {kind} {name!r} serves now",
                          fix=f"approve the {kind} first, or check the spelling")  # fmt: skip
        elif kind == "template" and name in company.withheld:
            yield Finding(file=file, line=1, rule="consent", severity=ERROR,
                          message=f"{name}: {company.withheld[name]}",
                          fix="name another, or record a consent")  # fmt: skip


def _text(edition: Edition) -> str:
    return next(iter(own(edition.kind, edition.files).values()))
