"""What a member may take, and taking it: whose audience he is of is asked here."""

from __future__ import annotations

from bot.community.rules import Community, Right
from bot.core.audience import fields_of
from bot.core.errors import BadInput
from bot.core.event import Event
from bot.library.speech import Setting
from bot.store import audience, claiming, persons, segments
from bot.store.claiming import Offer
from bot.store.engine import Tx
from bot.store.honouring import CommunityRefused
from scheduler.audience import parse_audience
from scheduler.reasons import belongs


def offers(tx: Tx, setting: Setting, member: str) -> list[Offer]:
    """Every right of every circle, as it is for him now: what he has, what he may take, and why he
    may not take the others."""
    found: list[Offer] = []
    for rules in setting.cast.communities.values():
        fits = frozenset(one.id for one in rules.rights if _fits(tx, setting, one, member))
        found += claiming.offers(tx, rules, member, setting.now, fits)
    return found


def claim(
    tx: Tx, setting: Setting, circle: str, right: str, member: str, actor: str = ""
) -> Event:  # fmt: skip
    """He takes a right. Raises CommunityRefused."""
    rules = rules_of(setting, circle)
    wanted = rules.right(right)
    fits = wanted is not None and _fits(tx, setting, wanted, member)
    return claiming.claim(tx, rules, right, member, setting.now, fits=fits, actor=actor)


def rules_of(setting: Setting, circle: str) -> Community:
    """The rules of a circle. Raises CommunityRefused."""
    found = setting.cast.communities.get(circle)
    if found is None:
        raise CommunityRefused(f"no rules of a circle {circle!r} are published")
    return found


def _fits(tx: Tx, setting: Setting, right: Right, member: str) -> bool:
    return of_audience(tx, setting, right.audience, member)


def of_audience(tx: Tx, setting: Setting, words: str, member: str) -> bool:
    """True when the words of an audience fit him, and where there are none."""
    if not words:
        return True
    accounts = {name: one.persona.accounts.contact for name, one in setting.cast.scripts.items()}
    try:
        wanted = parse_audience(words, accounts, setting.cast.zone,
                                segments=segments.words(tx, words))  # fmt: skip
    except BadInput:
        return False  # its file has a finding
    person = persons.person_of(tx, [member])[member]
    facts = audience.facts(tx, [person], fields_of(wanted))[person]
    return belongs(wanted, facts, setting.now)
