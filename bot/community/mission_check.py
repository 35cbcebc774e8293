"""What may stand in a file of content/missions, beyond that its keys have the right types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.community import reward_check
from bot.community.reward_check import Wrong
from bot.core.decode import fail, nearest
from bot.core.faults import Faults
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.community.mission import Mission

BRIEF_MAX, TITLE_MAX = 800, 30
# Roles that permit missions, as bot/members/roles.py has them; a test compares the two.
TAKERS = ("koc", "seed")


def check(doc: TomlDoc, made: Mission, name: str) -> None:
    """Raises BadInput with everything that is wrong."""
    faults = Faults()
    if made.id != name:
        faults.add((fail(doc, ("id",), f"{made.id!r}, but the file is {name!r}",
                         "make them equal"),))  # fmt: skip
    for find in (_head, _limits, _rewards):
        for at, message, fix in find(made):
            faults.add((fail(doc, at, message, fix),))
    faults.check()


def _head(made: Mission) -> Wrong:
    for key in ("title", "circle", "brief", "asks"):
        if not getattr(made, key).strip():
            yield (key,), "is empty", "write it"
    for key, most in (("title", TITLE_MAX), ("brief", BRIEF_MAX), ("asks", BRIEF_MAX)):
        if len(getattr(made, key)) > most:
            yield (key,), f"has more than {most} characters", "say it shorter"
    if not made.proof or len(set(made.proof)) < len(made.proof):
        yield ("proof",), "is empty, or names one twice", 'proof = ["photo", "link"]'
    for i, role in enumerate(made.roles):
        if role not in TAKERS:
            yield ("roles", i), f"{role!r} may take no missions", nearest(role, TAKERS)


def _limits(made: Mission) -> Wrong:
    for key, least in (("places", 0), ("each", 1)):
        if getattr(made, key) < least:
            yield (key,), f"is below {least}", "remove it"
    try:
        if parse_span(made.within) < 1:
            yield ("within",), "is no time", 'write it as "7d"'
    except ValueError as exc:
        yield ("within",), str(exc), 'write it as "7d"'
    if made.start and made.until and made.until < made.start:
        yield ("until",), "is before from", "exchange them"


def _rewards(made: Mission) -> Wrong:
    """Everybody who is accepted gets it: there are no ranks and no winners here."""
    yield from reward_check.rewards(made.rewards)
    for i, one in enumerate(made.rewards):
        if one.to != "all":
            yield ("rewards", i, "to"), "is for whoever is accepted", 'to = "all"'
