"""Records of what leaves only by a member's tap: bulk messages and moments. Times in UTC ms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(kw_only=True)
class Task:
    """What waits in one member's client until he taps: part of a bulk message or of a moment."""

    id: str
    kind: str
    ref: str
    userid: str
    created_at: int
    targets: list[str] = field(default_factory=list)
    status: str = "waiting"
    sent_at: int | None = None
    results: dict[str, Json] = field(default_factory=dict)


@dataclass(kw_only=True)
class Bulk:
    """A bulk message (群发); `create_type` 0 = by the corp, 1 = by the member himself."""

    msgid: str
    chat_type: str
    created_at: int
    text: str = ""
    attachments: list[Json] = field(default_factory=list)
    creator: str = ""
    create_type: int = 0
    tasks: dict[str, str] = field(default_factory=dict)
    preset: bool = True
    allow_select: bool = False
    cancelled: bool = False
    reminders: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Moment:
    """A moment (朋友圈) and what became of it per publishing member."""

    moment_id: str
    created_at: int
    text: str = ""
    attachments: list[Json] = field(default_factory=list)
    creator: str = ""
    create_type: int = 0
    tags: list[str] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)
    cancelled: bool = False
    comments: dict[str, list[Json]] = field(default_factory=dict)
    likes: dict[str, list[Json]] = field(default_factory=dict)


@dataclass(kw_only=True)
class MomentJob:
    """The asynchronous half of `add_moment_task`."""

    jobid: str
    moment_id: str
    created_at: int
    invalid_users: list[str] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)
