"""What is said in a customer group counts where the archive shows it: check-ins, votes, a quiz with
all its answers, and what is handed in behind the word of an activity or as a picture beside it.
Nobody can be answered there, so what would be asked back counts nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.clock import MINUTE
from bot.core.contacts import is_external
from bot.core.model import Inbound
from bot.core.taking import Programme, Wish
from bot.library.speech import Setting
from bot.persona.taker import Taker
from bot.pipeline.archive import CHANNEL as ARCHIVE
from bot.store.turns import Claimed

# What counts with words behind the name: an entry, a choice, the answers of a quiz.
WRITTEN = frozenset({"topic", "wall", "wishlist", "contest", "cocreate", "vote", "quiz"})
PICTURED = frozenset({"topic", "contest"})
BESIDE = 2 * MINUTE  # so near to the word a picture goes with it


def wishes(held: Claimed, setting: Setting) -> Iterator[Wish]:
    """Those of people from outside, in groups."""
    if held.conversation.channel != ARCHIVE:
        return
    taker = setting.cast.taker
    said = [message for message in held.messages if _in_group(message)]
    for message in said:
        wish = taker.hear(message.text) if message.text.strip() else None
        if wish is None:
            continue
        wish = replace(wish, source=message.dedupe, media=_pictures(wish, message, said, taker))
        if _counts(wish, taker.programme):
            yield wish


def _in_group(message: Inbound) -> bool:
    who = str(message.data.get("from", ""))
    alone = {who, *map(str, message.data.get("to", ()))}
    return is_external(who) and message.peer not in alone


def _pictures(
    wish: Wish, word: Inbound, said: Iterable[Inbound], taker: Taker
) -> tuple[str, ...]:  # fmt: skip
    """His own pictures of that moment, where the activity takes some."""
    found = taker.programme.activity(wish.activity)
    if found is None or found.kind not in PICTURED:
        return ()
    return tuple(one.dedupe for one in said if one.kind == "image"
                 and one.data.get("from") == word.data.get("from")
                 and abs(one.sent_at - word.sent_at) <= BESIDE)  # fmt: skip


def _counts(wish: Wish, programme: Programme) -> bool:
    found = programme.activity(wish.activity)
    if found is None:
        return wish.do == "check_in" or (wish.do == "vote" and bool(wish.words))
    handed = bool(wish.words or wish.media)
    return found.kind == "checkin" or (found.kind in WRITTEN and handed)
