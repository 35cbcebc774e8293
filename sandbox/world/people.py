"""Records of people, groups, tags, media and apps. Times are UTC ms, unless named `_s`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(kw_only=True)
class Token:
    """An access token of one app."""

    value: str
    app: str
    expires_at: int


@dataclass(kw_only=True)
class Staff:
    """A member of the corp; `can_add` = has the customer-contact feature."""

    userid: str
    name: str
    can_add: bool = True
    console_welcome: bool = False
    active: bool = True
    department: int = 1
    mobile: str = ""
    email: str = ""
    archived: bool = True


@dataclass(kw_only=True)
class StaffTag:
    """A tag of the contacts (通讯录标签): staff, not customers."""

    id: int
    name: str
    members: list[str] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Customer:
    """A WeChat user, the same id in customer contact and in kf."""

    id: str
    name: str
    gender: int = 0
    unionid: str = ""
    made_at: int = 0
    archive_consent: bool | None = None
    log: dict[str, Customer] | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Its key in a log of changes."""
        return self.id


@dataclass(kw_only=True, slots=True)
class Relation:
    """Member and customer; a customer who deleted the member still counts as related."""

    userid: str
    customer: str
    created_at: int
    state: str = ""
    add_way: int = 1
    oper_userid: str = ""
    half: bool = False
    customer_deleted: bool = False
    chatted: bool = False
    last_contact: int = 0
    remark: str = ""
    description: str = ""
    remark_company: str = ""
    remark_mobiles: Sequence[str] = ()
    tags: Sequence[str] = ()
    log: dict[str, Relation] | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Its key in a log of changes."""
        return f"{self.userid}|{self.customer}"


@dataclass(kw_only=True)
class WelcomeCode:
    """One chance to greet: used, killed by a message of either side, or over its deadline."""

    code: str
    userid: str
    customer: str
    deadline: int
    used: bool = False
    dead: bool = False
    sending: bool = False


@dataclass(kw_only=True, slots=True)
class GroupMember:
    """Somebody in a group; type 1 staff, 2 external."""

    id: str
    type: int
    joined_at: int
    join_scene: int = 1
    invitor: str = ""
    state: str = ""


@dataclass(kw_only=True, slots=True)
class Group:
    """A group chat; `kind` is customer or internal."""

    chat_id: str
    name: str
    kind: str
    owner: str
    created_at: int
    notice: str = ""
    version: int = 1
    members: dict[str, GroupMember] = field(default_factory=dict)
    admins: list[str] = field(default_factory=list)
    app: str = ""
    log: dict[str, Group] | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Its key in a log of changes."""
        return self.chat_id


@dataclass(kw_only=True)
class TagGroup:
    """A group of corporate tags."""

    id: str
    name: str
    created_at: int
    order: int = 0
    tags: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Tag:
    """A corporate tag (企业标签)."""

    id: str
    name: str
    group: str
    created_at: int
    order: int = 0


@dataclass(kw_only=True)
class Media:
    """An uploaded file; `scope` says which API may use it: temp, moments, album, webhook:KEY …"""

    id: str
    kind: str
    scope: str
    filename: str
    content_type: str
    size: int
    created_at: int


@dataclass(kw_only=True)
class ContactWay:
    """A contact way (联系我): its QR code adds one of the members."""

    config_id: str
    fields: Json
    created_at: int
    scans: int = 0


@dataclass(kw_only=True)
class AppMessage:
    """A message that an app sent to staff."""

    msgid: str
    app: str
    sent_at: int
    users: list[str] = field(default_factory=list)
    recalled: bool = False


@dataclass(kw_only=True)
class Robot:
    """A smart robot (智能机器人); `mode` is socket or callback. `url` may be a path below the
    callback base."""

    bot_id: str
    name: str
    secret: str = ""
    groups: list[str] = field(default_factory=list)
    mode: str = "socket"
    url: str = ""
    token: str = ""
    aes_key: str = ""


@dataclass(kw_only=True)
class Pending:
    """A callback that the receiver has not accepted yet."""

    id: str
    app: str
    event: str
    xml: str
    created_at: int
    tries: int = 0
