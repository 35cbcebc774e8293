"""What the governor is told: a page of members read in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.core.clock import DAY, HOUR, local
from bot.core.model import Outbound, is_promotion
from bot.library.caring import carries
from bot.library.selling import sells_with
from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store.engine import Row, Tx
from bot.store.governor import Told
from scheduler.governor import Ask, Barred, Said, Standing
from scheduler.windows import is_zone, midnight, month

# Somebody who wrote and has no answer yet is waiting for one; after a day he is not any more.
ANSWER_WITHIN = DAY
HELD = ("staff", "client")


@dataclass(frozen=True, slots=True)
class _Page:
    """All that was read of the members of one page."""

    members: dict[str, Row]
    friends: dict[str, dict[str, int]]
    talks: dict[str, list[Row]]
    told: dict[str, list[Told]]
    served: dict[tuple[str, str], list[int]]
    own: dict[str, int]
    selling: frozenset[str]


def offering(setting: Setting, asks: Sequence[Ask]) -> list[Ask]:
    """The same; what names goods with a price or a link is an offer, whatever kind it is of."""
    selling = _selling(setting, (ask.content for ask in asks if not ask.sells))
    return [replace(ask, sells=True) if ask.content in selling else ask for ask in asks]


def _selling(setting: Setting, contents: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in set(contents) if name and sells_with(setting.cast, name))


def ask_of(row: Outbound, member: str = "") -> Ask:
    """What a row of the outbox asks, for its member or for one of its receivers."""
    return Ask(persona=row.persona, member=member or row.member or "", account=row.account,
               channel=row.channel, kind=row.kind, origin=row.origin, content=row.content,
               sells=is_promotion(row.kind, row.origin), tap=row.channel == "contact")  # fmt: skip


def standings(
    tx: Tx, setting: Setting, asks: Sequence[Ask], *, leaving: frozenset[int] = frozenset(),
    claimed: bool = False,
) -> list[Standing]:  # fmt: skip
    """What is known of each ask's member, in their order; ``leaving`` and ``claimed``: see
    ``bot.store.governor.told``."""
    made: list[Standing] = []
    for start in range(0, len(asks), facts.PAGE):
        page = asks[start : start + facts.PAGE]
        making = _Making(setting, _read(tx, setting, page, leaving, claimed=claimed))
        made += map(making.standing, page)
    return made


def _read(
    tx: Tx, setting: Setting, asks: Sequence[Ask], leaving: frozenset[int], *, claimed: bool
) -> _Page:
    ids = sorted({ask.member for ask in asks})
    now, rules = setting.now, setting.governing.general
    told = facts.told(tx, ids, now, back=rules.fewer, leaving=leaving, claimed=claimed)
    begins, _, _ = month(now, setting.cast.zone)
    friends, talks = facts.friends(tx, ids), facts.talks(tx, ids)
    page = _Page(members=facts.members(tx, ids), friends=friends, talks=talks, told=told,
                 served={}, own=facts.own_bulk(tx, ids, begins),
                 selling=_selling(setting, (one.content for each in told.values() for one in each
                                            if not one.sells)))  # fmt: skip
    since: dict[str, int] = {}
    for member, at in _counting(setting, page, (ask for ask in asks if ask.sells)):
        since[member] = min(at, since.get(member, at))
    page.served.update(facts.served(tx, since, now))
    return page


def _counting(setting: Setting, page: _Page, asks: Iterable[Ask]) -> Iterator[tuple[str, int]]:
    """From when on one has to know how often a member was served: while he is new, and since his
    last offer."""
    for ask in asks:
        rules = setting.governing.rules(ask.persona, ask.circle)
        met = _since(setting, page, ask)
        if met is not None and met > setting.now - rules.trust_days:
            yield ask.member, met
        last = _last_offer(_said(page, ask), setting.now)
        if last is not None:
            yield ask.member, last


def _since(setting: Setting, page: _Page, ask: Ask) -> int | None:
    """When he first met the persona: the oldest friendship that lives, or the first chat."""
    persona_of = setting.cast.persona_of
    met = [at for account, at in page.friends.get(ask.member, {}).items()
           if persona_of("contact", account) == ask.persona]  # fmt: skip
    met += [talk["created_at"] for talk in page.talks.get(ask.member, ())
            if talk["channel"] != "contact"
            and persona_of(talk["channel"], talk["account"]) == ask.persona]  # fmt: skip
    return min(met, default=None)


def _said(page: _Page, ask: Ask) -> tuple[Said, ...]:
    """What the persona said to him that he had not asked for."""
    told = [one for one in page.told.get(ask.member, ()) if one.persona == ask.persona]
    return tuple(Said(one.at, one.sells or one.content in page.selling) for one in told)


def _last_offer(said: Iterable[Said], now: int) -> int | None:
    return max((now if at is None else at for at, sells in said if sells), default=None)


class _Making:
    """Standings of one page. What does not depend on the member is found out once."""

    def __init__(self, setting: Setting, page: _Page) -> None:
        self._setting, self._page, self._now = setting, page, setting.now
        self._month = month(setting.now, setting.cast.zone)
        self._common: dict[tuple[str, str, str], tuple[Barred | None, ...]] = {}

    def standing(self, ask: Ask) -> Standing:
        """What is known of one ask's member."""
        page, now = self._page, self._now
        row = page.members.get(ask.member)
        talks = page.talks.get(ask.member, [])
        told, said = page.told.get(ask.member, []), _said(page, ask)
        since, last = _since(self._setting, page, ask), _last_offer(said, now)
        served = page.served.get((ask.member, ask.persona), [])
        persona, content, withheld, trade, blackout = self._barred(ask)
        begins, ends, days = self._month
        return Standing(
            zone=self._zone(row),
            promo_ok=row is None or bool(row["promo_ok"]),
            promo_less=row is not None and bool(row["promo_less"]),
            since=since, said=said, contacts=sum(hour >= (since or 0) - HOUR for hour in served),
            served=sum(hour > (last or 0) for hour in served),
            bulk=_bulk(told, begins) + page.own.get(ask.member, 0), month_ends=ends,
            month_days=days, question_at=_earliest(partial(_question, now=now), talks),
            complaint_at=_earliest(_complaint, talks), handed_at=_earliest(_handed, talks),
            upset_at=max((t["upset_at"] for t in talks if t["upset_at"] is not None), default=None),
            persona=persona, content=content, withheld=withheld, trade=trade,
            blackout=blackout,
            way=self._way(ask, talks),
        )  # fmt: skip

    def _zone(self, row: Row | None) -> str:
        zone = row["zone"] if row is not None else ""
        return zone if zone and is_zone(zone) else self._setting.cast.zone

    def _way(self, ask: Ask, talks: Iterable[Row]) -> Barred | None:
        """Why no way leads to him; None when one does."""
        friends = self._page.friends.get(ask.member, {})
        if ask.channel == "contact":
            return self._friend(ask, friends)
        if ask.channel == "kf":
            return self._window(ask, talks)
        ways = (self._friend(ask, friends), self._window(ask, talks))
        return Barred("nowhere") if ask.channel == "" and all(ways) else None

    def _friend(self, ask: Ask, friends: dict[str, int]) -> Barred | None:
        cast = self._setting.cast
        if ask.account and ask.channel:
            known = ask.account in friends
        else:
            known = any(cast.persona_of("contact", one) == ask.persona for one in friends)
        return None if known else Barred("no_friend", {"account": ask.account or "任何账号"})

    def _window(self, ask: Ask, talks: Iterable[Row]) -> Barred | None:
        cast, limits = self._setting.cast, self._setting.limits
        since = self._now - limits.kf_hours * HOUR
        fits = any(talk["channel"] == "kf" and (talk["last_in_at"] or 0) > since
                   and (talk["account"] == ask.account if ask.account and ask.channel
                        else cast.persona_of("kf", talk["account"]) == ask.persona)
                   for talk in talks)  # fmt: skip
        return None if fits else Barred("no_window", {"hours": limits.kf_hours})

    def _barred(self, ask: Ask) -> tuple[Barred | None, ...]:
        key = (ask.persona, ask.content, ask.kind)
        if key not in self._common:
            self._common[key] = (
                persona_out(self._setting, ask.persona), content_out(self._setting, ask.content),
                withheld(self._setting, ask.content), trading(self._setting, ask.content),
                silent(self._setting, ask.kind, ask.persona),
            )  # fmt: skip
        return self._common[key]


