"""A test to oneself: how a version reads on one's own phone, as an application message."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.content import at
from bot.console.pages.content_edit import name_of
from bot.console.pages.inbox_list import cast_of
from bot.console.rights import Right
from bot.console.studio import KIND, Look, brief_of
from bot.console.visit import Refused, Visit
from bot.store import audit, telling, versions
from bot.store.engine import Tx

TEXT_MAX = 2048  # bytes of an application message (page 90236)
CUT = "……"


async def send(visit: Visit) -> web.Response:
    """Queues it, unless something is wrong with the text: the guard looks at it like at any
    other."""
    name, version, userid = name_of(visit), visit.typed_number("v"), visit.who.userid
    edition = await visit.read(versions.get, KIND, name, version) if version else None
    if edition is None:
        raise Refused(404, "content.gone")
    here = at(name, v=edition.version)
    if not userid:
        return visit.go(here, "wait", "content.trial_nobody")
    look = await visit.console.studio.look(name, edition.files, cast_of(visit))
    if look.errors:
        return visit.go(here, "bad", "content.trial_errors", n=look.errors)
    text = said(look)
    if not text:
        return visit.go(here, "wait", "content.trial_nothing")
    title = brief_of(name, edition.files).title or name
    marked = cut(visit.t("content.trial_mark", title=title, n=edition.version) + "\n" + text)

    def queue(tx: Tx) -> None:
        agent, login = int(visit.console.config.wecom.telling_app), visit.who.login
        telling.tell(tx, agent, userid, marked, f"trial/{name}/{edition.version}/{visit.now}",
                     visit.now)  # fmt: skip
        audit.record(tx, [audit.note("content", f"{KIND}/{name}/v{edition.version}", "trial",
                                     at=visit.now, actor=login, reason=userid)])  # fmt: skip

    await visit.write(queue)
    visit.console.bells.ring("outbox.reply")
    return visit.go(here, "good", "content.trial_sent")


def said(look: Look) -> str:
    """What the first persona would write to the first sample member who gets it; or empty."""
    return next((one.text for voice in look.voices for one in voice.bubbles if one.text), "")


def cut(text: str) -> str:
    """As much as one application message takes."""
    if len(text.encode()) <= TEXT_MAX:
        return text
    return text.encode()[: TEXT_MAX - len(CUT.encode())].decode(errors="ignore") + CUT


PAGE = Page(routes=(
    Route(method="POST", path="/content/trial", handler=send, needs=Right.CONTENT_APPROVE),
))  # fmt: skip
