"""Missions as members see and take them. Every door calls these functions and gets the same
answers; what is done twice counts once, and the last place is taken once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from bot.community import takes as pure
from bot.community.mission import PROOFS, Mission, parse_mission, shown
from bot.community.takes import CAN_PROVE, HOLDING, OPEN, TAKE, Take
from bot.core.clock import local
from bot.core.errors import OneVoiceError
from bot.core.event import Event, Happened
from bot.members import roles
from bot.store import (
    circles,
    codec,
    communityterms,
    events,
    people,
    persons,
    projections,
    schedule,
    stays,
    versions,
)
from bot.store.answers import Who
from bot.store.engine import Row, Tx

KIND, DUE = "mission", "mission"
TEXT_MAX, MEDIA_MAX, MOST = 2_000, 9, 256
Can = Literal["take", "prove", ""]
Barred = Literal["early", "closed", "circle", "role", "level", "audience", "full", "enough"]
# What the member reads when a mission is not for him now.
BARRED: Mapping[Barred, str] = {
    "early": "还没到日子。", "closed": "已经收了，等下一个。", "circle": "先进圈，再来接任务。",
    "role": "这份任务留给体验官和种子用户。", "level": "要再高一级才能接。",
    "audience": "这回不是给你准备的，别往心里去。", "full": "名额满了，有人退出来会再空出来。",
    "enough": "这份任务你已经做过了。",
}  # fmt: skip
SAID: Mapping[str, str] = {
    "taken": "接下了。{due} 之前把东西交上来就行：{asks}",
    "proved": "收到了，同事看过以后告诉你。",
    "already": "这一份已经记下了，不用再来一遍。",
    "dropped": "退掉了，名额让给别人。下回再来。",
    "nothing": "你手上没有这份任务，先接下再交。",
    "late": "交的日子过了，名额已经让出去。下回早一点。",
    "missing": "还差一样：{proof}。",
    "link": "链接没认出来，把完整的地址（http 开头）发来。",
}  # fmt: skip


class MissionRefused(OneVoiceError):
    """It cannot be done; the message says why, and ``code`` where other words are wanted."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of it. ``state`` is a key of SAID or BARRED; ``words``: what the member reads."""

    state: str
    words: str
    event: str = ""

    @property
    def ok(self) -> bool:
        """True when it is recorded, now or before."""
        return self.state in ("taken", "proved", "already", "dropped")


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A mission as it is for one person. ``left``: places, None where there is no limit; ``take``:
    his latest; ``barred``: why he may not take it, empty where he may or has it."""

    mission: Mission
    left: int | None
    take: Take | None
    barred: Barred | Literal[""]
    now: int

    @property
    def can(self) -> Can:
        """What he may do with it."""
        if self.take is not None and self.take.state in CAN_PROVE and self.now < self.take.due_at:
            return "prove"
        return "take" if not self.barred and not self.holds else ""

    @property
    def holds(self) -> bool:
        """True while he is at it."""
        return self.take is not None and self.take.state in OPEN

    @property
    def words(self) -> str:
        """Why not, in words for him."""
        return BARRED[self.barred] if self.barred else ""


def board(tx: Tx, missions: Iterable[Mission], who: Who, now: int, fits: Mapping[str, bool]
          ) -> list[Card]:  # fmt: skip
    """The missions that concern him: those that he may take or has, and those that are full or
    begin later. Empty for whoever holds no role that permits missions. ``fits``: by the id of a
    mission, whether he is of its audience."""
    person = persons.person_of(tx, [who.member])[who.member]
    mine = [take_of(row) for row in tx.rows("takes_of", members=[person])]
    cards = [_card(tx, made, person, mine, who.zone, now, fits.get(made.id, True))
             for made in missions]  # fmt: skip
    hidden = ("circle", "role", "level", "audience", "closed")
    return [one for one in cards if one.holds or one.barred not in hidden]


def may(tx: Tx, member: str, circle: str, now: int) -> bool:
    """True while a role of his permits missions in a circle."""
    return bool(_roles(tx, persons.person_of(tx, [member])[member], circle, now))


def take(tx: Tx, made: Mission, who: Who, now: int) -> Reply:
    """He takes a mission, if it is for him and a place is left. Raises MissionRefused when its
    version is not published."""
    person = _hold(tx, who, now)
    _serve(tx, made)
    mine = [take_of(row) for row in tx.rows("takes_of", members=[person])]
    card = _card(tx, made, person, mine, who.zone, now, who.fits)
    if card.holds:
        return Reply("already", SAID["already"], card.take.event if card.take else "")
    if card.barred:
        return Reply(card.barred, BARRED[card.barred])
    due, id = made.due(now, who.zone), f"mission/{made.id}/{person}/{now}/000-taken"
    said = {"version": made.version, "due": due}
    if not _tell(tx, made, who, now, pure.TAKEN, id, said):
        return Reply("already", SAID["already"], id)
    schedule.add_due(tx, f"mission/{id}", DUE, due, {"take": id})
    day = local(due, who.zone).strftime("%m-%d %H:%M")
    return Reply("taken", SAID["taken"].format(due=day, asks=made.asks), id)


def prove(
    tx: Tx, made: Mission, who: Who, now: int, *, text: str = "", link: str = "",
    media: Sequence[str] = (),
) -> Reply:  # fmt: skip
    """He hands in what shows that it is done; what was refused may be handed in again in time.
    ``media``: ids of what is kept."""
    held = _mine(tx, made, who, now)
    if held is None:
        return Reply("nothing", SAID["nothing"])
    if held.state == pure.PROVED:
        return Reply("already", SAID["already"], held.event)
    if now >= held.due_at:
        return Reply("late", SAID["late"], held.event)
    made = terms(tx, held) or made
    if link and not pure.is_link(link):
        return Reply("link", SAID["link"], held.event)
    if pure.missing(made.proof, text, link, media):
        wanted = "，或者".join(PROOFS[one] for one in made.proof)
        return Reply("missing", SAID["missing"].format(proof=wanted), held.event)
    said = {"text": text[:TEXT_MAX], "link": link, "media": list(media[:MEDIA_MAX])}
    _next(tx, made, held, who, now, pure.PROVED, {key: one for key, one in said.items() if one})
    return Reply("proved", SAID["proved"], held.event)


def drop(tx: Tx, made: Mission, who: Who, now: int) -> Reply:
    """He gives it back, and so the place."""
    held = _mine(tx, made, who, now)
    if held is None:
        return Reply("nothing", SAID["nothing"])
    _next(tx, made, held, who, now, pure.DROPPED, {})
    return Reply("dropped", SAID["dropped"], held.event)


def take_of(row: Row) -> Take:
    """The take that a row holds."""
    made = {name: row[name] for name in Take.__slots__}
    return Take(**{**made, "proof": codec.from_json(row["proof"])})


def terms(tx: Tx, held: Take) -> Mission | None:
    """What whoever took it goes by."""
    row = tx.row("mission_terms_get", mission=held.mission, version=held.version)
    return _parsed(held.mission, held.version, row["source"]) if row else None


@lru_cache(maxsize=MOST)
def _parsed(mission: str, version: int, source: str) -> Mission:
    return parse_mission(source, shown(mission), version)


def _serve(tx: Tx, made: Mission) -> None:
    """Its text is kept, and nobody else counts its places before this is over."""
    edition = versions.get(tx, KIND, made.id, made.version)
    if edition is None:
        raise MissionRefused("version", f"there is no version {made.version} of {made.id}")
    tx.run("mission_terms_add", mission=made.id, version=made.version,
           source=next(iter(edition.files.values())))  # fmt: skip
    tx.rows("mission_hold", mission=made.id)


def _card(
    tx: Tx, made: Mission, person: str, every: Sequence[Take], zone: str, now: int, fits: bool
) -> Card:  # fmt: skip
    mine = [one for one in every if one.mission == made.id]
    left = made.places and made.places - held(tx, made.id)
    against = _against(tx, made, person, mine, zone, now, fits, left)
    return Card(mission=made, left=max(left, 0) if made.places else None,
                take=mine[-1] if mine else None, barred=next(against, ""), now=now)  # fmt: skip


def held(tx: Tx, mission: str) -> int:
    """How many places of a mission are taken."""
    row = tx.row("mission_held", mission=mission, states=list(HOLDING))
    return int(row["n"]) if row else 0


def _against(
    tx: Tx, made: Mission, person: str, mine: Sequence[Take], zone: str, now: int, fits: bool,
    left: int,
) -> Iterator[Barred]:  # fmt: skip
    closes = made.closes(zone)
    if closes is not None and now >= closes:
        yield "closed"
    if not stays.inside(tx, "circle", made.circle, person):
        yield "circle"
    mine_are = _roles(tx, person, made.circle, now)
    if not mine_are or (made.roles and not mine_are & set(made.roles)):
        yield "role"
    if made.level and not _high(tx, made, person):
        yield "level"
    if not fits:
        yield "audience"
    if now < made.opens(zone):
        yield "early"
    if sum(one.state in HOLDING for one in mine) >= made.each:
        yield "enough"
    if made.places and left <= 0:
        yield "full"


def _roles(tx: Tx, person: str, circle: str, now: int) -> set[str]:
    """The roles by which he may take missions in a circle now."""
    mine = (row["role"] for row in circles.roles_of(tx, person)
            if row["until"] is None and (row["ends"] is None or now < row["ends"])
            and row["circle"] in (circle, ""))  # fmt: skip
    return {role for role in mine if "missions" in roles.grants([role])}


def _high(tx: Tx, made: Mission, person: str) -> bool:
    rules = communityterms.now_of(tx).get(made.circle)
    wanted = rules.level(made.level) if rules else None
    row = tx.row("standing_get", member=person, circle=made.circle)
    has = rules.level(row["level"]) if rules and row else None
    return wanted is not None and has is not None and has.start >= wanted.start


def _mine(tx: Tx, made: Mission, who: Who, now: int) -> Take | None:
    """His take that may still go on."""
    person = _hold(tx, who, now)
    mine = [take_of(row) for row in tx.rows("takes_of", members=[person])]
    return next((one for one in reversed(mine)
                 if one.mission == made.id and one.state in OPEN), None)  # fmt: skip


def _hold(tx: Tx, who: Who, now: int) -> str:
    people.ensure_member(tx, who.member, now)
    projections.hold(tx, [who.member])
    return persons.person_of(tx, [who.member])[who.member]


def _next(
    tx: Tx, made: Mission, held: Take, who: Who, now: int, which: str, data: Mapping[str, Any]
) -> None:  # fmt: skip
    _tell(tx, made, who, now, which, step(held, which), {TAKE: held.event, **data})


def step(held: Take, which: str) -> str:
    """What the next event of a take is called: later ones stay behind earlier ones, also within a
    millisecond."""
    return f"{held.event.rpartition('/')[0]}/{held.steps:03}-{which}"


def _tell(
    tx: Tx, made: Mission, who: Who, now: int, which: str, dedupe: str, data: Mapping[str, Any]
) -> bool:  # fmt: skip
    told = Event(kind=Happened.MISSION, at=now, dedupe=dedupe, member=who.member, place=made.id,
                 which=which, channel=who.channel, account=who.account, persona=who.persona,
                 data={"circle": made.circle, **data})  # fmt: skip
    return bool(events.record(tx, [told], now))
