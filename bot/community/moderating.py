"""``content/moderation.toml``: what is looked at among what people say, and what is done about it.
Values, how the file is read, and the rules themselves. Pure; docs/moderation.md explains each key.

What a rule finds is put before a colleague. The quiet reminder is all that happens by itself; it is
for one message at most once, and nobody gets two within ``cooldown``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from bot.core import tomlfile
from bot.core.clock import DAY, HOUR, SECOND
from bot.core.decode import decode, fail
from bot.core.faults import Faults
from bot.core.folding import searchable
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

FILE = "content/moderation.toml"
Where = Literal["group", "internal", "entry", "kf"]
Act = Literal["note", "remind", "escalate"]
USUAL: tuple[Where, ...] = ("group", "internal", "entry")
LINKS, FLOOD = "links", "flood"
WORD_MAX, WORDS_MAX = 40, 2_000
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。、；）)】」]+|\b(?:[a-z0-9-]+\.)+"
    r"(?:com|cn|net|org|top|xyz|vip|shop|club|info|cc|link|site|online|io|me)\b"
    r"(?:/[^\s<>\"'，。、；）)】」]*)?", re.I)  # fmt: skip
_HOST = re.compile(r"^(?:https?://)?(?:[^/?#@]*@)?([^/?#:]+)", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class WordList:
    """[[lists]]: words that are looked for however they are spelt; ``but`` are longer ones in which
    they mean nothing bad."""

    id: str
    title: str
    words: tuple[str, ...]
    but: tuple[str, ...] = ()
    where: tuple[Where, ...] = USUAL
    act: Act = "remind"


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """[links]: addresses outside of the brand's domains and of ``allow``."""

    title: str = "外部链接"
    allow: tuple[str, ...] = ()
    where: tuple[Where, ...] = USUAL
    act: Act = "remind"


@dataclass(frozen=True, kw_only=True, slots=True)
class Flood:
    """[flood]: more than ``messages`` of one person in one place within ``within``."""

    title: str = "刷屏"
    messages: int = 8
    within: str = "1m"
    where: tuple[Where, ...] = ("group", "internal")
    act: Act = "remind"

    @property
    def within_ms(self) -> int:
        """``within`` in ms."""
        return parse_span(self.within)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderation:
    """All of it. ``escalate_after``: with so many cases within ``within`` a colleague who leads is
    told; ``cooldown``: how long nobody is reminded again."""

    cooldown: str = "12h"
    escalate_after: int = 3
    within: str = "7d"
    lists: tuple[WordList, ...] = ()
    links: Links | None = None
    flood: Flood | None = None
    version: int = field(default=1, metadata={"key": ""})

    @property
    def cooldown_ms(self) -> int:
        """``cooldown`` in ms."""
        return parse_span(self.cooldown)

    @property
    def within_ms(self) -> int:
        """``within`` in ms."""
        return parse_span(self.within)

    def title(self, rule: str) -> str:
        """What people call a rule."""
        known = {one.id: one.title for one in self.lists}
        known |= {LINKS: (self.links or Links()).title, FLOOD: (self.flood or Flood()).title}
        return known.get(rule, rule)

    @property
    def rules(self) -> dict[str, WordList | Links | Flood]:
        """All rules by their ids."""
        found: dict[str, WordList | Links | Flood] = {one.id: one for one in self.lists}
        found |= {LINKS: self.links} if self.links else {}
        return found | ({FLOOD: self.flood} if self.flood else {})


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule found; ``found`` is the word or address as it was looked for."""

    rule: str
    act: Act
    found: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of somebody: when he was reminded last, and how many cases he has had within
    the span, this one not among them."""

    reminded_at: int | None = None
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done by itself. ``why`` says what speaks against a reminder: cooldown, unreachable,
    or empty."""

    remind: bool
    escalate: bool
    why: str = ""


_GRAVITY = ("escalate", "remind", "note")


def flags(rules: Moderation, where: Where, text: str, own: Collection[str] = ()) -> list[Flag]:
    """What words and links say about a text, the gravest first. ``own``: the brand's domains."""
    found = [Flag(one.id, one.act, word) for one in rules.lists if where in one.where
             and (word := _word(one, text))]  # fmt: skip
    if rules.links and where in rules.links.where:
        found += [Flag(LINKS, rules.links.act, host)
                  for host in foreign(text, {*own, *rules.links.allow})[:1]]  # fmt: skip
    return sorted(found, key=lambda one: _GRAVITY.index(one.act))


