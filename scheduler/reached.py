"""Somebody reached a level or got a badge: flows begin, and what the circle announces is posted.
Each at most once; what is not true any more, or long ago, is left out."""

from __future__ import annotations

from bot.community.rules import Badge, Community
from bot.core.clock import DAY
from bot.library.speech import Setting
from bot.store import communityterms, happened, honours, persons
from bot.store.engine import Row, Tx
from scheduler.circleposts import Post, say
from scheduler.circling import voice_of
from scheduler.fate import Fate

LEVEL = "level_reached"
LATE_MAX = 2 * DAY
SOMEBODY = "一位朋友"  # who has no code-name; a nickname is nothing to post


def run_reached(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One level or badge that was new when the row was written."""
    data = due["data"]
    person = persons.person_of(tx, [data["member"]])[data["member"]]
    if setting.now - data["at"] > LATE_MAX:
        return Fate("skip", "it was long ago")
    if not honours.has(tx, data["what"], person, data["circle"], data["id"]):
        return Fate("skip", "he has it no more")
    rules = communityterms.now_of(tx).get(data["circle"])
    if rules is None:
        return Fate("skip", "the circle has no rules any more")
    if data["what"] == "level":
        return Fate.of(_tell(tx, setting, rules, data["id"], person))
    badge = rules.badge(data["id"])
    if badge is None or not badge.announce:
        return Fate("skip", "nothing is announced")
    return _announce(tx, setting, due, rules, badge, person)


def _tell(tx: Tx, setting: Setting, rules: Community, level: str, person: str) -> str:
    """Once for a person and a level, whichever id he had."""
    ids = persons.ids_of(tx, person)
    if happened.told(tx, LEVEL, [f"{rules.circle}/{id}/{level}" for id in ids]):
        return "he was told before"
    circle = setting.cast.circles.get(rules.circle)
    found = rules.level(level)
    voice = voice_of(tx, setting, circle, person) if circle else ""
    happened.tell(tx, LEVEL, f"{rules.circle}/{person}/{level}", person, setting.now,
                  which=found.title if found else level, persona=voice)  # fmt: skip
    return ""


def _announce(
    tx: Tx, setting: Setting, due: Row, rules: Community, badge: Badge, person: str
) -> Fate:  # fmt: skip
    circle = setting.cast.circles.get(rules.circle)
    if circle is None:
        return Fate("skip", "the circle is not published any more")
    voice = rules.persona or circle.leader.persona
    if voice not in setting.cast.scripts:
        return Fate("skip", "nobody speaks for the circle")
    who = honours.codename(tx, person, rules.circle) or SOMEBODY
    given = {"who": who, "badge": badge.title, "about": badge.about}
    post = Post(voice=voice, template=badge.announce, given=given,
                origin=f"activity:badge-{rules.circle}:{badge.id}")  # fmt: skip
    return say(tx, setting, circle, due, post)
