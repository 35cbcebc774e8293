"""Pages that are looked at: a circle, one activity, points, badges, results, rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import web

from bot.community.rules import Community
from bot.store import codec, entering, memberview, missions, rewards, runs, seeds
from bot.store.claiming import Offer
from bot.store.engine import Row, Tx
from bot.store.rewards import Grant
from bot.store.seeds import Standing as Asked
from bot.web.member import taken, words
from bot.web.member.gate import Route
from bot.web.member.standing import Standing, standing
from bot.web.member.taken import Card, Checkin, Part
from bot.web.member.visit import Me, Refused, Visit
from scheduler import entitling

SHOWN, WINNERS = 30, 200
# What a stranger checks a draw with; the same as in docs/activities.md.
SCRIPT = """\
import json
from hashlib import sha256

digest = lambda text: sha256(text.encode()).hexdigest()
doc = json.load(open("draw.json", encoding="utf-8"))
spelt = "".join("春夏秋冬风雨山水花竹松月茶杯壶盏"[int(one, 16)] for one in digest(doc["seed"]))
assert spelt == doc["seed_hash"], "not the secret that was announced"
every = digest("\\n".join(sorted(doc["tickets"])))
order = sorted(doc["tickets"], key=lambda one: digest(f"{doc['seed']}/{every}/{one}"))
assert order[: len(doc["winners"])] == doc["winners"], "not the winners"
print("as it was announced:", doc["winners"])
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A circle as its pages name it; ``inside``: he is in it; ``others``: circles that he may look
    at instead; ``rules`` None: nothing is earned there."""

    id: str
    title: str
    inside: bool
    others: Mapping[str, str]
    rules: Community | None


def place_of(visit: Visit, me: Me, circle: str) -> Place:
    """Raises Refused for no circle of ours."""
    cast = visit.pages.cast
    if circle not in cast.circles:
        raise Refused(404, "error.nothing")
    others = {id: cast.circles[id].title for id in sorted(me.circles)
              if id in cast.circles and id != circle}  # fmt: skip
    return Place(id=circle, title=cast.circles[circle].title, inside=circle in me.circles,
                 others=others, rules=cast.communities.get(circle))  # fmt: skip


async def home(visit: Visit) -> web.Response:
    """On to his circle: the one that the link was for, else one that he is in."""
    circle = await visit.read(_first, visit)
    return visit.go(f"/c/{circle}" if circle else "/me")


def _first(tx: Tx, visit: Visit) -> str:
    me, cast = visit.me(tx), visit.pages.cast
    assert visit.held is not None
    ranked = memberview.ranked(tx, me.person)
    mine = sorted(me.circles, key=lambda one: one not in cast.communities)
    wishes = (visit.held.circle, *(one for one in ranked if one in me.circles), *mine, *ranked,
              *cast.communities)  # fmt: skip
    return next((one for one in wishes if one in cast.circles), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A circle as he finds it. ``asked``: the invitation to be a seed user that waits for his
    answer; ``missions``: there are some for him."""

    place: Place
    it: Standing | None
    checkins: Sequence[Checkin]
    cards: Sequence[Card]
    asked: Asked | None
    missions: bool


async def circle(visit: Visit) -> web.Response:
    """What goes on in a circle, and what he has there."""
    found = await visit.read(_circle, visit, visit.part("circle"))
    now = [one for one in found.cards if one.state in ("open", "early")]
    over = [one for one in found.cards if one not in now][:3]
    return visit.page("home.html", place=found.place, it=found.it, checkins=found.checkins, on=now,
                      over=over, asked=found.asked, missions=found.missions)  # fmt: skip


def _circle(tx: Tx, visit: Visit, circle: str) -> Home:
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    asked = next((one for one in seeds.standing_of(tx, me.person, visit.now)
                  if one.circle == circle and one.state == "asked"), None)  # fmt: skip
    some = any(one.circle == circle for one in visit.pages.cast.missions.values())
    return Home(
        place=place, it=standing_in(tx, visit, place, me), cards=taken.cards(tx, visit, me, circle),
        checkins=taken.checkins(tx, visit, me, circle), asked=asked,
        missions=some and missions.may(tx, me.person, circle, visit.now),
    )  # fmt: skip


def standing_in(tx: Tx, visit: Visit, place: Place, me: Me) -> Standing | None:
    """What he has there; None where nothing is earned."""
    if place.rules is None:
        return None
    return standing(tx, place.rules, me, entering.today(tx, visit.who(), visit.now))


