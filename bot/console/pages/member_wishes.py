"""What a colleague notes on a member's word: what he wants to get and what his data may be used
for, what he worries about, what accounts call him; and the decision where two sides disagree."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.member_one import at, person_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.needs import NEEDS, WORD_MAX
from bot.store import feedback, optouts, persons, wishes
from bot.store.engine import Tx

WHY_MAX, REMARK_MAX = 200, 20  # characters; the platform's bound of a remark


async def wish(visit: Visit) -> web.Response:
    """One scope, as he said it, with how he said it."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    scope, choice = visit.typed.get("scope", ""), visit.typed.get("choice", "")
    why = visit.typed.get("why", "").strip()[:WHY_MAX]
    if choice not in optouts.CHOICES.get(scope, ()):
        raise Refused(422, "wishes.none")
    if not why:
        return visit.go(f"{at(person)}#consents", "bad", "wishes.no_why")
    await visit.write(optouts.put, person, scope, choice, visit.who.login, visit.now, why)
    visit.console.bells.ring("taps")
    return visit.go(f"{at(person)}#consents", "good", "wishes.kept")


async def need(visit: Visit) -> web.Response:
    """A worry or a wish that he told."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    kind, word = visit.typed.get("kind", ""), visit.typed.get("word", "").strip()[:WORD_MAX]
    if kind not in NEEDS or not word:
        raise Refused(422, "wishes.no_need")
    try:
        await visit.write(feedback.note_need, person, f"{kind}:{word}", visit.now, visit.who.login)
    except ValueError:
        return visit.go(f"{at(person)}#needs", "bad", "wishes.no_need")
    return visit.go(f"{at(person)}#needs", "good", "wishes.need_kept")


async def unneed(visit: Visit) -> web.Response:
    """A need, or feedback, was none."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    if not await visit.write(_take_back, visit, person, visit.typed.get("event", "")):
        raise Refused(404, "wishes.need_gone")
    return visit.go(f"{at(person)}#needs", "good", "wishes.need_back")


def _take_back(tx: Tx, visit: Visit, person: str, event: str) -> bool:
    """False when nothing of his was noted by that event."""
    needs, said = feedback.of_member(tx, person)
    if event not in {row["event"] for row in (*needs, *said)}:
        return False
    feedback.take_back(tx, person, [event], visit.now, visit.who.login)
    return True


async def remark(visit: Visit) -> web.Response:
    """What an account notes beside his name, in its own client too."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    text = visit.typed.get("remark", "").strip()
    if len(text) > REMARK_MAX:
        return visit.go(f"{at(person)}#friends", "bad", "wishes.remark_long", n=REMARK_MAX)
    done = await visit.write(_remark, visit, person, text)
    return visit.go(f"{at(person)}#friends", "good" if done else "wait",
                    "wishes.told" if done else "wishes.same")  # fmt: skip


def _remark(tx: Tx, visit: Visit, person: str, text: str) -> bool:
    member, account = _friend(tx, visit, person)
    return wishes.note(tx, member, account, wishes.REMARK, text, visit.now, visit.who.login)


def _friend(tx: Tx, visit: Visit, person: str) -> tuple[str, str]:
    """Of which of his friendships a form speaks. Raises Refused."""
    member = visit.typed.get("friend", "")
    if member not in persons.ids_of(tx, person):
        raise Refused(404, "members.gone")
    return member, visit.typed.get("account", "")


async def tag(visit: Visit) -> web.Response:
    """A corporate tag at one account: on, or off."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    done = await visit.write(_tag, visit, person)
    return visit.go(f"{at(person)}#friends", "good" if done else "wait",
                    "wishes.told" if done else "wishes.same")  # fmt: skip


def _tag(tx: Tx, visit: Visit, person: str) -> bool:
    member, account = _friend(tx, visit, person)
    id, worn = visit.typed.get("tag", ""), visit.typed.get("worn", "") == "1"
    return bool(id) and wishes.tag(tx, member, account, id, worn, visit.now, visit.who.login)


async def decide(visit: Visit) -> web.Response:
    """Ours goes out over theirs, or is dropped."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    done = await visit.write(_decide, visit, person)
    return visit.go(f"{at(person)}#friends", "good" if done else "wait",
                    "wishes.decided" if done else "wishes.decided_before")  # fmt: skip


def _decide(tx: Tx, visit: Visit, person: str) -> bool:
    member, account = _friend(tx, visit, person)
    field, ours = visit.typed.get("field", ""), visit.typed.get("ours", "") == "1"
    return wishes.decide(tx, member, account, field, ours, visit.now, visit.who.login)


EDIT = Right.MEMBERS_EDIT
PAGE = Page(routes=tuple(
    Route(method="POST", path=f"/members/{act.__name__}", handler=act, needs=EDIT)
    for act in (wish, need, unneed, remark, tag, decide)
))  # fmt: skip
