"""What a persona noticed in the messages of a turn, with the message each was said in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.model import Decision, Inbound
from bot.store.noticed import Noticed
from bot.store.turns import Claimed


def noticed_in(
    held: Claimed, parts: Iterable[tuple[Sequence[Inbound], Decision]]
) -> tuple[Noticed, ...]:
    """Of each decision that noticed something, in the last of its messages."""
    ids = {m.dedupe: i for m, i in zip(held.messages, held.ids, strict=True)}
    found = (Noticed(message=last, inbox=ids.get(last.dedupe, 0), needs=decision.needs,
                     opinions=decision.opinions, consents=decision.consents)
             for messages, decision in parts for last in messages[-1:])  # fmt: skip
    return tuple(one for one in found if not one.empty)
