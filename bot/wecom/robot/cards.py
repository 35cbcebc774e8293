"""Template cards (模板卡片, page 101032): what each type needs and how much fits, as tables.

A card comes from people, in the platform's own shape; it is refused here with a reason that
they understand, rather than by the platform with a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.core.decode import nearest
from bot.wecom.wire import BadBody, size

Card = Mapping[str, Any]
# Each type: groups of paths, of each of which at least one must be there.
NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "text_notice": (("card_action",), ("main_title.title", "sub_title_text")),
    "news_notice": (("card_image", "image_text_area"), ("card_action",)),
    "button_interaction": (("button_list",), ("task_id",)),
    "vote_interaction": (("checkbox",), ("submit_button",), ("task_id",)),
    "multiple_interaction": (("select_list",), ("submit_button",)),
}
# path of a list: how many it may hold at most.
ROOM: Mapping[str, int] = {
    "action_menu.action_list": 3,
    "horizontal_content_list": 6,
    "jump_list": 3,
    "vertical_content_list": 4,
    "button_list": 6,
    "select_list": 3,
    "checkbox.option_list": 20,
    "button_selection.option_list": 10,
    "select_list[].option_list": 10,
}
# path: (UTF-8 bytes, what it is).
LENGTHS: Mapping[str, tuple[int, str]] = {
    "button_list[].key": (1024, "a button's key"),
    "submit_button.key": (1024, "the submit button's key"),
    "action_menu.action_list[].key": (1024, "a menu key"),
    "checkbox.option_list[].id": (128, "an option's id"),
    "button_selection.option_list[].id": (128, "an option's id"),
    "select_list[].option_list[].id": (128, "an option's id"),
    "jump_list[].question": (200, "a jump's question"),
    "feedback.id": (256, "the feedback id"),
}
# path: the numbers it may be. Type 2 of a horizontal line (a file) is not for robots.
CHOICES: Mapping[str, frozenset[int]] = {
    "source.desc_color": frozenset({0, 1, 2, 3}),
    "quote_area.type": frozenset({0, 1, 2}),
    "card_action.type": frozenset({0, 1, 2}),
    "jump_list[].type": frozenset({0, 1, 2, 3}),
    "horizontal_content_list[].type": frozenset({0, 1, 3}),
    "button_list[].style": frozenset({1, 2, 3, 4}),
    "checkbox.mode": frozenset({0, 1}),
}
# A block that is there needs these inside.
INSIDE: Mapping[str, tuple[str, ...]] = {
    "button_list[]": ("text", "key"),
    "submit_button": ("text", "key"),
    "checkbox": ("question_key", "option_list"),
    "select_list[]": ("question_key", "option_list"),
    "action_menu.action_list[]": ("text", "key"),
    "jump_list[]": ("title",),
    "card_image": ("url",),
}
ONLY_IN_UPDATES = ("checkbox.disable", "select_list[].disable", "button_selection.disable")
TASK_ID = re.compile(r"[0-9a-zA-Z_\-@]{1,128}")
RATIO = (1.3, 2.25)


def check(card: Card, *, update: bool = False) -> dict[str, Any]:
    """The card itself as plain data. Raises BadBody with the first fault, by its path."""
    for rule in RULES:
        for problem in rule(card):
            raise BadBody(f"card: {problem}")
    if not update and (path := next((p for p in ONLY_IN_UPDATES if list(find(card, p))), "")):
        raise BadBody(f"card: {path} is for updates only")
    return dict(card)


def find(card: Any, path: str) -> Iterator[Any]:
    """Every value at a path; ``[]`` walks through a list."""
    head, _, rest = path.partition(".")
    value = card.get(head.removesuffix("[]")) if isinstance(card, Mapping) else None
    found = value if head.endswith("[]") and isinstance(value, list | tuple) else [value]
    for each in found:
        if rest:
            yield from find(each, rest)
        elif each not in (None, ""):
            yield each


def _types(card: Card) -> Iterator[str]:
    kind = card.get("card_type")
    if kind not in NEEDS:
        yield f"card_type {kind!r} is not possible; {nearest(str(kind), NEEDS)}"
        return
    for group in NEEDS[str(kind)]:
        if not any(_there(card, path) for path in group):
            yield f"{kind} needs {' or '.join(group)}"


def _there(card: Card, path: str) -> bool:
    return any(value not in ([], {}, ()) for value in find(card, path))


def _tasks(card: Card) -> Iterator[str]:
    task = card.get("task_id")
    if task is not None and not (isinstance(task, str) and TASK_ID.fullmatch(task)):
        yield "task_id wants 1 to 128 of 0-9 a-z A-Z _ - @"
    if card.get("action_menu") and not task:
        yield "action_menu needs task_id"


def _room(card: Card) -> Iterator[str]:
    for path, most in ROOM.items():
        for value in find(card, path):
            if not isinstance(value, list | tuple):
                yield f"{path} wants a list"
            elif not 1 <= len(value) <= most:
                yield f"{path} wants 1 to {most} entries, not {len(value)}"


def _lengths(card: Card) -> Iterator[str]:
    for path, (most, what) in LENGTHS.items():
        for value in find(card, path):
            if not isinstance(value, str) or size(value) > most:
                yield f"{what} wants a text of at most {most} bytes"


def _choices(card: Card) -> Iterator[str]:
    for path, allowed in CHOICES.items():
        for value in find(card, path):
            if isinstance(value, bool) or value not in allowed:
                yield f"{path} {value!r} is not possible; {sorted(allowed)} are"


def _inside(card: Card) -> Iterator[str]:
    for path, names in INSIDE.items():
        for block in find(card, path):
            missing = [n for n in names if not isinstance(block, Mapping) or not block.get(n)]
            if missing:
                yield f"{path} needs {missing[0]}"


def _ratio(card: Card) -> Iterator[str]:
    for value in find(card, "card_image.aspect_ratio"):
        if not isinstance(value, int | float) or not RATIO[0] <= value <= RATIO[1]:
            yield f"card_image.aspect_ratio wants {RATIO[0]} to {RATIO[1]}"


RULES: tuple[Callable[[Card], Iterator[str]], ...] = (
    _types, _tasks, _room, _inside, _lengths, _choices, _ratio,
)  # fmt: skip
