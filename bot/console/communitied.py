"""The rules of a circle in words, and what two versions of them have otherwise. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.community.rules import Badge, Community, Level, PointRule, Right
from bot.console.words import said_or, say

Titles = Mapping[str, str]  # of activities, by id


def point_words(lang: str, rule: PointRule, titles: Titles) -> str:
    """What one gets points for, how many, and where that ends."""
    what = said_or(lang, f"community_when.{rule.when}", rule.when)
    if rule.activity:
        what = say(lang, "communities.of_activity", what=what,
                   title=titles.get(rule.activity, rule.activity))  # fmt: skip
    if rule.which:
        what = say(lang, "communities.of_which", what=what, which=rule.which)
    if rule.streak:
        what = say(lang, "communities.in_a_row", what=what, n=rule.streak)
    key = "communities.gives_per" if rule.per else "communities.gives"
    said = say(lang, key, what=what, n=rule.points, per=f"{rule.per / 100:g}")
    return said + "".join(_caps(lang, rule))


def _caps(lang: str, rule: PointRule) -> Iterator[str]:
    if rule.once_per != "event":
        yield say(lang, f"communities.once_{rule.once_per}")
    for name in ("per_day", "per_week"):
        if most := getattr(rule, name):
            yield say(lang, f"communities.most_{name}", n=most)


def badge_words(lang: str, badge: Badge, titles: Titles) -> str:
    """How one gets a badge."""
    if badge.by == "staff":
        return say(lang, "communities.by_staff")
    what = said_or(lang, f"community_when.{badge.when}", badge.when)
    if badge.activity:
        what = say(lang, "communities.of_activity", what=what,
                   title=titles.get(badge.activity, badge.activity))  # fmt: skip
    return say(lang, f"badge_rule.{badge.rule}", what=what, n=badge.n)


def level_words(lang: str, level: Level, _: Titles) -> str:
    """What a level takes and brings."""
    said = say(lang, "communities.from_points", n=level.start)
    if level.call:
        said += say(lang, "communities.called", name=level.call)
    perks = ("、" if lang == "zh" else ", ").join(level.perks)
    return said + (say(lang, "communities.perks", what=perks) if perks else "")


def right_words(lang: str, right: Right, _: Titles) -> str:
    """Who may take a right, how often, and what it costs."""
    parts = [
        say(lang, "communities.right_stock", n=right.stock) if right.stock else "",
        say(lang, "communities.right_each", n=right.each),
        say(lang, "communities.right_cost", n=right.cost) if right.cost else "",
        say(lang, "communities.right_from", day=right.start) if right.start else "",
        say(lang, "communities.right_until", day=right.until) if right.until else "",
    ]  # fmt: skip
    return ("，" if lang == "zh" else ", ").join(filter(None, parts))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is new, gone or otherwise: ``noun`` points, level, badge or right; both in words."""

    noun: str
    title: str
    how: Literal["new", "gone", "changed"]
    before: str = ""
    after: str = ""


Say = Callable[[str, Any, Titles], str]
_PARTS: Sequence[tuple[str, Callable[[Community], Iterable[Any]], Say]] = (
    ("points", lambda one: one.points.rules, point_words),
    ("level", lambda one: one.levels, level_words),
    ("badge", lambda one: one.badges, badge_words),
    ("right", lambda one: one.rights, right_words),
)


def changes(lang: str, old: Community | None, new: Community, titles: Titles) -> list[Change]:
    """What the new rules have otherwise than the old ones."""
    found: list[Change] = []
    for noun, rows, words in _PARTS:
        before = {one.id: one for one in rows(old)} if old is not None else {}
        after = {one.id: one for one in rows(new)}
        for id in dict.fromkeys((*after, *before)):
            change = _change(lang, noun, before.get(id), after.get(id), words, titles)
            found += [change] if change is not None else []
    return found


def _change(
    lang: str, noun: str, old: Any, new: Any, words: Say, titles: Titles
) -> Change | None:  # fmt: skip
    if old == new:
        return None
    before = words(lang, old, titles) if old is not None else ""
    after = words(lang, new, titles) if new is not None else ""
    how: Literal["new", "gone", "changed"] = (
        "new" if old is None else "gone" if new is None else "changed"
    )
    return Change(noun=noun, title=(new or old).title, how=how, before=before, after=after)
