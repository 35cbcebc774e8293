"""The consent desk: on whose word user-generated content stands, and what ends with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages.content import at
from bot.console.pages.content_words import refused
from bot.console.rights import Right
from bot.console.studio import KIND, Studio
from bot.console.visit import Refused, Visit
from bot.console.when import day_begins
from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.store import consenting, review, ugc, versions
from bot.store.consenting import Stopped
from bot.store.engine import Tx
from bot.store.ugc import Consent, Version

SHOWN = 500
FIELDS = {"who": 200, "what": 500, "licence": 500, "how": 500}  # most characters of each
STATES = ("all", "good", "revoked")


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """A consent, the versions that stand on it or name it, with the title of each, which of them
    serve, and what would stop now."""

    consent: Consent
    uses: Mapping[Version, str]
    serving: frozenset[Version]
    stops: Stopped

    @property
    def names(self) -> int:
        """How many templates stand on it."""
        return len({name for name, _ in self.uses})


async def show(visit: Visit) -> web.Response:
    """The list, and the form for one more."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, fault: str = "") -> web.Response:
    words, state = visit.query("q").strip(), visit.query("state")
    state = state if state in STATES else "all"
    found = await visit.read(_listed, visit.console.studio)
    fits = {"all": (True, False), "good": (False,), "revoked": (True,)}[state]
    rows = [(one, n) for one, n in found
            if _about(one, words.lower()) and (one.revoked_at is not None) in fits]  # fmt: skip
    today = local(visit.now, visit.console.config.timezone).date().isoformat()
    number = _next((one.id for one, _ in found), today[:4])
    return await visit.page("consents.html", status=status, fault=fault, rows=rows, q=words,
                            state=state, states=STATES, typed=visit.typed, today=today,
                            number=number, total=len(found))  # fmt: skip


def _next(ids: Iterable[str], year: str) -> str:
    """A number that nobody has yet, of this year."""
    begins = f"ugc-{year}-"
    taken = [int(one[len(begins):]) for one in ids
             if one.startswith(begins) and one[len(begins):].isdecimal()]  # fmt: skip
    return f"{begins}{max(taken, default=0) + 1:03}"


def _about(one: Consent, words: str) -> bool:
    return words in f"{one.id} {one.who} {one.what} {one.licence}".lower()


def _listed(tx: Tx, studio: Studio) -> list[tuple[Consent, int]]:
    """Each consent with the number of templates that stand on it or name it."""
    named = _naming(tx, studio)
    return [(one, len({name for name, _ in (*ugc.uses(tx, one.id), *named.get(one.id, ()))}))
            for one in ugc.everybody(tx, n=SHOWN)]  # fmt: skip


def _naming(tx: Tx, studio: Studio) -> Mapping[str, Sequence[Version]]:
    """Newest versions of templates, drafts too, by the consents that their heads name."""
    newest = {one.newest.name: one.newest for one in review.newest(tx) if one.newest.kind == KIND}
    found: dict[str, list[Version]] = {}
    for name, brief in studio.briefs(tx, newest.values()).items():
        for consent in brief.consents:
            found.setdefault(consent, []).append((name, newest[name].version))
    return found


async def record(visit: Visit) -> web.Response:
    """One more consent."""
    who, what, licence, how = (visit.typed.get(key, "").strip()[:most]
                               for key, most in FIELDS.items())  # fmt: skip
    number = visit.typed.get("id", "").strip()
    try:
        given = Consent(id=number, who=who, what=what, licence=licence, how=how,
                        given_at=_day(visit), recorded_by=visit.who.login,
                        recorded_at=visit.now)  # fmt: skip
        await visit.write(consenting.record, given)
    except ValueError:
        return await _page(visit, 422, visit.t("consent.no_day"))
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        lacks = {"what": visit.t(f"consent.{exc.facts['what']}")} if "what" in exc.facts else {}
        return await _page(visit, 422, visit.t(key, **{**facts, **lacks}))
    visit.console.bells.ring("library")
    return visit.go(f"/consents/{number}", "good", "consent.recorded", id=number)


def _day(visit: Visit) -> int:
    """When he gave it; nobody gives it tomorrow. Raises ValueError."""
    found = day_begins(visit.typed.get("given", ""), visit.console.config.timezone)
    if found > visit.now:
        raise ValueError(found)
    return found


async def one(visit: Visit, **values: Any) -> web.Response:
    """One consent: its words, what stands on it, and what revoking would stop."""
    found = await visit.read(_one, visit.console.studio, visit.request.match_info["id"])
    if found is None:
        raise Refused(404, "consent.gone")
    return await visit.page("consent.html", one=found, at=at, **values)


def _one(tx: Tx, studio: Studio, number: str) -> One | None:
    consent = ugc.get(tx, number)
    if consent is None:
        return None
    every = (*ugc.uses(tx, number), *_naming(tx, studio).get(number, ()))
    uses = {one: studio.brief(tx, *one).title for one in dict.fromkeys(every)}
    serving = {(name, version) for kind, name, version in versions.marks(tx) if kind == KIND}
    stops = consenting.would_stop(tx, number) if consent.revoked_at is None else Stopped()
    return One(consent=consent, uses=uses, serving=frozenset(serving.intersection(uses)),
               stops=stops)  # fmt: skip


async def revoke(visit: Visit) -> web.Response:
    """Ends it for good, and says what that stopped."""
    number, why = visit.request.match_info["id"], visit.typed.get("why", "").strip()[:500]
    if not why:
        raise Refused(422, "consent.needs_why")
    try:
        found = await visit.write(consenting.revoke, number, visit.who.login, visit.now, why)
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        return visit.go("/consents", "bad", key, **facts)
    for bell in ("library", "taps"):
        visit.console.bells.ring(bell)
    return visit.go(f"/consents/{number}", "good", "consent.revoked", id=number,
                    **asdict(found))  # fmt: skip


SEE, EDIT = Right.CONTENT_SEE, Right.CONTENT_EDIT
PAGE = Page(
    routes=(
        Route(method="GET", path="/consents", handler=show, needs=SEE),
        Route(method="POST", path="/consents", handler=record, needs=EDIT),
        Route(method="GET", path="/consents/{id}", handler=one, needs=SEE),
        Route(method="POST", path="/consents/{id}/revoke", handler=revoke, needs=EDIT),
    ),
    entry=Entry(path="/consents", name="consent.title", needs=SEE, order=54, key="c"),
)  # fmt: skip
