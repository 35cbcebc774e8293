"""The words of a message, part by part: everything a member could read, and how much of it fits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.body import (
    Body,
    Card,
    Link,
    Location,
    Markdown,
    Menu,
    MenuItem,
    MiniProgram,
    Rich,
    Text,
)
from bot.core.guarding import Guarding
from bot.persona.guard import Case, Guard, Problem

# Bytes of UTF-8. Menus: page 94677; links: 94677, 92135; mini-programs: 92135.
HEAD_MAX, LINE_MAX, VIEW_MAX = 1024, 128, 1024
TITLE_MAX, DESC_MAX, URL_MAX, MINI_MAX = 128, 512, 2048, 64
# Fields of a template card that name something to the platform and are never shown.
_NOT_SHOWN = frozenset({
    "card_type", "task_id", "key", "question_key", "id", "selected_id", "appid", "pagepath",
    "media_id", "userid", "option_ids", "quote_area_type", "image_url", "icon_url",
})  # fmt: skip
_DEPTH = 12
# Letters and symbols of Unicode that are drawn as nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a message. ``asked``: the words are a question as customers put it."""

    place: str
    text: str
    most: int | None = None
    asked: bool = False
    markdown: bool = False


def pieces(body: Body, most: int | None = None) -> Iterator[Piece]:
    """Every part of ``body`` that has words, with empty ones left out; ``most`` is for the text."""
    for piece in _pieces(body, most):
        if piece.text:
            yield piece


def shown(data: Mapping[str, Any], place: str) -> Iterator[Piece]:
    """The words inside a template card or a change of one."""
    yield from _tree(data, place, _DEPTH)


def check(guard: Guard, body: Body, case: Case, most: int | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a message; ``most`` bytes of text fit on its channel."""
    found = [problem for piece in pieces(body, most) for problem in judge(guard, piece, case)]
    if isinstance(body, Text | Markdown | Rich) and not _says_something(body):
        found += _own(case, "empty", "没有内容", "text", 0, "写点什么，或不发")
    return tuple(found)


def judge(guard: Guard, piece: Piece, case: Case) -> Iterator[Problem]:
    """What is wrong with one part."""
    special = piece.asked or piece.markdown
    here = replace(case, asked=piece.asked, markdown=piece.markdown) if special else case
    for problem in guard.inspect(piece.text, here):
        yield problem if piece.place == "text" else replace(problem, place=piece.place)
    size = len(piece.text.encode("utf-8", "replace"))
    if piece.most is not None and size > piece.most:
        message = f"有 {size} 个字节，只能放 {piece.most} 个"
        yield from _own(case, "length", message, piece.place, len(piece.text), "删短或分成几条")


def _own(case: Case, code: str, message: str, place: str, end: int, fix: str) -> list[Problem]:
    severity = Guarding.severity(case.policy, code)
    made = Problem(code=code, message=message, start=0, end=end, fix=fix, severity=severity,
                   place=place)  # fmt: skip
    return [made] if severity != "off" else []


def _says_something(body: Text | Markdown | Rich) -> bool:
    seen = any(unicodedata.category(char)[0] in "LNS" and char not in _BLANK for char in body.text)
    return seen or (isinstance(body, Rich) and bool(body.attachments))


def _pieces(body: Body, most: int | None) -> Iterator[Piece]:
    match body:
        case Text(text):
            yield Piece("text", text, most)
        case Markdown(text):
            yield Piece("text", text, most, markdown=True)
        case Rich(text, attachments):
            yield Piece("text", text, most)
            for i, part in enumerate(attachments, 1):
                for piece in _pieces(part, None):
                    yield replace(piece, place=f"attachment.{i}.{piece.place}")
        case Menu():
            yield from _menu(body)
        case Card(card):
            yield from _tree(card, "card", _DEPTH)
        case _:
            yield from _short(body)


def _menu(menu: Menu) -> Iterator[Piece]:
    yield Piece("menu.head", menu.head, HEAD_MAX)
    for i, item in enumerate(menu.items, 1):
        yield from _item(item, f"menu.{i}")
    yield Piece("menu.tail", menu.tail, HEAD_MAX)


def _short(body: Body) -> Iterator[Piece]:
    """Titles and the like. A place is what its message is about: nobody is told on by it."""
    match body:
        case Link(title, url, desc):
            yield Piece("link.title", title, TITLE_MAX)
            yield Piece("link.desc", desc, DESC_MAX)
            yield Piece("link.url", url, URL_MAX)
        case MiniProgram(title=title):
            yield Piece("miniprogram.title", title, MINI_MAX)
        case Location(name=name):
            yield Piece("location.name", name)


def _item(item: MenuItem, place: str) -> Iterator[Piece]:
    """A tapped line comes back as the member's own words; the rest is ours."""
    click = item.kind == "click"
    yield Piece(place, item.text, LINE_MAX if click else VIEW_MAX, asked=click)
    yield Piece(f"{place}.url", item.url, URL_MAX)


def _tree(value: Any, place: str, deep: int) -> Iterator[Piece]:
    if deep == 0:
        return
    if isinstance(value, str):
        yield Piece(place, value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _NOT_SHOWN:
                yield from _tree(part, f"{place}.{name}", deep - 1)
    elif isinstance(value, list | tuple):
        for i, part in enumerate(value, 1):
            yield from _tree(part, f"{place}.{i}", deep - 1)
