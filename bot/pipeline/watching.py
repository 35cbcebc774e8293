"""What was said is looked at by the rules of moderation: found while the turn is decided, kept in
the transaction that ends it. Nothing of it changes what the persona answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.community.moderating import Moderation, Where, flags
from bot.core.contacts import is_external
from bot.core.model import GROUP_PEER, Inbound
from bot.library.speech import Setting
from bot.pipeline import overheard
from bot.pipeline.archive import CHANNEL as ARCHIVE
from bot.pipeline.drafting import Answer
from bot.pipeline.feelings import audible, felt
from bot.pipeline.rated import work_out as rated
from bot.pipeline.turn import Result
from bot.store import moderation
from bot.store.engine import Tx
from bot.store.moderation import Heard
from bot.store.turns import Claimed


def work_out(held: Claimed, setting: Setting, answer: Answer | None = None) -> Result:
    """As ``rated.work_out``, with moods and what the rules found."""
    result, rules = rated(held, setting, answer), setting.cast.moderation
    finish = audible(held, felt(held, result.finish), setting.listens)
    result = replace(result, finish=finish,
                     takes=(*result.takes, *overheard.wishes(held, setting)))  # fmt: skip
    if rules is None:
        return result
    return replace(result, heard=tuple(heard(held, setting, rules)), rulebook=rules)


def keep(tx: Tx, result: Result, now: int) -> None:
    """Makes cases of it."""
    rules = result.rulebook
    if rules is not None:
        for one in result.heard:
            moderation.keep(tx, one, rules, now)


def heard(held: Claimed, setting: Setting, rules: Moderation) -> Iterator[Heard]:
    """Everything that was said where a rule looks."""
    own = setting.cast.brand.link_domains
    for message in held.messages:
        found = _place(message) if message.kind != "event" and message.text.strip() else None
        if found is None or not any(found[0] in rule.where for rule in rules.rules.values()):
            continue
        spot, place, who = found
        channel = "contact" if message.channel == ARCHIVE else message.channel
        yield Heard(
            source=message.dedupe, spot=spot, place=place, text=message.text,
            said_at=message.sent_at, account=message.account,
            persona=setting.cast.persona_of(channel, message.account) or "",
            member="" if spot == "internal" else who or held.member.id,
            staff=who if spot == "internal" else "",
            flags=tuple(flags(rules, spot, message.text, own)),
        )  # fmt: skip


def _place(message: Inbound) -> tuple[Where, str, str] | None:
    """Where it was said, in which chat, and by whom; None: where no rule ever looks. What
    colleagues say in customer groups is in the archive, too, and is theirs."""
    who = str(message.data.get("from", ""))
    if message.channel == "kf":
        return "kf", message.conversation, ""
    if message.channel == "robot" and message.peer.startswith(GROUP_PEER):
        return "internal", message.peer.removeprefix(GROUP_PEER), who
    if message.channel == ARCHIVE and is_external(who):
        alone = {who, *map(str, message.data.get("to", ()))}
        return ("group", message.peer, who) if message.peer not in alone else None
    return None
