"""What activities, missions, badges and the like are called: chats speak of them by name, and the
guard lets these names pass, so what nobody may say is looked for before they are published. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.community.activity import Activity
from bot.community.mission import Mission
from bot.community.rules import Community
from bot.core.findings import ERROR, Finding
from bot.core.goods import Good
from bot.core.guarding import FORCED
from bot.persona.brand import Brand
from bot.persona.guard import Case, Guard, blocking

Titled = Activity | Community | Mission
_ANY_DAY = Case(day=date(2000, 1, 1))


def titles_of(made: Titled) -> Iterator[str]:
    """Everything in a file that chats speak of by name."""
    if isinstance(made, Community):
        yield from (level.title for level in made.levels)
        yield from (badge.title for badge in made.badges)
        yield from (right.title for right in made.rights)
        yield from (level.call for level in made.levels if level.call)
        return
    yield made.title
    yield from (each.title for each in made.rewards)
    if isinstance(made, Activity):
        yield from (stage.title for stage in made.stages)


def review_titles(
    file: str, made: Titled, brand: Brand, goods: Iterable[Good]
) -> Iterator[Finding]:  # fmt: skip
    """Names that would keep every line from leaving in which they stand."""
    # of what is called so, the learned part of the guard reads nothing
    guard = Guard(brand, None, goods, judged=False)
    for title in sorted(set(titles_of(made))):
        for problem in blocking(guard.inspect(title, _ANY_DAY)):
            if problem.code in FORCED:
                yield Finding(
                    file=file, line=1, rule=f"guard.{problem.code}", severity=ERROR,
                    message=f"叫「{title}」的话，聊天里一说到它就会被拦下：{problem.message}",
                    fix="换个名字")  # fmt: skip
