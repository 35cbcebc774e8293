"""Template cards (pages 90236, 91770, 101032): what each of the five types needs, and how much.

One table for applications, smart robots and push robots; they differ in what they may carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.wecom.shape import Json, Want, fields
from bot.wecom.wire import BadBody

Carrier = Literal["app", "robot", "webhook"]
TEXT = Want()
NEEDED = Want(need=True)
KEY = Want(need=True, size=1024)
OPTION_ID = Want(need=True, size=128)
URL = Want(size=2048)
FLAG = Want(kind=bool)
# What a type of jump, action or line must name besides itself: 1 a page, 2 a mini-program, …
_OPENS = {1: "url", 2: "appid"}
_LINE = {1: "url", 2: "media_id", 3: "userid"}
_JUMP = {1: "url", 2: "appid", 3: "question"}


def _by_type(needs: Mapping[int, str]) -> Any:
    """A rule: the field that this ``type`` stands for must be there."""

    def rule(value: Json, at: str) -> None:
        wanted = needs.get(value.get("type", 0))
        if wanted and not value.get(wanted):
            raise BadBody(f"{at}.{wanted} is missing (type {value['type']})")

    return rule


def _unique(name: str, rows: str) -> Any:
    """A rule: no two rows of a list have the same ``name`` (42051)."""

    def rule(value: Json, at: str) -> None:
        keys = [row.get(name) for row in value.get(rows, ())]
        if len(set(keys)) < len(keys):
            raise BadBody(f"{at}.{rows} has the same {name} twice")

    return rule


def _kind(last: int) -> Want:
    return Want(kind=int, among=tuple(range(last + 1)))


def _obj(rule: Any = None, **has: Want) -> Want:
    return Want(kind=dict, has=has, rule=rule)


def _rows(most: int, row: Want) -> Want:
    return Want(kind=list, count=(1, most), of=row)


_TITLE = _obj(title=TEXT, desc=TEXT)
_TARGET = {"url": URL, "appid": TEXT, "pagepath": TEXT}
_OPTION = _obj(id=OPTION_ID, text=NEEDED)
_QUESTION = {"question_key": KEY, "title": TEXT, "selected_id": Want(size=128), "disable": FLAG}

PARTS: Mapping[str, Want] = {
    "source": _obj(icon_url=URL, desc=TEXT, desc_color=_kind(3)),
    "action_menu": Want(kind=dict, rule=_unique("key", "action_list"), has={
        "desc": TEXT,
        "action_list": Want(kind=list, need=True, count=(1, 3), of=_obj(text=NEEDED, key=KEY))}),
    "main_title": _TITLE,
    "emphasis_content": _TITLE,
    "quote_area": _obj(_by_type(_OPENS), type=_kind(2), title=TEXT, quote_text=TEXT, **_TARGET),
    "sub_title_text": TEXT,
    "horizontal_content_list": _rows(6, _obj(
        _by_type(_LINE), type=_kind(3), keyname=NEEDED, value=TEXT, url=URL, media_id=TEXT,
        userid=TEXT)),
    "jump_list": _rows(3, _obj(_by_type(_JUMP), type=_kind(3), title=NEEDED,
                               question=Want(size=200), **_TARGET)),
    "card_action": _obj(_by_type(_OPENS), type=_kind(2), **_TARGET),
    "card_image": _obj(url=Want(need=True, size=2048),
                       aspect_ratio=Want(kind=float, span=(1.3, 2.25))),
    "image_text_area": _obj(_by_type(_OPENS), type=_kind(2), title=TEXT, desc=TEXT,
                            image_url=Want(need=True, size=2048), **_TARGET),
    "vertical_content_list": _rows(4, _obj(title=NEEDED, desc=TEXT)),
    "button_selection": _obj(option_list=Want(kind=list, need=True, count=(1, 10), of=_OPTION),
                             **_QUESTION),
    "button_list": _rows(6, _obj(text=NEEDED, style=Want(kind=int, among=(1, 2, 3, 4)), key=KEY)),
    "checkbox": _obj(question_key=KEY, mode=Want(kind=int, among=(0, 1)), disable=FLAG,
                     option_list=Want(kind=list, need=True, count=(1, 20), of=_obj(
                         id=OPTION_ID, text=NEEDED, is_checked=FLAG))),
    "select_list": _rows(3, _obj(
        option_list=Want(kind=list, need=True, count=(1, 10), of=_OPTION), **_QUESTION)),
    "submit_button": _obj(text=NEEDED, key=KEY),
    "task_id": Want(size=128, like=r"[0-9a-zA-Z_\-@]+"),
    "feedback": _obj(id=Want(need=True, size=256)),
}  # fmt: skip

# Each line: one of these must be there.
Needs = tuple[tuple[str, ...], ...]
NEEDS: Mapping[str, Needs] = {
    "text_notice": (("card_action",), ("main_title.title", "sub_title_text")),
    "news_notice": (("card_action",), ("card_image", "image_text_area")),
    "button_interaction": (("button_list",), ("task_id",)),
    "vote_interaction": (("checkbox",), ("submit_button",), ("task_id",)),
    "multiple_interaction": (("select_list",), ("submit_button",)),
}
# These must open something; elsewhere a card_action of type 0 means: nothing happens.
OPENING = frozenset({"text_notice", "news_notice"})
ALLOWED: Mapping[Carrier, tuple[str, ...]] = {
    "app": tuple(NEEDS), "robot": tuple(NEEDS), "webhook": tuple(sorted(OPENING)),
}  # fmt: skip
# Parts that a carrier does not know: nobody would hear the click.
WITHOUT: Mapping[Carrier, tuple[str, ...]] = {
    "app": ("feedback",), "robot": (), "webhook": ("feedback", "action_menu"),
}  # fmt: skip
_QUESTIONS = ("checkbox", "button_selection", "select_list")


def checked(card: Mapping[str, Any], carrier: Carrier, *, update: bool = False) -> Json:
    """The card, fit for its carrier. Raises BadBody naming the first fault.

    ``update``: it replaces a card that was sent; only then may questions be disabled.
    """
    kind = card.get("card_type")
    if kind not in NEEDS:
        raise BadBody(f"card_type is {kind!r}; possible: {', '.join(NEEDS)}")
    if kind not in ALLOWED[carrier]:
        raise BadBody(f"card_type {kind} cannot be sent by this channel ({carrier})")
    fields(PARTS, card, "")
    for choice in NEEDS[kind]:
        if not any(_has(card, name) for name in choice):
            raise BadBody(f"a {kind} card needs {' or '.join(choice)}")
    _opens(card, kind)
    _fits(card, carrier)
    if card.get("action_menu") and not card.get("task_id"):
        raise BadBody("a card with action_menu needs task_id")
    if not update:
        _enabled(card)
    return dict(card)


def _has(card: Mapping[str, Any], path: str) -> bool:
    value: Any = card
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return bool(value)


def _opens(card: Mapping[str, Any], kind: str) -> None:
    if kind in OPENING and card["card_action"].get("type") not in (1, 2):
        raise BadBody(f"card_action.type of a {kind} card is 1 (page) or 2 (mini-program)")


def _fits(card: Mapping[str, Any], carrier: Carrier) -> None:
    for name in WITHOUT[carrier]:
        if card.get(name):
            raise BadBody(f"{name} cannot be sent by this channel ({carrier})")
    if carrier != "app" and 2 in _types(card, "horizontal_content_list"):
        raise BadBody("horizontal_content_list of type 2 (file) is for applications only")
    if carrier != "robot" and 3 in _types(card, "jump_list"):
        raise BadBody("jump_list of type 3 (question) is for smart robots only")


def _types(card: Mapping[str, Any], rows: str) -> set[Any]:
    return {row.get("type", 0) for row in card.get(rows) or ()}


def _enabled(card: Mapping[str, Any]) -> None:
    for name in _QUESTIONS:
        value = card.get(name) or ()
        rows = value if isinstance(value, list | tuple) else [value]
        if any(row.get("disable") for row in rows):
            raise BadBody(f"{name}.disable is for updates of a card only")
