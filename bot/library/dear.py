"""Whether dear goods are explained before they are offered. Pure.

Who considers something dear, or bought seldom, wants to understand it first (A54). So a flow that
offers a category of that kind has a step before it that explains the same category, or says whom
the offer is for by how far he has come with it; a campaign, which has no step before, says that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.core.errors import BadInput
from bot.core.findings import WARNING, Finding
from bot.core.goods import Good
from bot.core.ordering import Category
from bot.studio.mix import sells
from bot.studio.template import Template
from scheduler.campaigns import Campaign
from scheduler.campaigns import shown as campaign_file
from scheduler.flows import Flow
from scheduler.sketch import read, rows

EXPLAINS = frozenset({"knowledge", "case", "research", "experience", "expose", "opinion"})
# Fields by which an audience says how far somebody has come with goods.
FAR = frozenset({"stage", "order", "uses", "dear"})
SELDOM = "dear"  # a condition of flows: leaves out who considers something dear


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """What tells goods and offers: categories by the names of orders, templates, the catalogue."""

    categories: Mapping[str, Category]
    templates: Mapping[str, Template]
    goods: Sequence[Good] = ()

    def dear(self, template: str) -> list[str]:
        """Categories of that kind that a template speaks of."""
        return [name for name, one in self.categories.items() if (one.dear or one.seldom)
                and any(fnmatchcase(template, pattern) for pattern in one.content)]  # fmt: skip

    def offers(self, name: str) -> bool:
        """True where a template sells."""
        found = self.templates.get(name)
        return sells(found, found.text, self.goods) if found else name.startswith("promos/")

    def explains(self, name: str) -> bool:
        """True where a template tells of goods and does not sell them."""
        found = self.templates.get(name)
        return found is not None and found.genre in EXPLAINS and not self.offers(name)


def review_dear(
    flows: Iterable[Flow], campaigns: Iterable[Campaign], shop: Shop
) -> Iterator[Finding]:
    """Steps and campaigns that offer dear goods to whoever has not been told about them."""
    for flow in flows:
        yield from _flow(flow, shop)
    for campaign in campaigns:
        for category in shop.dear(campaign.file.template):
            if shop.offers(campaign.file.template) and not _far(campaign.file.audience):
                fix = f"受众里写上走到哪一步，比如 阶段:{category}/了解，或者先用流程讲明白"
                yield _say(campaign_file(campaign.id), "campaign.dear", category, fix)


def _flow(flow: Flow, shop: Shop) -> Iterator[Finding]:
    told: set[str] = set()
    for step in flow.file.step:
        about = shop.dear(step.template)
        if shop.explains(step.template):
            told.update(about)
        elif shop.offers(step.template) and SELDOM not in step.unless and not _far(step.when):
            fix = f'在 {step.id} 之前加一步讲明白的（知识、案例），或者写上 unless = ["dear"]'
            for category in (one for one in about if one not in told):
                yield _say(f"content/flows/{flow.id}.toml", "flow.dear", category, fix)


def _far(audience: str) -> bool:
    try:
        return any(row.field in FAR and not row.negated for _, row in rows(read(audience)))
    except BadInput:
        return True  # has a finding of its own


def _say(file: str, rule: str, category: str, fix: str) -> Finding:
    return Finding(file=file, line=1, rule=rule, severity=WARNING, fix=fix,
                   message=f"{category}贵重或不常买，还没讲明白就推销")  # fmt: skip
