"""What an activity would do the next time it takes place: when, in which words, by whose taps, and
who would be told by himself. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.community.activity import Activity
from bot.community.runs import Run, question
from bot.core.body import plain
from bot.library.speech import Setting, prepare
from bot.members.circle import Circle
from bot.store import people
from bot.store.engine import Tx
from bot.studio.render import CannotRender
from scheduler.activities import CANCELLED, REMINDER, WON, sample, upcoming, voice

TELLING = {"remind": REMINDER, "award": WON, "cancel": CANCELLED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """``says``: the template, ``text``: what it comes to, or ``fault``: why that cannot be said
    yet; ``taps``: in how many groups of whom it is posted, each owner taps once; ``flows``: which
    tell those whom it concerns; ``sampled``: names and results in the text are samples."""

    do: str
    at: int
    says: str = ""
    text: str = ""
    fault: str = ""
    taps: Mapping[str, int] = field(default_factory=dict)
    flows: Sequence[str] = ()
    sampled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """``run`` is empty when it does not take place any more; ``voice``: nobody speaks where that is
    empty; ``flows``: all that tell members something of it, by what begins them."""

    activity: str
    title: str
    run: str
    voice: str
    question: str
    steps: Sequence[Step]
    flows: Mapping[str, Sequence[str]]

    @property
    def taps(self) -> dict[str, int]:
        """How many taps all of it costs whom."""
        total = Counter(who for step in self.steps for who in step.taps)
        return dict(sorted(total.items()))


def foresee(tx: Tx, setting: Setting, made: Activity) -> Foreseen:
    """The next time that an activity takes place."""
    run, flows = upcoming(setting, made), flows_of(setting, made.id)
    owners = owners_of(tx, setting, setting.cast.circles.get(made.circle))
    said = {"announce": made.templates.announce, "remind": made.templates.remind,
            "award": made.templates.winners}  # fmt: skip
    given = sample(made, run, setting.cast.zone) if run else {}
    steps = [_step(setting, made, do, at, said.get(do, ""), owners, flows, given)
             for do, at in _moments(run)]  # fmt: skip
    return Foreseen(
        activity=made.id, title=made.title, run=run.id if run else "",
        voice=voice(setting, made), question=question(made, run.key) if run else "",
        steps=sorted(steps, key=lambda one: one.at), flows=flows,
    )  # fmt: skip


def _moments(run: Run | None) -> list[tuple[str, int]]:
    return [("announce", run.announce_at), *run.due, ("award", run.award_at)] if run else []


def _step(
    setting: Setting, made: Activity, do: str, at: int, template: str, owners: Mapping[str, int],
    flows: Mapping[str, Sequence[str]], given: Mapping[str, Any],
) -> Step:  # fmt: skip
    text, fault = _text(setting, made, template, given)
    posts = bool(template) and _is_post(setting, template)
    return Step(do=do, at=at, says=template, text=text, fault=fault, taps=owners if posts else {},
                flows=flows.get(TELLING.get(do, ""), ()),
                sampled=do == "award" or made.judge == "chance")  # fmt: skip


def _is_post(setting: Setting, template: str) -> bool:
    found = setting.cast.shelf.get(template)
    return found is not None and found.kind in ("group_post", "activity")


def _text(
    setting: Setting, made: Activity, template: str, given: Mapping[str, Any]
) -> tuple[str, str]:  # fmt: skip
    """The text with samples of what happens until then; or why there is none."""
    if not template:
        return "", ""
    try:
        said = prepare(setting, voice(setting, made), template, given=given, circle=made.circle)
        return plain(said.body), ""
    except CannotRender as exc:
        return "", str(exc)


def flows_of(setting: Setting, activity: str) -> dict[str, tuple[str, ...]]:
    """Flows that tell somebody what concerns him in an activity, by what begins them."""
    found: dict[str, tuple[str, ...]] = {}
    for flow in sorted(setting.cast.flows, key=lambda one: one.id):
        name = flow.trigger.name
        if name.startswith("activity_") and flow.trigger.which in ("", activity):
            found[name] = (*found.get(name, ()), flow.id)
    return found


def owners_of(tx: Tx, setting: Setting, circle: Circle | None) -> dict[str, int]:
    """Who owns how many of a circle's groups: whoever has to tap a post into them."""
    if circle is None:
        return {}
    chats = people.groups_of(tx, list(setting.cast.all_accounts("contact")) or [""])
    mine = Counter(str(chat["owner"]) for chat in chats
                   if {chat["id"], chat["name"]} & set(circle.groups))  # fmt: skip
    return dict(sorted(mine.items()))
