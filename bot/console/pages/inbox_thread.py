"""One conversation opened: its lines, who holds it, what may be done, the member beside it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.console import moods, naming
from bot.console.pages.inbox_colleagues import Colleague, around, leads
from bot.console.pages.inbox_list import Choice, cast_of, chosen, names_of
from bot.console.pages.inbox_whole import here, labels
from bot.console.pages.inbox_whole import whole as whole_page
from bot.console.rights import Right
from bot.console.troubles import Note, Notes
from bot.console.unsent import unsent
from bot.console.visit import Refused, Visit
from bot.core.filetypes import MB, MOST_OF
from bot.core.guarding import BARS
from bot.core.handoff import ANSWERABLE
from bot.core.model import Member, Outbound
from bot.core.span import parse_span
from bot.library.speech import Setting
from bot.library.suggest import Suggestion, suggest
from bot.library.why import Asker
from bot.store import (
    codec,
    conversations,
    drafts,
    joins,
    panel,
    quick,
    recall,
    sources,
    talks,
    thread,
    whole,
    withdrawing,
)
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow
from bot.store.talkline import Talk
from bot.store.thread import Cursor, Source

LINES, AROUND = 40, 60
QUICK = 60
BESIDE = ("/reply", "/draft", "/appeal")  # their refusal stands where the words are
_LINE = re.compile(r"(inbox|replies|notes|changes)-([0-9]{1,16})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """All that one read of an open conversation finds. ``state`` is for people: free, queue, mine,
    theirs, client, muted or closed (no API writes there).

    ``rows`` are the conversations that are shown as one, this among them; ``talk`` is the one
    through which answers leave: where he wrote last, or what staff chose. ``leads`` are named only
    where one is called; ``asked``: what nobody of them has decided.
    """

    talk: Row
    one: Talk
    persona: str
    state: str
    rows: Sequence[Row]
    reads: whole.Reads
    page: thread.Page
    panel: panel.Panel
    setting: Setting | None
    asker: Asker
    words: str
    quick: Sequence[Row]
    drafts: Sequence[Outbound]
    colleagues: Sequence[Colleague]
    notes: Sequence[Note]
    leads: Sequence[str]
    asked: Sequence[Row]
    mark: str = ""

    @property
    def read(self) -> str:
        """How far the page goes, as its forms carry it."""
        own, more = self.reads[self.talk["id"]], self.reads.items()
        return " ".join([f"{own.inbox}-{own.outbox}",
                         *(f"{s.inbox}-{s.outbox}@{quote(k, safe='')}"
                           for k, s in more if k != self.talk["id"])])  # fmt: skip

    @property
    def keys(self) -> tuple[str, ...]:
        """All that are shown here."""
        return tuple(row["id"] for row in self.rows)

    @property
    def elsewhere(self) -> Row | None:
        """Where he wrote last, if answers do not leave there."""
        last = latest(self.rows, self.reads)
        return last if last["id"] != self.talk["id"] else None


def latest(rows: Sequence[Row], reads: whole.Reads) -> Row:
    """The conversation in which he wrote last; the platform's times are whole seconds."""
    return max(rows, key=lambda row: (row["last_in_at"] or 0, reads[row["id"]].inbox))


def window_of(visit: Visit) -> KfWindow:
    """The platform's window of a kf session."""
    limits = visit.console.config.wecom.limits
    return KfWindow(limits.kf_messages, limits.kf_hours)


def key_of(visit: Visit) -> str:
    """The conversation that the address or the form names. Raises Refused."""
    key = visit.typed.get("c") or visit.request.query.get("c", "")
    if not 0 < len(key) <= 300:
        raise Refused(404, "inbox.gone")
    return key


def line_of(text: str) -> tuple[Source, int] | None:
    """``inbox-12`` as a line; None for anything else."""
    found = _LINE.fullmatch(text)
    return (found[1], int(found[2])) if found else None  # type: ignore[return-value]


