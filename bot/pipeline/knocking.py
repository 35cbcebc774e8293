"""Who asks for a circle: how he stands to it, before the persona answers; and what becomes of it,
in the transaction that ends the turn."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from bot.core.door import Knock
from bot.library.cast import Cast
from bot.store import circles, circling
from bot.store.circling import CircleRefused
from bot.store.engine import Store, Tx
from bot.store.turns import Claimed

log = logging.getLogger(__name__)
ACTOR = "member"
BY_WISH, BY_HIMSELF = "open", "himself"


async def known(store: Store, cast: Cast, held: Claimed) -> Claimed:
    """The turn with how its member stands to the circles that he names; most name none."""
    most = _asked_for(cast, held)
    if not most:
        return held
    stands = await store.read(circles.standing, held.member.id, most)
    return replace(held, member=replace(held.member, circles=stands))


def _asked_for(cast: Cast, held: Claimed) -> Mapping[str, int]:
    """Circles that are named in what was said, each with how many it holds."""
    talk = held.conversation
    persona = cast.persona_of(talk.channel, talk.account)
    if persona is None or not cast.circles:
        return {}
    script = cast.scripts[persona]
    said = [m.text for m in held.messages if m.kind != "event" and m.text]
    wishes = (script.porter.hear(text) for text in (*said, "\n".join(said)))
    return {wish.circle: script.doors[wish.circle].most for wish in wishes if wish is not None}


def done(tx: Tx, member: str, knocks: Iterable[Knock], persona: str, now: int) -> None:
    """Lets him in, puts him in the queue, or takes him out. Where a colleague, or the words of the
    circle, were faster, it stays as they left it."""
    for knock in knocks:
        with suppress(CircleRefused):  # he is in by now
            _one(tx, member, knock, persona, now)
            log.info("circle %s: %s by chat", knock.circle, knock.do)


def _one(tx: Tx, member: str, knock: Knock, persona: str, now: int) -> None:
    if knock.do == "enter":
        circling.admit(tx, knock.circle, member, now, rule=BY_WISH, actor=ACTOR, persona=persona)
    elif knock.do == "apply":
        circling.apply(tx, knock.circle, member, knock.answers, now)
    else:
        circling.withdraw(tx, knock.circle, member, now, by=BY_HIMSELF, actor=ACTOR)
