"""Lines of a person's timeline as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.console.words import said_or, say
from bot.core import money
from bot.core.event import Event, Happened
from bot.store.history import Line
from bot.store.membership import Called

Reader = Callable[[str, str, Called], str]


@dataclass(frozen=True, slots=True)
class Told:
    """One line. ``words``: what was said, or quoted; ``note``: what became of it since."""

    at: int
    kind: Happened
    text: str
    channel: str
    account: str
    words: str
    note: str


def _named(noun: str) -> Reader:
    return lambda lang, code, _: said_or(lang, f"{noun}.{code}", code)


def _tag(lang: str, code: str, names: Called) -> str:
    return names.tags.get(code, code)


def _need(lang: str, code: str, _: Called) -> str:
    kind, word = code.split(":", 1)
    return f"{said_or(lang, f'need.{kind}', kind)} {word}"


# How `which` of a kind reads; others say it as it is.
_WHICH: Mapping[Happened, Reader] = {
    Happened.FACT: _named("fact"), Happened.UNFACT: _named("fact"),
    Happened.CONSENTED: _named("purpose"), Happened.REFUSED: _named("purpose"),
    Happened.TAGGED: _tag, Happened.UNTAGGED: _tag, Happened.NEED: _need,
    Happened.ROLE: _named("holding"), Happened.UNROLE: _named("holding"),
    Happened.JUDGED: _named("judged_as"), Happened.MISSION: _named("mission_state"),
    Happened.SEED: _named("seed_state"),
}  # fmt: skip
_ACCOUNTS = frozenset({Happened.HANDED})  # whose `other` is no member


def told(lang: str, line: Line, names: Called) -> Told:
    """One line of the timeline."""
    event = line.event
    return Told(at=event.at, kind=event.kind, text=_text(lang, event, names),
                channel=event.channel, account=event.account,
                words=line.words or str(event.data.get("quote", "")), note=line.note)  # fmt: skip


def _person(id: str, names: Called) -> str:
    return names.people.get(id) or id


def _text(lang: str, event: Event, names: Called) -> str:
    read = _WHICH.get(event.kind)
    less = "_less" if event.data.get("less") else ""
    other = (names.accounts.get(event.other, event.other) if event.kind in _ACCOUNTS
             else _person(event.other, names))  # fmt: skip
    return say(
        lang, f"lived.{event.kind}{less}", other=other, member=event.member,
        account=names.accounts.get(event.account, event.account),
        which=read(lang, event.which, names) if read else event.which,
        place=names.places.get(event.place, event.place), money=money.amount(event.amount),
        amount=event.amount,
        value=str(event.data.get("value", "")),
    )  # fmt: skip
