"""Records of customer service (微信客服). Times are UTC milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(kw_only=True)
class KfAccount:
    """A customer-service account with its append-only log; `base` = entries already dropped."""

    open_kfid: str
    name: str
    app: str = ""
    avatar: str = ""
    servicers: dict[str, int] = field(default_factory=dict)
    log: list[Json] = field(default_factory=list)
    base: int = 0
    msgids: dict[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class KfSession:
    """One customer at one kf account."""

    open_kfid: str
    customer: str
    state: int = 4
    servicer: str = ""
    last_message: int | None = None
    last_seen: int | None = None
    last_welcome: int | None = None
    sent: int = 0
    coded: bool = False
    refuses: bool = False
    scene: str = ""
    scene_param: str = ""


@dataclass(kw_only=True)
class KfCode:
    """A code of `send_msg_on_event`."""

    code: str
    kind: str
    open_kfid: str
    customer: str
    deadline: int
    state: int | None = None
    used: bool = False


@dataclass(kw_only=True)
class KfLink:
    """A customer-service link handed out by `kf/add_contact_way`."""

    code: str
    open_kfid: str
    scene: str
    enc_scene: str
