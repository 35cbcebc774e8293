"""What of activities and community rules can be heard in a chat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.community.activity import Activity
from bot.community.rules import Community
from bot.core.taking import Offered, Programme


def programme_of(activities: Iterable[Activity], communities: Iterable[Community]) -> Programme:
    """All of it, as personas may speak of it."""
    rules = list(communities)
    return Programme(
        activities=tuple(offered(one) for one in activities),
        rights=tuple((one.circle, right.id, right.title) for one in rules for right in one.rights),
        names=frozenset(name for one in rules for name in one.codenames.pool),
        rules=bool(rules),
    )


def offered(made: Activity) -> Offered:
    """An activity as a chat may speak of it."""
    quiz = made.kind == "quiz"
    asks = made.stages[0].ask if made.stages else ""
    return Offered(
        id=made.id, title=made.title, kind=made.kind, words=made.words, about=made.about,
        asks=asks or (made.questions[0].ask if made.questions and not quiz else ""),
        options=made.options,
        questions=tuple((one.ask, one.options) for one in made.questions) if quiz else (),
    )  # fmt: skip
