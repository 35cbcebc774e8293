"""What of activities and community rules can be heard in a chat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.community.activity import Activity
from bot.community.mission import Mission
from bot.community.rules import Community
from bot.core.taking import Offered, Programme
from bot.library.titles import Titled, titles_of


def programme_of(
    activities: Iterable[Activity], communities: Iterable[Community],
    missions: Iterable[Mission] = (),
) -> Programme:  # fmt: skip
    """All of it, as personas may speak of it."""
    rules, made = list(communities), list(activities)
    named: list[Titled] = [*made, *rules, *missions]
    titles = {title for one in named for title in titles_of(one)}
    return Programme(
        activities=tuple(offered(one) for one in made),
        rights=tuple((one.circle, right.id, right.title) for one in rules for right in one.rights),
        names=frozenset(name for one in rules for name in one.codenames.pool),
        rules=bool(rules),
        titles=tuple(sorted(titles)),
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
