"""What the messages of a turn sound like: kept with each of them, and a reason to hold offers back;
and which of them a machine is to listen to first. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.core.contacts import is_external
from bot.core.model import Inbound
from bot.persona.feeling import Feeling, feel
from bot.store.turns import ARCHIVED, Claimed, Finish


def felt(held: Claimed, finish: Finish) -> Finish:
    """The same, with the mood of each message that shows one. Whoever is upset is so however the
    script answered him."""
    said = zip(held.ids, held.messages, strict=True)
    found = {row: feel(message.text) for row, message in said if _his(message)}
    moods = {row: kept(one) for row, one in found.items() if one.mood}
    if not moods:
        return finish
    upset = finish.upset or any(one.low for one in found.values())
    return replace(finish, moods=moods, upset=upset)


def audible(held: Claimed, finish: Finish, kinds: Collection[str]) -> Finish:
    """The same, with the voices and videos that a machine is to listen to. Only files of kf chats
    can be fetched."""
    said = zip(held.ids, held.messages, strict=True)
    found = tuple(row for row, message in said
                  if message.kind in kinds and message.channel == "kf"
                  and message.data.get("media_id"))  # fmt: skip
    return replace(finish, listen=found) if found else finish


def kept(feeling: Feeling) -> str:
    """A mood and its words, as they are stored."""
    return "\t".join((feeling.mood, *feeling.words))


def _his(message: Inbound) -> bool:
    """True for words of a member's own: no event, no line of a menu of ours, no colleague's."""
    if message.kind == "event" or not message.text or message.data.get("menu_id"):
        return False
    return message.channel != ARCHIVED or is_external(str(message.data.get("from", "")))
