"""Voice rules: what persona.toml says about the way to talk, held against one text. Pure.

A rule that the file does not set finds nothing. Positions are those of the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.words import is_emoji
from bot.persona.persona import Persona, Voice

_SENTENCE = re.compile(r"[^。！？!?\n；;…]+")
_FORMAL = re.compile("您")
# 你 inside 迷你, and 你们 among people who are addressed as 您, are no address of one person.
_FAMILIAR = re.compile("(?<!迷)你(?!们)")
_REPEATED = re.compile(r"([！!？?。，,~～])(?:\s?\1)+|[！!？?]{2,}|…{3,}|\.{4,}")
_EXCLAIM = re.compile("[！!]")
_WORD = re.compile(r"(?<![A-Za-z0-9_./@-])[A-Za-z][A-Za-z'-]*[A-Za-z](?![A-Za-z0-9_./@-])")
# A scheme is short; without the bound a long run of letters is read again from each of them.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}://\S+")


class Slip(NamedTuple):
    """One place where a text does not sound like the persona."""

    code: str
    message: str
    start: int
    end: int
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    text: str
    voice: Voice


def slips(text: str, persona: Persona) -> list[Slip]:
    """Everything in ``text`` that breaks the persona's voice rules, by place."""
    look = _Text(text=text, voice=persona.voice)
    found = [slip for rule in _RULES for slip in rule(look)]
    return sorted(found, key=lambda slip: (slip.start, slip.end, slip.code))


def habits(said: Sequence[str], voice: Voice) -> Iterator[tuple[str, str]]:
    """(code, message) for openings and closings that stand in too many of a persona's answers."""
    for code, words, most in (("opening", voice.openings, voice.opening_share),
                              ("closing", voice.closings, voice.closing_share)):  # fmt: skip
        hits = sum(1 for text in said if _wears(code, text, words))
        if most is not None and said and hits / len(said) > most:
            name = "开头" if code == "opening" else "结尾"
            yield code, f"{hits} / {len(said)} 条回答用了惯用的{name}，多于 {most:.0%}"


def _wears(code: str, text: str, words: Sequence[str]) -> bool:
    plain = text.strip()
    return plain.startswith(tuple(words)) if code == "opening" else plain.endswith(tuple(words))


def _address(look: _Text) -> Iterator[Slip]:
    """Mixing 你 and 您, or the form that the persona does not use."""
    form = look.voice.address
    wrong = {"你": _FORMAL, "您": _FAMILIAR}.get(form)
    for found in wrong.finditer(look.text) if wrong else ():
        yield Slip("address", f"称呼用“{form}”，这里是“{found[0]}”", *found.span(), f"改成“{form}”")


def _emoji(look: _Text) -> Iterator[Slip]:
    places = [i for i, char in enumerate(look.text) if is_emoji(char)]
    most = look.voice.emoji_max
    for place in places[most:]:
        yield Slip("emoji", f"表情超过 {most} 个", place, place + 1, "删掉多的")
    liked = look.voice.emoji
    for place in places if liked else ():
        if look.text[place] not in "".join(liked):
            fix = f"只用 {' '.join(liked)}"
            yield Slip("emoji", f"不用表情 {look.text[place]}", place, place + 1, fix)


def _sentence(look: _Text) -> Iterator[Slip]:
    most = look.voice.sentence_max
    for found in _SENTENCE.finditer(_URL.sub(lambda url: " " * len(url[0]), look.text)):
        size = len(found[0].strip())
        if size > most:
            yield Slip("sentence", f"这一句有 {size} 个字，多于 {most}", *found.span(), "拆成两句")


def _marks(look: _Text) -> Iterator[Slip]:
    most = look.voice.exclaim_max
    marks = list(_EXCLAIM.finditer(look.text)) if most is not None else []
    for found in marks[most or 0 :]:
        yield Slip("marks", f"感叹号超过 {most} 个", *found.span(), "换成句号")
    for found in _REPEATED.finditer(look.text) if look.voice.plain_marks else ():
        yield Slip("marks", f"标点叠用“{found[0][:8]}”", *found.span(), "留一个")


def _latin(look: _Text) -> Iterator[Slip]:
    if look.voice.latin != "avoid":
        return
    known = {word.casefold() for word in look.voice.latin_words}
    text = _URL.sub(lambda url: " " * len(url[0]), look.text)
    for found in _WORD.finditer(text):
        if found[0].casefold() not in known:
            yield Slip("latin", f"夹了英文“{found[0][:20]}”", *found.span(), "换成中文")


def _ends(look: _Text) -> Iterator[Slip]:
    """The same opening or closing phrase twice in one text."""
    for code, words in (("opening", look.voice.openings), ("closing", look.voice.closings)):
        for word in words:
            first = look.text.find(word)
            again = look.text.find(word, first + len(word)) if first >= 0 and len(word) > 1 else -1
            if again >= 0:
                end = again + len(word)
                yield Slip(code, f"口头禅“{word}”说了两遍", again, end, "删掉一处")


_RULES: tuple[Callable[[_Text], Iterator[Slip]], ...] = (
    _address, _emoji, _sentence, _marks, _latin, _ends,
)  # fmt: skip
