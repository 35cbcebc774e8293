"""Missions that a member may take, has taken, or hands in; and being asked to be a seed user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.community.mission import Mission
from bot.library.material import Piece, pieces
from bot.store import missions, photos, seeds
from bot.store.engine import Tx
from bot.store.missions import Card, Reply
from bot.web.member.gate import Route
from bot.web.member.reading import Place, place_of
from bot.web.member.taking import pictures_of
from bot.web.member.visit import CHANNEL, Me, Refused, Visit
from scheduler import seeding

DOES = ("take", "prove", "drop")
TOPIC = "seeds"


async def board(visit: Visit) -> web.Response:
    """His missions of a circle, with what to work with."""
    place, cards, texts = await visit.read(_board, visit, visit.part("circle"))
    return visit.page("missions.html", place=place, cards=cards, texts=texts)


def _board(
    tx: Tx, visit: Visit, circle: str
) -> tuple[Place, list[Card], Mapping[str, Sequence[Piece]]]:  # fmt: skip
    me, setting = visit.me(tx), visit.setting(tx)
    cards = [one for one in seeding.board(tx, setting, me.person) if one.mission.circle == circle]
    texts = {one.mission.id: list(pieces(setting, one.mission)) for one in cards}
    return place_of(visit, me, circle), cards, texts


async def do(visit: Visit) -> web.Response:
    """He takes one, hands in what shows that it is done, or gives it back."""
    circle, id, verb = (visit.part(name) for name in ("circle", "mission", "do"))
    made = visit.pages.cast.missions.get(id)
    if made is None or made.circle != circle or verb not in DOES:
        raise Refused(404, "error.nothing")
    visit.pictures = pictures_of(visit)
    reply = await visit.write(_done, visit, made, verb)
    visit.pages.tell(TOPIC)
    return visit.go(f"/c/{circle}/missions", reply.words, "good" if reply.ok else "wait")


def _done(tx: Tx, visit: Visit, made: Mission, verb: str) -> Reply:
    me, setting = visit.me(tx), visit.setting(tx)
    who = seeding.who(tx, setting, made, me.person, channel=CHANNEL, device=visit.browser)
    if verb == "take":
        return missions.take(tx, made, who, visit.now)
    if verb == "drop":
        return missions.drop(tx, made, who, visit.now)
    text, link = (visit.typed.get(name, "").strip() for name in ("text", "link"))
    return missions.prove(tx, made, who, visit.now, text=text, link=link,
                          media=_kept(tx, visit, me, made))  # fmt: skip


def _kept(tx: Tx, visit: Visit, me: Me, made: Mission) -> list[str]:
    if "photo" not in made.proof:
        return []
    kept = (photos.add(tx, me.person, f"mission:{made.id}", kind, content, visit.now)
            for kind, content in visit.pictures)  # fmt: skip
    return [one for one in kept if one]


async def answer(visit: Visit) -> web.Response:
    """He says yes or no to being a seed user."""
    circle = visit.part("circle")
    reply = await visit.write(_answer, visit, circle, visit.typed.get("answer") == "yes")
    visit.pages.tell(TOPIC)
    return visit.go(f"/c/{circle}", reply.words, "good" if reply.ok else "wait")


def _answer(tx: Tx, visit: Visit, circle: str, yes: bool) -> seeds.Reply:
    visit.me(tx)
    rules = visit.pages.cast.communities.get(circle)
    if rules is None:
        raise Refused(404, "error.nothing")
    return seeds.answer(tx, rules, visit.who(), yes, visit.now)


ROUTES = (
    Route("GET", "/c/{circle}/missions", board),
    Route("POST", "/c/{circle}/missions/{mission}/{do}", do, files=True),
    Route("POST", "/c/{circle}/seed", answer),
)
