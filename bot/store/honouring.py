"""What people do with standings: give and take back badges, put points right, say that something
does not count, choose a name. Each is an event, and a row of the audit."""

from __future__ import annotations

from collections.abc import Mapping

from bot.community.checking import NAME_MAX
from bot.community.rules import Community
from bot.core.errors import OneVoiceError
from bot.core.event import Event, Happened
from bot.core.span import parse_span
from bot.store import audit, codenames, events, history, people, persons
from bot.store.engine import Tx

POINTS_MAX = 100_000


class CommunityRefused(OneVoiceError):
    """It cannot be done; the message says why."""


def honour(
    tx: Tx, rules: Community, badge: str, member: str, now: int, *, why: str, actor: str
) -> bool:  # fmt: skip
    """He has the badge from now on; False when he had. Raises CommunityRefused."""
    if rules.badge(badge) is None:
        raise CommunityRefused(f"{rules.circle} has no badge {badge!r}")
    _because(why)
    person = _person(tx, member, now)
    if _held(tx, rules.circle, badge, person):
        return False
    _record(tx, Happened.HONOURED, rules.circle, person, now, which=badge, why=why, actor=actor)
    return True


def unhonour(
    tx: Tx, circle: str, badge: str, member: str, now: int, *, why: str, actor: str
) -> bool:  # fmt: skip
    """He has it no more, and no rule gives it to him again; False when he had not."""
    _because(why)
    person = _person(tx, member, now)
    if not _held(tx, circle, badge, person):
        return False
    _record(tx, Happened.UNHONOURED, circle, person, now, which=badge, why=why, actor=actor)
    return True


def correct(
    tx: Tx, rules: Community, member: str, points: int, now: int, *, why: str, actor: str
) -> int:  # fmt: skip
    """Gives him points, or takes some; how many he has then. Raises CommunityRefused."""
    _because(why)
    if not points or abs(points) > POINTS_MAX:
        raise CommunityRefused(f"{points} is not within 1 and {POINTS_MAX}, or below nothing")
    person = _person(tx, member, now)
    _record(tx, Happened.POINTED, rules.circle, person, now, amount=points, why=why, actor=actor)
    row = tx.row("standing_get", member=person, circle=rules.circle)
    return int(row["points"]) if row else 0


def strike(tx: Tx, event: str, now: int, *, why: str, actor: str, back: bool = False) -> Event:
    """What an event gave goes, with all that followed from it; or (``back``) it counts after all.
    Raises CommunityRefused."""
    _because(why)
    row = next(iter(tx.rows("events_named", dedupes=[event])), None)
    if row is None or not row["member"]:
        raise CommunityRefused(f"there is no event {event!r} of a member")
    found = history.event_of(row)
    which = "back" if back else "out"
    dedupe = f"struck/{which}/{event}/{now}"
    made = Event(kind=Happened.STRUCK, at=max(now, found.at), dedupe=dedupe, member=found.member,
                 place=event, which=which, data={"why": why, "by": actor})  # fmt: skip
    events.record(tx, [made], now)
    audit.record(tx, [audit.note("event", str(row["id"]), "strike", at=now, actor=actor, reason=why,
                                 after=which)])  # fmt: skip
    return found


def name(tx: Tx, rules: Community, member: str, wish: str, now: int, *, actor: str) -> str:
    """What he is called in the circle from now on: his wish, or that with a number where somebody
    else has it; of an empty wish one of the pool. Raises CommunityRefused."""
    person = _person(tx, member, now)
    mine = {row["circle"]: row for row in tx.rows("codenames_of", members=[person])}
    had, own = mine.get(rules.circle), actor == person
    if own and had is not None:
        _may_change(rules, int(had["at"]), now)
    found = _free(tx, rules, person, " ".join(wish.split()), own)
    if had is not None and had["name"] == found:
        return found
    _record(tx, Happened.NAMED, rules.circle, person, now, which=found, actor=actor)
    return found


def _free(tx: Tx, rules: Community, person: str, wish: str, own: bool) -> str:
    pool = rules.codenames.pool
    if not wish:
        if not pool:
            raise CommunityRefused(f"{rules.circle} has no names to give; name one")
        return codenames.free(tx, rules.circle, pool)
    if own and pool and wish not in pool:
        raise CommunityRefused(f"{wish!r} is none of the names of {rules.circle}")
    if len(wish) > NAME_MAX or "·" in wish:
        raise CommunityRefused(f"a name has at most {NAME_MAX} characters, and no dot")
    tx.rows("circle_hold", circle=rules.circle)
    if codenames.holder(tx, rules.circle, wish) in ("", person):
        return wish
    return codenames.numbered(tx, rules.circle, wish)


def _may_change(rules: Community, at: int, now: int) -> None:
    every = rules.codenames.change_every
    if every and now < at + parse_span(every):
        raise CommunityRefused(f"he may change his name once in {every}")


def _held(tx: Tx, circle: str, badge: str, person: str) -> bool:
    row = tx.row("badge_get", member=person, circle=circle, badge=badge)
    return row is not None and row["until"] is None


def _because(why: str) -> None:
    if not why.strip():
        raise CommunityRefused("say why")


def _person(tx: Tx, member: str, now: int) -> str:
    people.ensure_member(tx, member, now)
    return persons.person_of(tx, [member])[member]


def _record(
    tx: Tx, kind: Happened, circle: str, person: str, now: int, *, which: str = "",
    amount: int = 0, why: str = "", actor: str,
) -> None:  # fmt: skip
    said: Mapping[str, str] = {"why": why, "by": actor} if why else {"by": actor}
    dedupe = f"{kind.value}/{circle}/{person}/{which}/{amount}/{now}"
    events.record(tx, [Event(kind=kind, at=now, dedupe=dedupe, member=person, place=circle,
                             which=which, amount=amount, data=said)], now)  # fmt: skip
    after = which or f"{amount:+}"
    audit.record(tx, [audit.note("member", person, kind.value, at=now, actor=actor, reason=why,
                                 before=circle, after=after)])  # fmt: skip
