"""What a lead does with standings: badges given and taken back, points put right, what does not
count struck out, a code-name given, a right taken back. Each with its reason, in the audit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.activity_acts import why_of
from bot.console.pages.community_read import TOPIC, Asked, at, must
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.store import claiming, honouring, people
from bot.store.engine import Tx
from bot.store.honouring import CommunityRefused

Act = Callable[[Tx, Visit, Asked, str], str]  # the key of what it says afterwards


def _give(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    done = honouring.honour(tx, here.rules, visit.typed.get("badge", ""), member, visit.now,
                            why=why_of(visit), actor=visit.who.login)  # fmt: skip
    return "given" if done else "has_it"


def _take(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    done = honouring.unhonour(tx, here.id, visit.typed.get("badge", ""), member, visit.now,
                              why=why_of(visit), actor=visit.who.login)  # fmt: skip
    return "taken" if done else "has_not"


def _points(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    text = visit.typed.get("n", "").strip().replace("－", "-").replace("＋", "+")
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
        raise CommunityRefused(text)
    honouring.correct(tx, here.rules, member, int(text), visit.now, why=why_of(visit),
                      actor=visit.who.login)  # fmt: skip
    return "corrected"


def _strike(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    back = visit.typed.get("do") == "back"
    honouring.strike(tx, visit.typed.get("event", "")[:500], visit.now, back=back,
                     why=why_of(visit), actor=visit.who.login)  # fmt: skip
    return "struck_back" if back else "struck"


def _name(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    honouring.name(tx, here.rules, member, visit.typed.get("name", "").strip(), visit.now,
                   actor=visit.who.login)  # fmt: skip
    return "named"


def _claw(tx: Tx, visit: Visit, here: Asked, member: str) -> str:
    why = why_of(visit)
    if not why:
        raise CommunityRefused("say why")
    claiming.take_back(tx, visit.typed.get("event", "")[:500], visit.now, why=why,
                       actor=visit.who.login)  # fmt: skip
    return "clawed"


ACTS: Mapping[str, Act] = {"give": _give, "take": _take, "points": _points, "strike": _strike,
                           "name": _name, "claw": _claw}  # fmt: skip
WITHOUT_WHY = frozenset({"name"})


def acting(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one act."""

    async def handle(visit: Visit) -> web.StreamResponse:
        here, member = must(visit, visit.typed.get("c", "")), visit.typed.get("m", "")[:200]
        back = at("/one", c=here.id, m=member)
        if verb not in WITHOUT_WHY and not why_of(visit):
            return visit.go(back, "bad", "activities.say_why")

        def write(tx: Tx) -> str:
            if people.known(tx, member) is None:
                raise CommunityRefused(member)
            return ACTS[verb](tx, visit, here, member)

        try:
            said = await visit.write(write)
        except CommunityRefused:
            return visit.go(back, "bad", f"community_refused.{verb}")
        visit.console.bells.ring(TOPIC)
        visit.console.bells.ring("due")
        return visit.go(back, "wait" if said.startswith("has") else "good",
                        f"community_done.{said}")  # fmt: skip

    return handle


PAGE = Page(routes=tuple(
    Route(method="POST", path=f"/community/{verb}", handler=acting(verb),
          needs=Right.COMMUNITY_ACT) for verb in ACTS))  # fmt: skip
