"""The governor's shell: reads what it goes by, asks it, and writes down what it refused.

``ask_all`` serves whoever plans, ``gate`` rules once more within the transaction in which a sender
claims rows, so that nothing can change between the ruling and the call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.core.clock import DAY, local
from bot.core.model import Outbound, is_promotion
from bot.core.policy import Verdict
from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store.engine import Tx
from scheduler.governor import Ask, Ruling, Said, Standing, rule

# Kinds that nobody asked for; activities only where a plan announces them.
UNASKED = frozenset({"promo", "care", "activity"})
# ms; a row does not stand before others of its lane for longer than this.
HELD_MOST = DAY


def unasked(kind: str, origin: str) -> bool:
    """True for a message to a member that answers nothing he said or did."""
    return kind in UNASKED and (kind != "activity" or is_promotion(kind, origin))


def ask_all(tx: Tx, setting: Setting, asks: Sequence[Ask]) -> list[Ruling]:
    """One ruling for each, in their order. Asks do not see each other: whoever queues several for
    one member at a time asks again in between."""
    made: list[Ruling] = []
    for start in range(0, len(asks), facts.PAGE):
        page = asks[start : start + facts.PAGE]
        known = standings(tx, setting, page)
        made += [rule(ask, standing, setting.governing.rules(ask.persona, ask.circle), setting.now)
                 for ask, standing in zip(page, known, strict=True)]  # fmt: skip
    return made


def standings(
    tx: Tx, setting: Setting, asks: Sequence[Ask], without: frozenset[int] = frozenset()
) -> list[Standing]:
    """What is known of each ask's member; ``without``: outbox rows that do not count."""
    members = sorted({ask.member for ask in asks})
    wishes = facts.wishes(tx, members)
    told = facts.told(tx, members, setting.now)
    return [_standing(setting, ask, wishes.get(ask.member), told.get(ask.member, ()), without)
            for ask in asks]  # fmt: skip


def _standing(
    setting: Setting, ask: Ask, wish: Mapping[str, int] | None, told: Iterable[facts.Told],
    without: frozenset[int],
) -> Standing:  # fmt: skip
    said = tuple(Said(one.at, one.sells) for one in told
                 if one.persona == ask.persona and one.outbox not in without)  # fmt: skip
    return Standing(zone=setting.cast.zone, promo_ok=wish is None or bool(wish["promo_ok"]),
                    promo_less=wish is not None and bool(wish["promo_less"]),
                    said=said)  # fmt: skip


def refused(tx: Tx, setting: Setting, ruled: Iterable[tuple[Ask, Ruling]]) -> None:
    """Adds every ruling that is not a yes to the day's sums."""
    day = local(setting.now, setting.cast.zone).date().isoformat()
    sums = Counter((ask.persona, _plan(ask.origin), ruling.answer, ruling.code)
                   for ask, ruling in ruled if ruling.answer != "yes")  # fmt: skip
    facts.refused(tx, [facts.Refused(day, *key, n) for key, n in sorted(sums.items())])


def _plan(origin: str) -> str:
    """``flow:care7:day3`` is of the flow ``flow:care7``."""
    return ":".join(origin.split(":")[:2])


def gate(tx: Tx, setting: Setting, rows: Sequence[Outbound]) -> Mapping[int, Verdict]:
    """What becomes of claimed rows that may not leave now, by id; the others may. Receivers of a
    task for many who may not get it are taken off its list here."""
    asked = [row for row in rows if row.member and unasked(row.kind, row.origin)]
    asks = [ask_of(row) for row in asked]
    known = standings(tx, setting, asks, frozenset(row.id for row in asked))
    ruled = [(ask, rule(ask, standing, setting.governing.rules(ask.persona), setting.now))
             for ask, standing in zip(asks, known, strict=True)]  # fmt: skip
    refused(tx, setting, ruled)
    return {row.id: _verdict(row, ruling, setting.now)
            for row, (_, ruling) in zip(asked, ruled, strict=True)
            if ruling.answer != "yes"}  # fmt: skip


def ask_of(row: Outbound, member: str = "") -> Ask:
    """What a row of the outbox asks, for its member or one of its receivers."""
    return Ask(persona=row.persona, member=member or row.member or "", account=row.account,
               channel=row.channel, kind=row.kind, origin=row.origin, content=row.content,
               sells=is_promotion(row.kind, row.origin), tap=row.channel == "contact")  # fmt: skip


def _verdict(row: Outbound, ruling: Ruling, now: int) -> Verdict:
    until = ruling.until
    if until is None or until - now > HELD_MOST or (row.expires_at and until >= row.expires_at):
        return Verdict("cancel", note=ruling.code)
    return Verdict("pace", retry_at=until, note=ruling.code)


def ask_feed(
    tx: Tx, setting: Setting, persona: str, do: str, circle: str = "", sells: bool = False
) -> Ruling:
    """Whether a post may go to groups (``group_post``) or moments (``moment``) now."""
    ask = Ask(persona=persona, member="", channel="", kind="moment" if do == "moment"
              else "group_post", origin="", sells=sells, circle=circle)  # fmt: skip
    return rule(ask, Standing(zone=setting.cast.zone), setting.governing.rules(persona, circle),
                setting.now)  # fmt: skip
