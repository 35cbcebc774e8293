"""What a member does at the page. Each goes through the same functions as at any other door, and is
answered in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from bot.community.activity import Activity
from bot.core import pictures
from bot.store import honouring, memberview, persons, photos, runs, taking_part
from bot.store.answers import Answer, Who
from bot.store.engine import Tx
from bot.store.honouring import CommunityRefused
from bot.web.member.gate import Route
from bot.web.member.visit import Refused, Visit
from scheduler import entitling

TOPIC = "activities"
Do = Callable[[Tx, Visit, Activity, Who], Answer]


def _check(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    return taking_part.check_in(tx, made, who, visit.now, visit.typed.get("text", "").strip())


def _sign(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    return taking_part.sign_up(tx, made, who, visit.now)


def _team(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    return taking_part.join_team(tx, made, who, visit.now, visit.typed.get("team", ""))


def _vote(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    return taking_part.vote(tx, made, who, visit.now, visit.typed.get("choice", ""))


def _help(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    return taking_part.help_with(tx, made, who, visit.now, visit.typed.get("ticket", ""))


def _quiz(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    said = [visit.typed.get(f"q{n}", "") for n in range(1, len(made.questions) + 1)]
    answers = [int(one) for one in said if one.isdecimal() and len(one) < 3]
    return taking_part.submit(tx, made, who, visit.now, answers=answers)


def _submit(tx: Tx, visit: Visit, made: Activity, who: Who) -> Answer:
    kept = _photos(tx, visit, made, who)
    return taking_part.submit(tx, made, who, visit.now, text=visit.typed.get("text", "").strip(),
                              media=kept, option=visit.typed.get("option", ""))  # fmt: skip


DOES: Mapping[str, Do] = {
    "check": _check, "sign": _sign, "team": _team, "vote": _vote, "help": _help, "quiz": _quiz,
    "submit": _submit,
}  # fmt: skip


def _photos(tx: Tx, visit: Visit, made: Activity, who: Who) -> Sequence[str]:
    """Pictures that came with the form, kept with the run that is on."""
    row = runs.current(tx, made.id, visit.now)
    if row is None or made.media not in ("photo", "any"):
        return ()
    person = persons.person_of(tx, [who.member])[who.member]
    kept = [photos.add(tx, person, row["id"], kind, content, visit.now)
            for kind, content in visit.pictures]  # fmt: skip
    return [one for one in kept if one]


def pictures_of(visit: Visit) -> list[tuple[str, bytes]]:
    """Pictures that came with a form. Raises Refused for what is none, or too large."""
    found = []
    for given in visit.files.values():
        if not given.filename:
            continue
        content = given.file.read(visit.pages.config.member_page.photo_bytes + 1)
        if len(content) > visit.pages.config.member_page.photo_bytes:
            raise Refused(413, "error.large")
        picture = pictures.plain(content) if content else None
        if content and picture is None:
            raise Refused(415, "error.picture")
        found += [picture] if picture else []
    return found[: photos.EACH_MAX]


async def do(visit: Visit) -> web.Response:
    """One of them; what became of it stands above the next page."""
    circle, id, verb = (visit.part(name) for name in ("circle", "activity", "do"))
    made, act = visit.pages.cast.activities.get(id), DOES.get(verb)
    if made is None or made.circle != circle or act is None:
        raise Refused(404, "error.nothing")
    visit.pictures = pictures_of(visit)
    try:
        answer = await visit.write(_done, visit, made, act)
    except _Undone as exc:
        answer = exc.answer
    visit.pages.tell(TOPIC)
    where = f"/c/{circle}" if verb == "check" else f"/c/{circle}/a/{id}"
    return visit.go(where, answer.words, "good" if answer.ok else "wait")


def _done(tx: Tx, visit: Visit, made: Activity, act: Do) -> Answer:
    me = visit.me(tx)
    fits = entitling.of_audience(tx, visit.setting(tx), made.limits.audience, me.person)
    agrees = visit.typed.get("agrees", "") == "1"
    answer = act(tx, visit, made, visit.who(fits=fits, agrees=agrees))
    if not answer.ok and visit.pictures:
        raise _Undone(answer)
    return answer


class _Undone(Exception):
    """Nothing was recorded, so no picture is kept either."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.state)


async def claim(visit: Visit) -> web.Response:
    """He takes a right, exactly as often as the rules allow."""
    circle = visit.part("circle")
    try:
        await visit.write(_claim, visit, circle, visit.typed.get("right", ""))
    except CommunityRefused:
        return visit.go(f"/c/{circle}/rights", visit.t("rights.refused"), "wait")
    return visit.go(f"/c/{circle}/rights", visit.t("rights.done"))


def _claim(tx: Tx, visit: Visit, circle: str, right: str) -> None:
    entitling.claim(tx, visit.setting(tx), circle, right, visit.me(tx).person)


async def name(visit: Visit) -> web.Response:
    """What he wants to be called in the circle."""
    circle = visit.part("circle")
    try:
        found = await visit.write(_name, visit, circle, visit.typed.get("name", ""))
    except CommunityRefused:
        return visit.go(f"/c/{circle}/name", visit.t("name.refused"), "wait")
    return visit.go(f"/c/{circle}", visit.t("name.done", name=found))


def _name(tx: Tx, visit: Visit, circle: str, wish: str) -> str:
    me, rules = visit.me(tx), entitling.rules_of(visit.setting(tx), circle)
    return honouring.name(tx, rules, me.person, wish, visit.now, actor=me.person)


async def names(visit: Visit) -> web.Response:
    """Names that he may choose."""
    circle = visit.part("circle")
    rules = visit.pages.cast.communities.get(circle)
    if rules is None or not rules.codenames.pool:
        raise Refused(404, "error.nothing")
    mine, free = await visit.read(_names, visit, circle, rules.codenames.pool)
    return visit.page("name.html", circle=circle, title=visit.pages.cast.circles[circle].title,
                      mine=mine, free=free, every=rules.codenames.change_every)  # fmt: skip


def _names(tx: Tx, visit: Visit, circle: str, pool: Sequence[str]) -> tuple[str, list[str]]:
    me = visit.me(tx)
    mine, _ = memberview.codename(tx, me.person, circle)
    return mine, memberview.free_names(tx, circle, pool)


ROUTES = (
    Route("POST", "/c/{circle}/a/{activity}/{do}", do, files=True),
    Route("POST", "/c/{circle}/claim", claim),
    Route("GET", "/c/{circle}/name", names),
    Route("POST", "/c/{circle}/name", name),
)
