"""Words for the chat that is open in the client: whose they are, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.console import naming
from bot.console.visit import Refused, Visit
from bot.core.body import Text, plain
from bot.core.model import Conversation, Member
from bot.library.cast import Cast
from bot.library.speech import Setting, look, stopped
from bot.library.why import Asker, decided
from bot.persona.because import because as made
from bot.persona.guard import Problem
from bot.store import codec, quick, recall, sidebar, sources
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow
from bot.store.sidebar import Known, Place

ID_MAX = 128
QUICK = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """Everything around words that are said here. ``persona`` is empty where none speaks."""

    place: Place
    persona: str
    name: str
    version: int
    setting: Setting
    known: Known
    asker: Asker


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An answer of the persona: bubbles with what the guard says about each, and the reason."""

    bubbles: Sequence[tuple[str, str]]
    because: Mapping[str, Any]
    handoff: bool


def place_of(visit: Visit, given: Mapping[str, str]) -> Place:
    """The chat that the page names. The client is that of whoever is signed in. Raises Refused."""
    userid = visit.who.userid
    if not userid:
        raise Refused(422, "sidebar.no_userid")
    member, group = given.get("member", ""), given.get("chat", "")
    if bool(member) == bool(group) or len(member + group) > ID_MAX:
        raise Refused(422, "sidebar.no_chat")
    return Place(staff=userid, member=member, group=group,
                 kf=given.get("entry", "") == "single_kf_tools")  # fmt: skip


async def speaking(visit: Visit, place: Place) -> Spoken:
    """What is known of the chat, and whose words are said in it. Raises Refused."""
    library, config = visit.console.library, visit.console.config
    if library is None:
        raise Refused(503, "sidebar.starting")
    cast, limits = library.cast, config.wecom.limits
    window = KfWindow(limits.kf_messages, limits.kf_hours)

    def read(tx: Tx) -> Spoken:
        talk = sidebar.talk_of(tx, place, partial(_own, cast, place))
        persona = _persona(cast, place, talk)
        known = sidebar.known(tx, place, talk, persona, visit.now, window)
        setting = Setting.of(config, cast, visit.now, sources.links(tx))
        script = cast.scripts.get(persona)
        return Spoken(
            place=place, persona=persona, name=script.persona.name if script else "",
            version=script.version if script else 0, setting=setting, known=known,
            asker=_asker(tx, place, persona, talk),
        )  # fmt: skip

    return await visit.read(read)


def _own(cast: Cast, place: Place, talk: Row) -> bool:
    """False for what another persona and the member talked about."""
    mine = cast.persona_of(place.channel, place.staff)
    return talk["id"] == place.key or cast.persona_of(talk["channel"], talk["account"]) == mine


def _persona(cast: Cast, place: Place, talk: Row | None) -> str:
    """The persona of the colleague's account; of customer service, that of its account."""
    if place.kf and talk is not None:
        return cast.persona_of(talk["channel"], talk["account"]) or str(talk["persona"])
    return cast.persona_of(place.channel, place.staff) or ""


def _asker(tx: Tx, place: Place, persona: str, talk: Row | None) -> Asker:
    """The member as this persona knows him. Nothing is under way here that an answer may go on
    with: the words are said by a person, in a chat that the persona does not read."""
    key = place.key
    fresh = Conversation(id=key, channel=place.channel, account=place.staff,
                         peer=place.group or place.member)  # fmt: skip
    if not place.member:
        return Asker(talk=fresh)
    mine = talk is not None and talk["id"] == key
    member = recall.member(tx, place.member) or Member(id=place.member)
    known = codec.conversation(talk) if mine and talk is not None else fresh
    return Asker(member=member, talk=known, memories=recall.memories(tx, place.member, persona))


def suggested(spoken: Spoken, words: str, lang: str) -> Found | None:
    """What the persona would answer; None when it would say nothing, or there is no persona."""
    script = spoken.setting.cast.scripts.get(spoken.persona)
    if script is None:
        return None
    decision = decided(spoken.setting, spoken.persona, words, _answering(spoken.asker))
    said = [(plain(draft.body), stopped(spoken.setting, spoken.persona, draft.body))
            for draft in decision.drafts]  # fmt: skip
    bubbles = [(text, naming.codes(lang, guard)) for text, guard in said if text]
    if not bubbles:
        return None
    because = naming.because(lang, made(script, decision, words.split("\n")))
    return Found(bubbles=bubbles, because=because, handoff=bool(decision.handoff))


def _answering(asker: Asker) -> Asker:
    if asker.talk is None:
        return asker
    return replace(asker, talk=replace(asker.talk, mode="auto", waiting_since=None, misses=0))


async def quick_of(visit: Visit, spoken: Spoken) -> list[tuple[int, str, str]]:
    """Saved answers with their variables put in: id, title, text."""
    if not spoken.persona:
        return []
    person = spoken.known.person or {}
    values = quick.values(person.get("name", ""), visit.who.login, spoken.name)
    rows = await visit.read(quick.of, spoken.persona, QUICK)
    return [(row["id"], row["title"], quick.put_in(row["text"], values)) for row in rows]


def judged(visit: Visit, spoken: Spoken, text: str) -> tuple[Problem, ...]:
    """What guard and voice say about words of his."""
    return look(spoken.setting, spoken.persona, Text(text), channel=spoken.place.channel,
                operator=visit.who.login)  # fmt: skip