def state_of(talk: Row, login: str) -> str:
    """Who answers there, from where somebody stands."""
    if talk["channel"] not in ANSWERABLE:
        return "closed"
    if talk["mode"] == "staff":
        return "mine" if talk["held_by"] == login else "theirs" if talk["held_by"] else "queue"
    return {"auto": "free", "client": "client"}.get(talk["mode"], "muted")


def persona_of(visit: Visit, talk: Row) -> str:
    """Whose conversation it is; empty when no persona speaks there."""
    cast = cast_of(visit)
    bound = cast.persona_of(talk["channel"], talk["account"]) if cast is not None else None
    return bound or str(talk["persona"])


def persona_name(visit: Visit, talk: Row) -> str:
    """The name that members read; the word for it where no persona speaks."""
    return names_of(cast_of(visit)).get(persona_of(visit, talk)) or visit.t("by.persona")


def setting_of(visit: Visit, tx: Tx) -> Setting | None:
    """What surrounds a word at this moment; None while nothing is published yet."""
    cast, config = cast_of(visit), visit.console.config
    if cast is None:
        return None
    return Setting.of(config, cast, visit.now, sources.links(tx))


def asker_of(tx: Tx, talk: Row, persona: str) -> Asker:
    """The member as the persona knows him in this conversation."""
    member = talk["member"] or ""
    known = recall.member(tx, member) if member else None
    return Asker(member=known or Member(id=member or talk["peer"]), talk=codec.conversation(talk),
                 memories=recall.memories(tx, member, persona) if member else {})  # fmt: skip


def opened(
    visit: Visit, tx: Tx, key: str, mark: str = "", named: bool = True
) -> Opened | None:  # fmt: skip
    """The conversation, read at one moment; at a line when ``mark`` names one. Not ``named``: of
    those that are shown as one, that in which he wrote last."""
    row = conversations.get(tx, key)
    if row is None:
        return None
    keys = joins.of(tx, row)
    rows = [row] if len(keys) == 1 else joins.rows(tx, keys)
    reads = whole.glance(tx, keys)  # before the lines: what comes meanwhile has not been read
    talk = row if named else latest(rows, reads)
    key = talk["id"]
    persona, answers = persona_of(visit, talk), visit.may(Right.INBOX_REPLY)
    beside = panel.panel(tx, key, visit.now, persona, window_of(visit))
    one = talks.one(tx, key, visit.now)
    assert beside is not None and one is not None
    at = line_of(mark)
    place = thread.around(tx, keys, *at) if at else None
    return Opened(
        talk=talk, one=one, persona=persona, state=state_of(talk, visit.who.login), reads=reads,
        rows=rows, page=thread.page(tx, keys, place, AROUND if place else LINES),
        panel=beside, setting=setting_of(visit, tx), asker=asker_of(tx, talk, persona),
        words="\n".join(filter(None, (row["text"] or row["heard"]
                                      for row in thread.last_words(tx, key)))),
        quick=quick.of(tx, persona, QUICK) if answers and persona else (),
        drafts=[d for d in drafts.waiting(tx, visit.now) if d.conversation in keys],
        colleagues=around(visit, tx, talk, persona) if answers else (), mark=mark if place else "",
        leads=leads(tx) if one.lead_for else (), asked=withdrawing.open_of(tx, keys),
        notes=Notes.read(tx, cast_of(visit), visit.now).at(talk["channel"], talk["account"]),
    )  # fmt: skip


def suggestion(found: Opened) -> Suggestion | None:
    """What the persona would answer to words that wait; None when it has nothing sure to say."""
    if found.setting is None or found.state in ("closed", "client", "muted"):
        return None
    waits = found.talk["waiting_since"] is not None
    return suggest(found.setting, found.persona, found.words, found.asker, found.talk["channel"],
                   before=moods.burst(found.page.lines) if waits else "")  # fmt: skip


