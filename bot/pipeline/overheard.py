"""What is said in a customer group counts where the archive shows it: check-ins, and what is handed
in behind the word of an activity. Nobody can be answered there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.contacts import is_external
from bot.core.model import Inbound
from bot.core.taking import Programme, Wish
from bot.library.speech import Setting
from bot.pipeline.archive import CHANNEL as ARCHIVE
from bot.store.turns import Claimed

WRITTEN = frozenset({"topic", "wall", "wishlist"})


def wishes(held: Claimed, setting: Setting) -> Iterator[Wish]:
    """Those of people from outside, in groups."""
    if held.conversation.channel != ARCHIVE:
        return
    taker = setting.cast.taker
    for message in held.messages:
        wish = taker.hear(message.text) if _in_group(message) else None
        if wish is not None and _counts(wish, taker.programme):
            yield replace(wish, source=message.dedupe)


def _in_group(message: Inbound) -> bool:
    who = str(message.data.get("from", ""))
    alone = {who, *map(str, message.data.get("to", ()))}
    return bool(message.text.strip()) and is_external(who) and message.peer not in alone


def _counts(wish: Wish, programme: Programme) -> bool:
    found = programme.activity(wish.activity)
    if found is None:
        return wish.do == "check_in"
    return found.kind == "checkin" or (found.kind in WRITTEN and bool(wish.words))
