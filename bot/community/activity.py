"""A file of ``content/activities``: something to take part in. Values, and how the file is read;
docs/activities.md explains each key. Pure.

An activity takes place once or comes round; each time is a run, called ``ID@KEY``. The words of
``when.every`` are checked by whoever knows calendars (``bot.library.community``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.community import activity_check as checking
from bot.core import tomlfile
from bot.core.decode import decode
from bot.core.errors import BadInput

FOLDER = "content/activities"
Kind = Literal["checkin", "topic", "quiz", "vote", "contest", "draw", "help", "groupbuy",
               "register", "team", "wishlist", "wall", "cocreate"]  # fmt: skip
KINDS: Mapping[Kind, str] = {
    "checkin": "打卡", "topic": "每日话题", "quiz": "问答", "vote": "投票", "contest": "征集",
    "draw": "抽奖", "help": "助力", "groupbuy": "拼团", "register": "报名有礼", "team": "组队",
    "wishlist": "许愿", "wall": "提问墙", "cocreate": "共创",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """[when]. Either ``announce`` is a day and time, and the others follow it, each a day and time
    or a span behind ``announce``; or ``every`` says when a run is announced, in the words of the
    calendar, and the others are spans. Empty ``join`` and ``submit``: at once; ``award``: as soon
    as it is closed and judged; ``remind``: a span before the end, or none."""

    announce: str = ""
    every: str = ""
    join: str = ""
    submit: str = ""
    close: str = "1d"
    award: str = ""
    remind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """[limits]: ``places``: people who may take part (0: all); ``each``: entries of one person in
    a run; ``votes``: votes of one person; ``level``: the least level that takes part."""

    places: int = 0
    each: int = 1
    votes: int = 1
    level: str = ""
    audience: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wordings:
    """[templates]: names of templates under content/; empty: nothing is said."""

    announce: str = ""
    remind: str = ""
    thanks: str = ""
    winners: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reward:
    """[[rewards]]: what is given ``to`` whom: everybody who took part, winners of the ranks
    ``first`` to ``last``, whoever has a ``streak`` of so many days, the inviter or the invited.
    ``how``: points, a coupon of the file ``coupons``, a red packet of ``cents``, or a thing that
    staff hand over. ``stock`` 0: no limit; ``budget`` in cents, 0: none; ``each``: for one person,
    0: no limit; all three over all runs. ``order``: only for whoever ordered since the run was
    announced. ``settle``: how long it may still be taken back; empty: as in [rewards]."""

    id: str
    title: str
    how: Literal["points", "coupon", "redpacket", "thing"]
    to: Literal["all", "winners", "streak", "inviter", "invited"] = "winners"
    first: int = 1
    last: int = 1
    streak: int = 0
    points: int = 0
    cents: int = 0
    coupons: str = ""
    stock: int = 0
    budget: int = 0
    each: int = 0
    order: bool = False
    settle: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """[[questions]]: ``ask``; of a quiz the ``options`` and which are ``right``, from 1."""

    ask: str
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """[[stages]] of a co-creation: what is asked in it, and for how long."""

    id: Literal["design", "opinion", "trial"]
    title: str
    ask: str
    options: tuple[str, ...] = ()
    lasts: str = "7d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One activity; ``version`` is the published one. ``questions``: of a check-in or a topic one a
    day, in turn; of a quiz all. ``options``: of a vote. ``media``: what an entry holds. ``judge``:
    by whom winners are found: votes of members, staff, chance, or being first. ``winners``: how
    many. ``need``: helpers, buyers in a group, or people in a team. ``within``: how long a group
    has to fill; ``order``: only who ordered while the run was on counts in it. ``moderated``: an
    entry counts when a colleague has accepted it. ``consent``: the
    purpose that whoever hands in agrees to, where his entry is shown elsewhere."""

    id: str
    title: str
    circle: str
    kind: Kind
    about: str = ""
    persona: str = ""
    groups: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    moderated: bool = False
    consent: str = ""
    media: Literal["text", "photo", "any", "none"] = "any"
    judge: Literal["votes", "staff", "chance", "first", "right", "none"] = "none"
    winners: int = 0
    need: int = 0
    within: str = "24h"
    order: bool = False
    options: tuple[str, ...] = ()
    when: Times = field(default_factory=Times)
    limits: Limits = field(default_factory=Limits)
    templates: Wordings = field(default_factory=Wordings)
    questions: tuple[Question, ...] = ()
    stages: tuple[Stage, ...] = ()
    rewards: tuple[Reward, ...] = ()
    version: int = field(default=1, metadata={"key": ""})
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"key": ""})

    @property
    def named_templates(self) -> tuple[str, ...]:
        """Every template that it says something with."""
        said = self.templates
        return tuple(filter(None, (said.announce, said.remind, said.thanks, said.winners)))

    @property
    def recurs(self) -> bool:
        """True when it comes round."""
        return bool(self.when.every)


def run_id(activity: str, key: str) -> str:
    """What a run is called: `place` of its events."""
    return f"{activity}@{key}"


def activity_of(run: str) -> str:
    """The activity of a run."""
    return run.partition("@")[0]


def shown(name: str) -> str:
    """How people name the file of an activity."""
    return f"{FOLDER}/{name}.toml"


def parse_activity(source: str, file: str, zone: str, version: int = 1) -> Activity:
    """Reads one file of content/activities; times in it are those of ``zone``. Raises BadInput with
    file, line and fix."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode(Activity, doc)
    checking.check(doc, made, file.rsplit("/", 1)[-1].removesuffix(".toml"), zone)
    lines = {key: doc.line_of(tuple(key.split("."))) for key in _POINTED}
    return replace(made, version=version, lines=lines)


_POINTED = ("id", "circle", "persona", "consent", "when.every", "limits.audience", "limits.level",
            "templates")  # fmt: skip


def parse_served(sources: Iterable[tuple[str, str, int]], zone: str) -> Iterator[Activity]:
    """Activities of (text, file, version) that serve; one that this program cannot read is left
    out, and its file has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_activity(source, file, zone, version)