def context(visit: Visit, choice: Choice, found: Opened, **more: Any) -> dict[str, Any]:
    """What the templates of an open conversation ask for."""
    config = visit.console.config
    idle = parse_span(config.handoff.idle)
    talk = found.talk
    lease = None
    if found.state in ("mine", "theirs") and idle and talk["active_at"] is not None:
        lease = max(talk["active_at"], talk["snoozed_until"] or 0) + idle
    given: dict[str, Any] = {
        "choice": choice, "found": found, "talk": talk, "panel": found.panel, "lease": lease,
        "labels": labels(visit, found.rows), "pinned": pinned(visit),
        "names": names_of(cast_of(visit)), **named(visit),
        "persona_name": persona_name(visit, found.talk), "answers": visit.may(Right.INBOX_REPLY),
        "assigns": visit.may(Right.INBOX_ASSIGN), "suggested": suggestion(found),
        "felt": moods.felt(found.page.lines),
        "client_key": secrets.token_hex(12), "older": places(found.page.older),
        "texts": filled(visit, found), "limits": config.wecom.limits, "conflict": "",
        "beside": found.state == "mine" and visit.request.path.endswith(BESIDE),
        "problems": (), "bars": BARS, "typed": "", "view": visit.query("view"),
        "files": visit.console.shelf is not None and talk["channel"] == "kf",
        "file_most": {kind: most // MB for kind, most in MOST_OF.items()},
        "model": {d.id: draft_text(d) for d in found.drafts},
    }  # fmt: skip
    return given | more


def named(visit: Visit) -> dict[str, Any]:
    """What the templates of lines call to have names in place of codes."""
    return {"source": partial(naming.source, visit.lang, cast_of(visit)),
            "unsent": partial(unsent, visit.lang)}  # fmt: skip


def draft_text(draft: Outbound) -> tuple[str, str]:
    """(the words between the labels, the whole) of a text of the language model."""
    whole = str(getattr(draft.body, "text", ""))
    before, after = draft.data.get(drafts.LABEL, ("", ""))
    return whole.removeprefix(before).removesuffix(after).strip(), whole


def filled(visit: Visit, found: Opened) -> Mapping[int, str]:
    """Saved answers with this conversation's names put in."""
    persona = names_of(cast_of(visit)).get(found.persona, "")
    values = quick.values(found.panel.name, visit.who.login, persona)
    return {row["id"]: quick.put_in(row["text"], values) for row in found.quick}


def places(cursor: Cursor | None) -> str:
    """A cursor as text; empty at the beginning of a conversation."""
    return ",".join(f"{table}:{line}" for table, line in (cursor or {}).items())


def pinned(visit: Visit) -> str:
    """``1`` when staff chose through which account they answer."""
    return "1" if "1" in (visit.query("via"), visit.typed.get("via")) else ""


async def find(visit: Visit, key: str, mark: str = "", *, named: bool = True) -> Opened:
    """The conversation. Raises Refused."""
    found = await visit.read(lambda tx: opened(visit, tx, key, mark, named))
    if found is None:
        raise Refused(404, "inbox.gone")
    return found


async def live(visit: Visit) -> web.Response:
    """The newest lines and who holds it now, for a page that is open."""
    found = await find(visit, key_of(visit))
    return visit.part("inbox_talk.html", **context(visit, chosen(visit.request.query), found))


async def beside(visit: Visit) -> web.Response:
    """The member panel alone."""
    found = await find(visit, key_of(visit))
    return visit.part("inbox_panel.html", **context(visit, chosen(visit.request.query), found))


async def again(visit: Visit, status: int, **more: Any) -> web.Response:
    """The conversation as it is now, with why nothing was done and what he had typed."""
    key, choice = key_of(visit), here(visit)
    found = await find(visit, key)
    given = context(visit, choice, found, typed=visit.typed.get("text", ""), **more)
    if visit.by_htmx:
        part = visit.part("inbox_open.html", status=status, **given)
        part.headers["HX-Replace-Url"] = choice.link(
            c=key, via=pinned(visit)
        )  # a verb is no address to come back to
        return part
    return await whole_page(visit, choice, given, status)
