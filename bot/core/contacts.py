"""What the platform says about customers, tags and groups, as values. Times are UTC ms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# The things the platform made for us whose ids no console shows (pages 92572, 92229, 92366, 97297).
ItemKind = Literal["contact_way", "join_way", "group_welcome", "acquisition_link"]
_EXTERNAL = ("wm", "wo")


def is_external(userid: str) -> bool:
    """True for a customer's id: ``wm…`` uses WeChat, ``wo…`` WeCom; staff ids look otherwise."""
    return userid.startswith(_EXTERNAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Follow:
    """One staff account's side of a friendship. ``tags`` are ids of corporate tags."""

    account: str
    since: int
    remark: str = ""
    description: str = ""
    add_way: int = 0
    state: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform says of somebody who wrote to customer service, or who follows an official
    account; of followers it tells no name. ``union_id`` only where the company has bound its
    accounts to one open-platform account."""

    name: str = ""
    union_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """A customer and the accounts that have him. ``kind`` 1 uses WeChat, 2 WeCom."""

    id: str
    name: str = ""
    kind: int = 0
    gender: int = 0
    union_id: str = ""
    company: str = ""
    follows: tuple[Follow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerPage:
    """One page of a listing. ``cursor`` is empty at the end; ``unlisted`` accounts were left out
    by the platform, so nothing follows from what the page does not show of them."""

    customers: tuple[Customer, ...] = ()
    cursor: str = ""
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A corporate tag; ``sort`` is the platform's order, larger first."""

    id: str
    name: str
    sort: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TagGroup:
    """Corporate tags under one heading."""

    id: str
    name: str
    sort: int = 0
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One member of a customer group. ``scene``: 1 invited, 2 by link, 3 by QR code; ``state``
    names the join way, ``invitor`` who invited him."""

    member: str
    joined_at: int
    staff: bool = False
    name: str = ""
    scene: int = 0
    state: str = ""
    invitor: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """A customer group with its members. ``version`` changes with every change of members."""

    id: str
    owner: str
    name: str = ""
    notice: str = ""
    version: str = ""
    made_at: int = 0
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something the platform made for us. ``code`` is the channel code that comes back as state."""

    kind: ItemKind
    id: str
    code: str = ""
    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """A like or a comment under a published moment. The platform tells who and when, not what."""

    kind: Literal["liked", "commented"]
    moment: str
    account: str
    who: str
    at: int
