"""The governor's shell: reads what it goes by, asks it, and writes down what it refused.

Whoever plans asks here; a sender asks once more, in the transaction that claims its rows
(scheduler/gate.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.core.clock import local
from bot.library.selling import sells_with
from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store.engine import Tx
from scheduler.governor import Ask, Feed, Ruling, Said, rule, rule_feed
from scheduler.ruling import unasked as unasked
from scheduler.standings import ask_of as ask_of
from scheduler.standings import offering, persona_out, silent, standings
from scheduler.windows import month


def ask_all(
    tx: Tx, setting: Setting, asks: Sequence[Ask], *, leaving: frozenset[int] = frozenset()
) -> list[Ruling]:
    """One ruling for each, in their order. ``leaving`` are outbox rows that do not count, for they
    would be taken back.

    Asks do not see one another: whoever queues several for one member at a time asks again in
    between, or leaves it to the gate.
    """
    asks = offering(setting, asks)
    known = standings(tx, setting, asks, leaving=leaving)
    return [rule(ask, standing, setting.governing.rules(ask.persona, ask.circle), setting.now)
            for ask, standing in zip(asks, known, strict=True)]  # fmt: skip


def ask_feed(
    tx: Tx, setting: Setting, persona: str, do: str, circle: str = "", sells: bool = False
) -> Ruling:
    """Whether a post may go to groups (``do`` is group_post) or moments (moment) now."""
    feed = _feed(tx, setting, persona, do, circle)
    return rule_feed(feed, setting.governing.rules(persona, circle), setting.now, sells=sells)


def _feed(tx: Tx, setting: Setting, persona: str, do: str, circle: str) -> Feed:
    mix, cast, zone = setting.mix, setting.cast, setting.cast.zone
    begins, _, days = month(setting.now, zone)
    since = min(begins, setting.now - mix.ms("window"), setting.now - facts.WINDOW)
    posts = facts.posts(tx, persona, do, since)
    moment = do == "moment"
    own = setting.governing.circles.get(circle)
    share = own.promo_share if own is not None else None
    return Feed(
        zone=zone, moment=moment, month_days=days, gap=mix.promo_gap, window=mix.ms("window"),
        posts=tuple(Said(at, sells_with(cast, content)) for at, content in posts),
        bulk=0 if moment else facts.most_in_group(tx, persona, begins),
        share=mix.cap(persona, "moment" if moment else "group") if share is None else share,
        persona=persona_out(setting, persona), blackout=silent(setting, do, persona),
    )  # fmt: skip


def refused(tx: Tx, setting: Setting, ruled: Iterable[tuple[Ask, Ruling]]) -> None:
    """Adds every ruling that is not a yes to the day's sums."""
    day = local(setting.now, setting.cast.zone).date().isoformat()
    sums = Counter((ask.persona, _plan(ask.origin), ruling.answer, ruling.code)
                   for ask, ruling in ruled if ruling.answer != "yes")  # fmt: skip
    facts.refused(tx, [facts.Refused(day, *key, n) for key, n in sorted(sums.items())])


def _plan(origin: str) -> str:
    """``flow:care7:day3`` is of the flow ``flow:care7``."""
    return ":".join(origin.split(":")[:2])
