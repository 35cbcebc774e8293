"""What a message can be: a closed union, stored as tagged JSON.

Limits are not checked here: they belong to the channel that carries the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """Markdown of the robot channels; ``dialect`` is the platform's msgtype."""

    text: str
    dialect: Literal["markdown", "markdown_v2"] = "markdown"


@dataclass(frozen=True, slots=True)
class Media:
    """A file to show or hear. ``asset`` is our own name for it, ``media_id`` the platform's."""

    kind: Literal["image", "voice", "video", "file"]
    asset: str = ""
    media_id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A card that opens a page."""

    title: str
    url: str
    desc: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place; degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """A mini-program card; ``page`` ends with .html."""

    appid: str
    page: str
    title: str = ""
    thumb: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of a menu: a ``click`` comes back as event with ``id``, a ``view`` opens a page."""

    kind: Literal["click", "view", "text"]
    text: str
    id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A question with answers to tap (kf msgmenu)."""

    head: str
    items: tuple[MenuItem, ...]
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A template card, in the platform's own shape."""

    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rich:
    """A text with attachments, as welcome, bulk task and moment carry it."""

    text: str
    attachments: tuple[Media | Link | MiniProgram, ...] = ()


Body = Text | Markdown | Media | Link | Location | MiniProgram | Menu | Card | Rich

_KINDS: dict[str, type[Any]] = {
    "text": Text, "markdown": Markdown, "media": Media, "link": Link, "location": Location,
    "miniprogram": MiniProgram, "menu": Menu, "card": Card, "rich": Rich,
}  # fmt: skip
_TAGS = {cls: tag for tag, cls in _KINDS.items()}


def in_one(body: Body) -> bool:
    """True when it is a single message where each message stands alone, as in kf: a text without
    attachments, or one thing."""
    return not (isinstance(body, Rich) and body.attachments)


def dump(body: Body) -> dict[str, Any]:
    """The body as JSON-ready data with its ``type``."""
    data = asdict(body)
    if isinstance(body, Rich):
        data["attachments"] = [dump(part) for part in body.attachments]
    return {"type": _TAGS[type(body)], **data}


def load(data: Mapping[str, Any]) -> Body:
    """The inverse of ``dump``. Raises ValueError for an unknown type, or a missing or odd field."""
    values = dict(data)
    cls = _KINDS.get(str(values.pop("type", "")))
    try:
        if cls is None:
            raise TypeError("unknown type")
        if cls is Menu:
            values["items"] = tuple(MenuItem(**item) for item in values["items"])
        if cls is Rich:
            values["attachments"] = tuple(load(part) for part in values["attachments"])
        made: Body = cls(**values)
    except (TypeError, KeyError, ValueError) as exc:
        raise ValueError(f"not a message body: {dict(data)!r} ({exc})") from None
    return made


def plain(body: Body) -> str:
    """The words of a body, as the reply log shows them."""
    match body:
        case Text(text) | Markdown(text) | Rich(text):
            return text
        case Menu(head, items, tail):
            return "\n".join(filter(None, [head, *(f"· {i.text}" for i in items), tail]))
        case Link(title, url):
            return f"[{title}] {url}"
        case Media(kind, asset, media_id):
            return f"[{kind}] {asset or media_id}"
        case Location(name=name, address=address):
            return f"[location] {name} {address}".strip()
        case MiniProgram(title=title, page=page):
            return f"[mini-program] {title or page}"
        case Card(card):
            return f"[card] {card.get('main_title', {}).get('title', '')}".strip()
