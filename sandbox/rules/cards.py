"""The template card (robots-and-groups.md section 3.5; codes 42027 to 42051 of page 90313).

One field table per part, one row per card type, and one row per sender: what robots, applications
and webhooks may leave out or add.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, Schema, check, flag, items, number, obj, text

ANY = 40058
KEY = 1024


def code(number_: int) -> dict[str, int]:
    """One code for missing, wrong and too long."""
    return {"missing": number_, "bad": number_, "over": number_}


KINDS = (0, 1, 2, 3)
TARGET: dict[str, Field] = {
    "type": number(choices=(0, 1, 2)),
    "url": text(**code(42028)),
    "appid": text(**code(42030)),
    "pagepath": text(),
}
TITLES: dict[str, Field] = {"title": text(), "desc": text()}
MENU = obj(
    {
        "desc": text(),
        "action_list": items(
            obj({"text": text(required=True), "key": text(KEY, required=True)}),
            3,
            required=True,
        ),
    }
)
LINE = obj(
    {
        "type": number(choices=KINDS),
        "keyname": text(required=True, **code(42027)),
        "value": text(),
        "url": text(**code(42028)),
        "media_id": text(128, **code(42029)),
        "userid": text(64, **code(42050)),
    }
)
JUMP = obj(
    TARGET
    | {
        "type": number(choices=KINDS),
        "title": text(required=True, **code(42033)),
        "question": text(200),
    }
)
OPTION: dict[str, Field] = {
    "id": text(128, required=True, **code(42040)),
    "text": text(required=True, **code(42041)),
}
QUESTION = text(KEY, required=True, **code(42043))
CHOICE: dict[str, Field] = {
    "question_key": QUESTION,
    "title": text(),
    "selected_id": text(128),
    "disable": flag(),
    "option_list": items(obj(OPTION), 10, required=True, **code(42037)),
}
BUTTON = obj(
    {
        "type": number(0, 1),
        "text": text(required=True, **code(42038)),
        "style": number(1, 4),
        "key": text(KEY, **code(42039)),
        "url": text(**code(42028)),
    }
)
PARTS: Schema = {
    "card_type": text(required=True, **code(42031)),
    "source": obj({"icon_url": text(), "desc": text(), "desc_color": number(0, 3)}),
    "action_menu": MENU,
    "main_title": obj(TITLES),
    "emphasis_content": obj(TITLES),
    "quote_area": obj(TARGET | {"title": text(), "quote_text": text()}),
    "sub_title_text": text(),
    "horizontal_content_list": items(LINE, 6, **code(42035)),
    "jump_list": items(JUMP, 3, **code(42042)),
    "card_action": obj(TARGET, **code(42045)),
    "card_image": obj(
        {
            "url": text(required=True, **code(42044)),
            "aspect_ratio": Field(kind="num", low=1.3, high=2.25),
        }
    ),
    "image_text_area": obj(TARGET | TITLES | {"image_url": text(required=True, **code(42044))}),
    "vertical_content_list": items(
        obj({"title": text(required=True, **code(42033)), "desc": text()}),
        4,
        **code(42036),
    ),
    "button_selection": obj(CHOICE),
    "button_list": items(BUTTON, 6, missing=42038, bad=42038, over=ANY),
    "checkbox": obj(
        {
            "question_key": QUESTION,
            "mode": number(0, 1),
            "disable": flag(),
            "option_list": items(
                obj(OPTION | {"is_checked": flag()}), 20, required=True, **code(42037)
            ),
        },
        missing=42043,
    ),
    "select_list": items(obj(CHOICE), 3, **code(42047)),
    "submit_button": obj(
        {
            "text": text(required=True, **code(42049)),
            "key": text(KEY, required=True, **code(42046)),
        },
        missing=42046,
    ),
    "task_id": text(128, pattern=r"[0-9a-zA-Z_\-@]+", **code(42014)),
    "feedback": obj({"id": text(256, required=True)}),
}

# card type -> parts it needs
NEEDS: Mapping[str, tuple[str, ...]] = {
    "text_notice": ("card_action",),
    "news_notice": ("card_action",),
    "button_interaction": ("button_list", "task_id"),
    "vote_interaction": ("checkbox", "submit_button", "task_id"),
    "multiple_interaction": ("select_list", "submit_button"),
}
NOTICES = ("text_notice", "news_notice")
INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")
# a type of a part -> the field it then needs
TYPED: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "card_action": {1: ("url",), 2: ("appid",)},
    "quote_area": {1: ("url",), 2: ("appid",)},
    "image_text_area": {1: ("url",), 2: ("appid",)},
    "jump_list": {1: ("url",), 2: ("appid",), 3: ("question",)},
    "horizontal_content_list": {1: ("url",), 2: ("media_id",), 3: ("userid",)},
}
FIELD_CODES = {"url": 42028, "appid": 42030, "media_id": 42029, "userid": 42050, "question": ANY}


@dataclass(frozen=True)
class Sender:
    """Who sends cards: the card types it may use, and the part types it may not."""

    types: tuple[str, ...]
    refused: frozenset[tuple[str, int]] = frozenset()


APP = Sender(tuple(NEEDS), frozenset({("jump_list", 3)}))
ROBOT = Sender(tuple(NEEDS), frozenset({("horizontal_content_list", 2)}))
WEBHOOK = Sender(NOTICES, frozenset({("jump_list", 3)}))


def check_card(sender: Sender, card: Json, update: bool = False) -> None:
    """ApiError with the code of the first part that is wrong; updates may leave out the task id."""
    found = check(PARTS, card)
    kind = found["card_type"]
    if kind not in sender.types:
        raise ApiError(42031, kind)
    for name in NEEDS[kind]:
        if not found.get(name) and not (update and name == "task_id"):
            raise ApiError(42014 if name == "task_id" else PARTS[name].missing, name)
    _check_words(kind, found)
    for name, wanted in TYPED.items():
        for part in _rows(found.get(name)):
            _check_typed(sender, name, wanted, part)
    if found.get("action_menu") and "task_id" not in found and not update:
        raise ApiError(42014, "task_id")
    if not update and any(_disabled(found)):
        raise ApiError(ANY, "disable is for updates only")
    _check_keys(found)


def _disabled(found: Json) -> list[bool]:
    names = ("checkbox", "button_selection", "select_list")
    return [bool(row.get("disable")) for name in names for row in _rows(found.get(name))]


def _rows(part: object) -> list[Json]:
    rows = part if isinstance(part, list) else [part]
    return [each for each in rows if isinstance(each, dict)]


def _check_words(kind: str, found: Json) -> None:
    """What a notice has to show."""
    title = found.get("main_title", {}).get("title")
    if kind == "text_notice" and not (title or found.get("sub_title_text")):
        raise ApiError(42033, "main_title.title or sub_title_text")
    if kind == "news_notice" and not (found.get("card_image") or found.get("image_text_area")):
        raise ApiError(42044, "card_image or image_text_area")
    if kind in NOTICES and not found["card_action"].get("type"):
        raise ApiError(42045, "card_action.type is 1 or 2")


def _check_typed(
    sender: Sender, name: str, wanted: Mapping[int, tuple[str, ...]], part: Json
) -> None:
    kind = part.get("type", 0)
    if (name, kind) in sender.refused:
        raise ApiError(ANY, f"{name} of type {kind}")
    for needed in wanted.get(kind, ()):
        if not part.get(needed):
            raise ApiError(FIELD_CODES[needed], f"{name}.{needed}")


def _check_keys(found: Json) -> None:
    """Buttons that report a click have a key, and no two of them the same (42039, 42051)."""
    keys = []
    for button in found.get("button_list", []):
        if button.get("type", 0) == 0 and not button.get("key"):
            raise ApiError(42039, "button key")
        keys += [button["key"]] if button.get("key") else []
    keys += [each["key"] for each in found.get("action_menu", {}).get("action_list", [])]
    if len(set(keys)) != len(keys):
        raise ApiError(42051, "duplicate key")
