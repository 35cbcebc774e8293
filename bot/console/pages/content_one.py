"""One template: a version of it, how it reads, what changed, and everything that was decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.console import origins
from bot.console.byfield import by_field
from bot.console.deciders import deciders
from bot.console.page import Page, Route
from bot.console.pages.campaign_read import names_of
from bot.console.pages.content import LATELY, at
from bot.console.pages.content_edit import name_of
from bot.console.pages.content_words import differences, merged, refused
from bot.console.pages.inbox_list import cast_of
from bot.console.rights import Right
from bot.console.studio import KIND, Brief, brief_of
from bot.console.visit import Refused, Visit
from bot.core.content import ContentRefused
from bot.library.desk import ContentDesk, writers
from bot.library.usage import Use, usage
from bot.store import results, review, ugc, versions, wanted
from bot.store.engine import Row, Tx
from bot.store.results import Result
from bot.store.review import APPROVED, RETIRED, REVIEW, Standing
from bot.store.versions import Edition
from bot.studio import variants
from bot.studio.template import BULK, GENRES, KINDS, ORIGINS

NOTE_MAX = 500
TRAIL_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One wording of several: what was sent of it lately, and after how many the member wrote."""

    name: str
    serving: int | None
    sent: int
    talks: int
    wrote: int

    @property
    def share(self) -> str:
        """In percent, where there is anything to count."""
        return f"{self.wrote / self.talks:.0%}" if self.talks else ""


def sides(tx: Tx, name: str, since: int) -> Sequence[Side]:
    """The wordings of a template that is sent to one person at a time; none where there is only
    one."""
    if KINDS[name.partition("/")[0]] in BULK:
        return ()
    names = variants.family(name, versions.names(tx, KIND))
    if len(names) < 2:
        return ()
    sent, wrote = results.of(tx, names, since), results.followed(tx, names, since)
    found = []
    for one in names:
        after = [row for (content, _), row in wrote.items() if content == one]
        held = versions.serving(tx, KIND, one)
        found.append(Side(name=one, serving=held.version if held else None,
                          sent=sum(row.sent for row in sent.get(one, ())),
                          talks=sum(row.sent for row in after),
                          wrote=sum(row.wrote for row in after)))  # fmt: skip
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """A template as one version of it is looked at. ``against``: what that is compared with;
    ``withheld``: why what serves may not be used; ``deciders``: who may approve this version."""

    brief: Brief
    edition: Edition
    standing: Standing
    newest: int
    serving: int | None
    against: Edition | None
    versions: Sequence[Standing]
    trail: Sequence[Row]
    results: Sequence[Result]
    sides: Sequence[Side]
    hands: frozenset[str]
    file_note: str
    file_waits: bool
    withheld: str
    deciders: Sequence[str]

    @property
    def goes_back(self) -> bool:
        """True for a version that may be put into service again."""
        return self.standing.state in (APPROVED, RETIRED) and self.serving != self.edition.version

    @property
    def serves(self) -> bool:
        """True when this version is what serves."""
        return self.serving == self.edition.version


def _one(
    tx: Tx, name: str, version: int | None, against: int | None, since: int, four_eyes: bool
) -> One:  # fmt: skip
    """Raises Refused."""
    known = review.of(tx, KIND, name)
    if not known:
        raise Refused(404, "content.gone")
    wanted_one = next((one for one in known if one.version == version), None)
    standing = known[-1] if version is None else wanted_one
    if standing is None:
        raise Refused(404, "content.gone")
    held, edition = versions.serving(tx, KIND, name), _get(tx, name, standing.version)
    serving = held.version if held else None
    assert edition is not None
    hands = frozenset(writers(tx, KIND, name, standing.version))
    file = next((one for one in wanted.standing(tx) if (one.kind, one.name) == (KIND, name)), None)
    return One(
        brief=brief_of(name, edition.files), edition=edition, standing=standing,
        newest=known[-1].version, serving=serving, versions=known[::-1],
        against=_get(tx, name, _against(against, serving, standing)),
        trail=merged(review.trail(tx, KIND, name))[: -TRAIL_MAX - 1 : -1],
        results=results.of(tx, [name]).get(name, ()),
        sides=sides(tx, name, since),
        hands=hands, deciders=deciders(tx, Right.CONTENT_APPROVE, hands, four_eyes),
        file_note=file.note if file else "", file_waits=file is not None,
        withheld=ugc.withheld(tx).get(name, ""),
    )  # fmt: skip


def _get(tx: Tx, name: str, version: int | None) -> Edition | None:
    return None if version is None else versions.get(tx, KIND, name, version)


