"""Decisions about versions of what people write in files: one handler for each verb, whatever it is
about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.page import Route
from bot.console.pages.content_words import refused
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.content import ContentRefused
from bot.library.desk import ContentDesk
from bot.store.campaigns import NOTE_MAX

Decide = Callable[[ContentDesk, str, str, int, str, str], Awaitable[object]]
VERBS: Mapping[str, tuple[Decide, Right]] = {
    "submit": (lambda desk, *rest: desk.submit(*rest), Right.CONTENT_EDIT),
    "reject": (lambda desk, *rest: desk.send_back(*rest), Right.CONTENT_APPROVE),
    "publish": (lambda desk, *rest: desk.approve(*rest), Right.CONTENT_APPROVE),
    "retire": (lambda desk, *rest: desk.retire(*rest), Right.CONTENT_APPROVE),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What is decided about. ``gone`` is said where there is no such version, ``done`` names the
    table of what is said afterwards, by verb; ``rings`` are bells besides that of the library."""

    kind: str
    name_of: Callable[[Visit], str]
    back: Callable[[str], str]
    gone: str
    done: str
    rings: tuple[str, ...] = ()
    verbs: tuple[str, ...] = tuple(VERBS)


def decisions(of: Decided, path: str) -> Iterator[Route]:
    """The routes of all verbs below ``path``."""
    for verb in of.verbs:
        yield Route(method="POST", path=f"{path}/{verb}", handler=deciding_on(of, verb),
                    needs=VERBS[verb][1])  # fmt: skip


def deciding_on(of: Decided, verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision about a version."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, version, note = of.name_of(visit), visit.typed_number("n"), note_of(visit)
        if version is None:
            raise Refused(404, of.gone)
        if verb == "reject" and not note:
            return visit.go(of.back(name), "bad", "content.reject_needs")
        desk, login = visit.console.studio.desk, visit.who.login
        try:
            await VERBS[verb][0](desk, of.kind, name, version, login, note)
        except ContentRefused as exc:
            key, facts = refused(visit, exc)
            return visit.go(of.back(name), "bad", key, **facts)
        for bell in ("library", *of.rings):
            visit.console.bells.ring(bell)
        return visit.go(of.back(name), "good", f"{of.done}.{verb}", n=version)

    return handle


def note_of(visit: Visit) -> str:
    """What somebody says beside a decision."""
    return visit.typed.get("note", "").replace("\0", "").strip()[:NOTE_MAX]