def foreign(text: str, known: Collection[str]) -> list[str]:
    """Hosts in a text that are no domain of these, nor beneath one."""
    hosts = [made[1].lower() for url in _URL.findall(text.translate(_DOTS))
             if (made := _HOST.match(url))]  # fmt: skip
    return [host for host in dict.fromkeys(hosts)
            if not any(host == one or host.endswith(f".{one}") for one in known)]  # fmt: skip


_DOTS = str.maketrans({"。": ".", "．": ".", "／": "/", "：": ":"})


def _word(one: WordList, text: str) -> str:
    """The first word of a list in a text, without what stands between its characters."""
    bare = _bare(text)
    for harmless in _bared(one.but):
        bare = bare.replace(harmless, "\0")
    return next((word for word, made in zip(one.words, _bared(one.words), strict=True)
                 if made in bare), "")  # fmt: skip


def _bare(text: str) -> str:
    return "".join(one for one in searchable(text) if one.isalnum())


@lru_cache(maxsize=256)
def _bared(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_bare(word) for word in words)


def floods(rules: Moderation, where: Where, times: Sequence[int]) -> Flag | None:
    """Whether somebody's message is the one too many; ``times``: of his last messages in this
    place, this one the last. The messages after it are part of the same flood."""
    flood = rules.flood
    if flood is None or where not in flood.where or not times:
        return None
    inside = [at for at in times if times[-1] - at < flood.within_ms]
    return Flag(FLOOD, flood.act, str(len(inside))) if len(inside) == flood.messages + 1 else None


def measure(rules: Moderation, flag: Flag, past: Past, now: int, *, reachable: bool) -> Measure:
    """What is done about a case by itself."""
    escalate = flag.act == "escalate" or (
        rules.escalate_after > 0 and past.cases + 1 >= rules.escalate_after)  # fmt: skip
    if flag.act == "note":
        return Measure(remind=False, escalate=escalate)
    if past.reminded_at is not None and now - past.reminded_at < rules.cooldown_ms:
        return Measure(remind=False, escalate=escalate, why="cooldown")
    if not reachable:
        return Measure(remind=False, escalate=escalate, why="unreachable")
    return Measure(remind=True, escalate=escalate)


def parse_moderation(source: str, file: str = FILE, version: int = 1) -> Moderation:
    """Reads the file. Raises BadInput with file, line and fix."""
    doc: TomlDoc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode(Moderation, doc)
    faults = Faults()
    for at, message, fix in _wrong(made):
        faults.add((fail(doc, at, message, fix),))
    faults.check()
    return replace(made, version=version)


Wrong = Iterator[tuple[KeyPath, str, str]]


def _wrong(made: Moderation) -> Wrong:
    yield from _span(("cooldown",), made.cooldown, HOUR, 30 * DAY)
    yield from _span(("within",), made.within, HOUR, 90 * DAY)
    if made.escalate_after < 0:
        yield ("escalate_after",), "is below 0", "0 never tells anybody by itself"
    if made.flood is not None:
        yield from _span(("flood", "within"), made.flood.within, 5 * SECOND, HOUR)
        if not 2 <= made.flood.messages <= 100:
            yield ("flood", "messages"), "is not within 2 and 100", "messages = 8"
    seen = {LINKS, FLOOD}
    for i, one in enumerate(made.lists):
        if not _ID.fullmatch(one.id) or one.id in seen:
            yield ("lists", i, "id"), f"{one.id!r} is no id, or taken", "small letters, digits, -"
        seen.add(one.id)
        yield from _words(i, one)


def _words(i: int, one: WordList) -> Wrong:
    if not 0 < len(one.words) <= WORDS_MAX:
        yield ("lists", i, "words"), f"1 to {WORDS_MAX} words", 'words = ["加微信"]'
    for n, word in enumerate(one.words):
        if not 0 < len(_bare(word)) <= WORD_MAX:
            yield ("lists", i, "words", n), f"{word!r} is no word", f"1 to {WORD_MAX} characters"


def _span(at: KeyPath, text: str, least: int, most: int) -> Wrong:
    try:
        good = least <= parse_span(text) <= most
    except ValueError as exc:
        yield at, str(exc), 'write it as "12h"'
        return
    if not good:
        yield at, f"{text!r} is too short or too long", 'write it as "12h"'