def _against(asked: int | None, serving: int | None, standing: Standing) -> int | None:
    """What was asked for; else what serves; for that which serves, what it was made from."""
    if asked is not None:
        return asked
    return serving if serving not in (None, standing.version) else standing.base or None


def _number(visit: Visit, name: str) -> int | None:
    text = visit.query(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


async def show(visit: Visit) -> web.Response:
    """The page."""
    name = name_of(visit)
    four_eyes = visit.console.config.content.four_eyes
    found = await visit.read(_one, name, _number(visit, "v"), _number(visit, "from"),
                             visit.now - LATELY, four_eyes)  # fmt: skip
    cast = cast_of(visit)
    look = await visit.console.studio.look(name, found.edition.files, cast)
    uses: Sequence[Use] = usage(cast).get(variants.base_of(name), ()) if cast else ()
    own = four_eyes and visit.who.login in found.hands
    return await visit.page(
        "content_one.html", said_of=partial(by_field, visit.lang), by_fields=True,
        one=found, look=look, uses=uses, own=own, at=at, name=name,
        differences=differences(found.against, found.edition), genres=GENRES, origins=ORIGINS,
        open=found.standing.state == REVIEW, letter=_letter(found, name),
        used=lambda use: origins.used(cast, use) if cast else (use.what, ""), names=names_of(cast),
    )  # fmt: skip


def _letter(found: One, name: str) -> str:
    """The name of one more wording; empty where there can be none."""
    if KINDS[name.partition("/")[0]] in BULK or variants.base_of(name) != name:
        return ""
    taken = {side.name for side in found.sides}
    return next((f".{one}" for one in variants.LETTERS if f"{name}.{one}" not in taken), "")


async def queue(visit: Visit) -> web.Response:
    """What waits for a look, the longest first, and the drafts behind it."""

    def read(tx: Tx) -> tuple[Sequence[Standing], Sequence[Standing], Mapping[str, Brief]]:
        waits = [one for one in review.waiting(tx) if one.kind == KIND]
        newest = {one.newest.name: one.newest.version for one in review.newest(tx)
                  if one.newest.kind == KIND}  # fmt: skip
        drafts = [one for one in review.waiting(tx, "draft")
                  if newest.get(one.name) == one.version]  # fmt: skip
        return waits, drafts, visit.console.studio.briefs(tx, [*waits, *drafts])

    waits, drafts, briefs = await visit.read(read)
    return await visit.page("content_review.html", waits=waits, drafts=drafts[::-1],
                            briefs=briefs, at=at)  # fmt: skip


Act = Callable[[ContentDesk, str, int, str, str], Awaitable[object]]


def _back(desk: ContentDesk, name: str, version: int, actor: str, note: str) -> Awaitable[object]:
    return desk.roll_back(KIND, name, actor, version, note)


ACTS: Mapping[str, tuple[Act, Right]] = {
    "submit": (lambda desk, *rest: desk.submit(KIND, *rest), Right.CONTENT_EDIT),
    "withdraw": (lambda desk, *rest: desk.withdraw(KIND, *rest), Right.CONTENT_EDIT),
    "reject": (lambda desk, *rest: desk.send_back(KIND, *rest), Right.CONTENT_APPROVE),
    "approve": (lambda desk, *rest: desk.approve(KIND, *rest), Right.CONTENT_APPROVE),
    "retire": (lambda desk, *rest: desk.retire(KIND, *rest), Right.CONTENT_APPROVE),
    "rollback": (_back, Right.CONTENT_APPROVE),
}  # fmt: skip


def doing(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, version = name_of(visit), visit.typed_number("v")
        note = visit.typed.get("note", "").strip()[:NOTE_MAX]
        if version is None:
            raise Refused(404, "content.gone")
        here = at(name, v=version)
        if verb == "reject" and not note:
            return visit.go(here, "bad", "content.reject_needs")
        try:
            await ACTS[verb][0](visit.console.studio.desk, name, version, visit.who.login, note)
        except ContentRefused as exc:
            key, facts = refused(visit, exc)
            return visit.go(here, "bad", key, **facts)
        visit.console.bells.ring("library")
        return visit.go(here, "good", f"content_done.{verb}", version=version)

    return handle


SEE = Right.CONTENT_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/content/one", handler=show, needs=SEE),
    Route(method="GET", path="/content/review", handler=queue, needs=SEE),
    *(Route(method="POST", path=f"/content/{verb}", handler=doing(verb), needs=needs)
      for verb, (_, needs) in ACTS.items()),
))  # fmt: skip