async def activity(visit: Visit) -> web.Response:
    """One activity: what it is, his part in it, what others handed in."""
    found = await visit.read(_activity, visit, visit.part("circle"), visit.part("activity"))
    if isinstance(found, Place):
        return visit.go(f"/c/{found.id}")
    place, it, shown, votes, winners = found
    share = f"{visit.pages.passes.base}{visit.request.path}?t={quote(it.signed)}"
    return visit.page("activity.html", place=place, it=it, share=share, shown=shown, votes=votes,
                      total=sum(votes.values()), winners=winners, why=lambda row: why(visit, row),
                      ticket=visit.request.query.get("t", "")[:20])  # fmt: skip


Whole = tuple[Place, Part, list[Row], dict[str, int], list[Row]]


def _activity(tx: Tx, visit: Visit, circle: str, activity: str) -> Whole | Place:
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    made = visit.pages.cast.activities.get(activity)
    if made is None or made.circle != circle:
        raise Refused(404, "error.nothing")
    card = taken.card(tx, visit, me, activity)
    if made.kind == "checkin" or card is None:
        return place
    it = taken.part(tx, visit, me, card, visit.setting(tx))
    run = card.run["id"]
    shown = memberview.shown(tx, run, circle, it.made.consent, SHOWN) if _shows(it) else []
    votes = memberview.votes(tx, run)
    winners = memberview.winners(tx, [run], circle, WINNERS)
    return place, it, [_said(row, me) for row in shown], votes, [_won(one, me) for one in winners]


def _shows(it: Part) -> bool:
    """Entries of others are shown where whoever handed them in agreed to it."""
    return bool(it.made.consent) and it.made.kind != "quiz"


def _said(row: Row, me: Me) -> Row:
    data: dict[str, Any] = codec.from_json(row["data"])
    return {**row, "text": str(data.get("text", "")), "mine": row["member"] == me.person,
            "media": [str(one) for one in data.get("media", ())]}  # fmt: skip


def _won(row: Row, me: Me) -> Row:
    return {**row, "mine": row["member"] == me.person}


def why(visit: Visit, row: Row) -> str:
    """Why somebody won: what was counted, in words; what a colleague wrote stays as it is."""
    word, _, number = str(row["why"]).partition(" ")
    key = f"won.{word}"
    return visit.t(key, n=number) if words.known(key) else str(row["why"])


async def results(visit: Visit) -> web.Response:
    """What was decided of late: who won, and why."""
    place, over, winners = await visit.read(_results, visit, visit.part("circle"))
    return visit.page("results.html", place=place, over=over, winners=winners, script=SCRIPT,
                      why=lambda row: why(visit, row))  # fmt: skip


def _results(
    tx: Tx, visit: Visit, circle: str
) -> tuple[Place, list[Card], dict[str, list[Row]]]:  # fmt: skip
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    over = [one for one in taken.cards(tx, visit, me, circle) if one.state in ("judged", "closed")]
    winners: dict[str, list[Row]] = {}
    ids = [one.run["id"] for one in over]
    for row in memberview.winners(tx, ids, circle, WINNERS):
        winners.setdefault(row["run"], []).append(_won(row, me))
    return place, over, winners


async def proof(visit: Visit) -> web.Response:
    """What anybody needs to check a draw; it leads to nobody."""
    row = await visit.read(runs.get, visit.part("run"))
    if row is None or not row["proof"]:
        raise Refused(404, "error.nothing")
    headers = {"Content-Disposition": 'attachment; filename="draw.json"'}
    return web.Response(body=orjson.dumps(codec.from_json(row["proof"])), headers=headers,
                        content_type="application/json")  # fmt: skip


async def rights(visit: Visit) -> web.Response:
    """What he may take, and what he got."""
    place, found, offers, grants = await visit.read(_rights, visit, visit.part("circle"))
    return visit.page("rights.html", place=place, it=found, offers=offers, grants=grants)


def _rights(
    tx: Tx, visit: Visit, circle: str
) -> tuple[Place, Standing | None, Sequence[Offer], Sequence[Grant]]:
    me = visit.me(tx)
    place = place_of(visit, me, circle)
    offers = [one for one in entitling.offers(tx, visit.setting(tx), me.person)
              if one.circle == circle]  # fmt: skip
    return place, standing_in(tx, visit, place, me), offers, rewards.grants_of(tx, me.person)


def _get(path: str, handler: Any, *, known: bool = True) -> Route:
    return Route("GET", path, handler, known=known)


HOME = _get("", home)
ROUTES = (
    HOME, _get("/c/{circle}", circle), _get("/c/{circle}/a/{activity}", activity),
    _get("/c/{circle}/results", results),
    _get("/c/{circle}/rights", rights), _get("/proof/{run}", proof, known=False),
)  # fmt: skip