def persona_out(setting: Setting, persona: str) -> Barred | None:
    """Why nothing of a persona may leave now."""
    script, zone = setting.cast.scripts.get(persona), setting.cast.zone
    if script is None:
        return Barred("persona_gone", {"name": persona})
    if not setting.cast.silence(persona, setting.now):
        return None
    begins, ends = script.persona.valid_from, script.persona.valid_to
    if begins is not None and begins > local(setting.now, zone).date():
        return Barred("persona_begins", {"day": begins}, midnight(begins, zone))
    return Barred("persona_ended", {"day": ends})


def content_out(setting: Setting, content: str) -> Barred | None:
    """Why a template's dates do not allow it now."""
    template = setting.cast.shelf.get(content) if content else None
    day = local(setting.now, setting.cast.zone).date()
    if template is None or template.valid_on(day):
        return None
    start, end = template.valid_from, template.valid_to
    until = midnight(start, setting.cast.zone) if start is not None and start > day else None
    return Barred("content_out", {"start": start or "一开始", "end": end or "以后"}, until)


def withheld(setting: Setting, content: str) -> Barred | None:
    """Why a template may not be used at all."""
    if content in setting.cast.withheld:
        return Barred("consent_gone", {"name": content})
    # what else stands there is a rule of a persona or a FAQ row, whose names have no folder
    gone = "/" in content and setting.cast.shelf.get(content) is None
    return Barred("content_withheld", {"name": content}) if gone else None


def trading(setting: Setting, content: str) -> Barred | None:
    """Why a template of care may not be used as it stands: it leads to goods."""
    url = carries(setting.cast, content, setting.short)
    return Barred("care_link", {"url": url}) if url else None


def silent(setting: Setting, kind: str, persona: str) -> Barred | None:
    """Why nothing of a kind is said on this day."""
    found = setting.cast.calendar.silence(setting.now, kind, persona)
    return None if found is None else Barred("blackout", {"why": found[0]}, found[1])


def _bulk(told: Iterable[Told], begins: int) -> int:
    return sum(1 for one in told
               if one.channel == "contact" and (one.at is None or one.at >= begins))  # fmt: skip


def _earliest(of: Callable[[Row], int | None], talks: Iterable[Row]) -> int | None:
    return min((at for talk in talks if (at := of(talk)) is not None), default=None)


def _question(talk: Row, now: int) -> int | None:
    if talk["waiting_since"] is not None:
        return int(talk["waiting_since"])
    last = talk["last_in_at"] or 0
    return last if last > talk["answered_at"] and last > now - ANSWER_WITHIN else None


def _complaint(talk: Row) -> int | None:
    at: int | None = talk["complaint_at"]
    return at


def _handed(talk: Row) -> int | None:
    if talk["mode"] not in HELD and talk["handed_at"] is None:
        return None
    return int(talk["handed_at"] or talk["held_at"] or talk["last_in_at"] or talk["created_at"])
