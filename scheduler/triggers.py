"""What begins a flow: a closed table of happenings, and how a flow names its own. Pure.

A happening is told by whoever sees it (``bot.store.happened``) or, where a day decides, found by a
sweep once a day (``scheduler.sweeps``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.clock import DAY
from bot.core.decode import nearest
from bot.core.span import parse_span
from bot.core.weather import kind_of
from scheduler.recurrence import parse_when

How = Literal["told", "swept", "named"]
SILENT_MIN, SILENT_MAX = 7 * DAY, 730 * DAY
SWEPT_AT = "03:30"  # on the corp's clock; the steps have times of their own


@dataclass(frozen=True, slots=True)
class Happening:
    """``how`` it is found out; ``wants``: whether a flow must, may or cannot say which one."""

    how: How
    wants: Literal["must", "may", "no"]
    means: str
    check: Callable[[str], object] = str


def silence(text: str) -> int:
    """How long a member says nothing, in ms. Raises ValueError."""
    span = parse_span(text)
    if not SILENT_MIN <= span <= SILENT_MAX:
        raise ValueError(f"{text!r} is not between 7d and 730d")
    return span


def festival(text: str) -> object:
    """A festival and a shift of days as the calendar writes it. Raises ValueError."""
    return parse_when(f"festival:{text} {SWEPT_AT}", "UTC")


TRIGGERS: Mapping[str, Happening] = {
    "contact_added": Happening("told", "no", "he becomes a friend of an account of the persona"),
    "group_joined": Happening("told", "may", "he joins a customer group (of this name)"),
    "order": Happening("told", "may", "an order of his (of this category) is paid"),
    "order_first": Happening("told", "may", "his first order (of this category) is paid"),
    "complaint_closed": Happening("told", "no", "somebody closed the talk he complained in"),
    "level_reached": Happening("told", "may", "he reaches a level (of this name)"),
    "activity_cancelled": Happening("told", "may", "an activity (of this id) that he had signed up "
                                    "to is called off"),
    "activity_reminder": Happening("told", "may", "an activity (of this id) that he has signed up "
                                   "to and not taken part in ends soon"),
    "activity_won": Happening("told", "may", "he has won in an activity (of this id)"),
    "reward_granted": Happening("told", "may", "something of an activity (of this id) is his, and "
                                "a colleague hands it over"),
    "reward_sent": Happening("told", "may", "he got what he earned in an activity (of this id)"),
    "reward_short": Happening("told", "may", "what he earned in an activity (of this id) had run "
                              "out"),
    "reward_waiting": Happening("told", "may", "a red packet of an activity (of this id) waits "
                                "until the official account knows him"),
    "circle_entered": Happening("told", "may", "he is admitted to a circle (of this id)"),
    "circle_rejected": Happening("told", "may", "he is not admitted to a circle (of this id)"),
    "mission_accepted": Happening("told", "may", "what he handed in for a mission (of this id) is "
                                  "accepted"),
    "mission_refused": Happening("told", "may", "what he handed in for a mission (of this id) is "
                                 "not enough"),
    "seed_asked": Happening("told", "may", "he is asked to be a seed user (of this circle)"),
    "moderated": Happening("told", "may", "a rule (of this id) found something in what he said"),
    "tag_added": Happening("told", "must", "a friendship of his gets this corporate tag"),
    "weather": Happening("told", "may", "somebody told of (this) weather in his city", kind_of),
    "birthday": Happening("swept", "no", "it is his birthday, as his portrait has it"),
    "festival": Happening("swept", "must", "it is this festival, or so many days from it",
                          festival),
    "silent": Happening("swept", "must", "he has said nothing for so long", silence),
    "rule": Happening("named", "no", "a rule or form of the script begins it"),
}  # fmt: skip
_SPELT = re.compile(r"(?P<name>[a-z_.]+)(?::(?P<which>\S.*))?")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a flow waits for: ``tag_added`` and which tag."""

    name: str
    which: str = ""

    @property
    def how(self) -> How:
        """How it is found out."""
        return TRIGGERS[self.name].how

    def matches(self, event: str, which: str) -> bool:
        """True when this happening begins the flow; a flow that names none takes any."""
        return self.name == event and self.which in ("", which)


def parse_trigger(text: str) -> Trigger:
    """``contact_added``, ``silent:60d``, ``tag_added:常客``; a dot for the underscore is read too.

    Raises ValueError with a fix.
    """
    found = _SPELT.fullmatch(text.strip())
    name = (found["name"] if found else text).replace(".", "_")
    which = (found["which"] or "") if found else ""
    known = TRIGGERS.get(name)
    if known is None:
        raise ValueError(f"there is no trigger {text!r}; {nearest(name, TRIGGERS)}")
    if known.wants == "must" and not which:
        raise ValueError(f"{name} wants a word behind a colon: {known.means}")
    if known.wants == "no" and which:
        raise ValueError(f"{name} takes no word behind a colon")
    if which:
        known.check(which)
    return Trigger(name, which)
