"""Everything that a snapshot keeps. Plain mutable records, written only by `sandbox.rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.people import (
    AppMessage as AppMessage,
)
from sandbox.world.people import (
    ContactWay as ContactWay,
)
from sandbox.world.people import (
    Customer as Customer,
)
from sandbox.world.people import (
    Group as Group,
)
from sandbox.world.people import (
    GroupMember as GroupMember,
)
from sandbox.world.people import (
    Media as Media,
)
from sandbox.world.people import (
    Pending as Pending,
)
from sandbox.world.people import (
    Relation as Relation,
)
from sandbox.world.people import (
    Robot as Robot,
)
from sandbox.world.people import (
    Staff as Staff,
)
from sandbox.world.people import (
    StaffTag as StaffTag,
)
from sandbox.world.people import (
    Tag as Tag,
)
from sandbox.world.people import (
    TagGroup as TagGroup,
)
from sandbox.world.people import (
    Token as Token,
)
from sandbox.world.people import (
    WelcomeCode as WelcomeCode,
)
from sandbox.world.population import Drift as Drift
from sandbox.world.service import (
    KfAccount as KfAccount,
)
from sandbox.world.service import (
    KfCode as KfCode,
)
from sandbox.world.service import (
    KfLink as KfLink,
)
from sandbox.world.service import (
    KfSession as KfSession,
)
from sandbox.world.tapped import (
    Bulk as Bulk,
)
from sandbox.world.tapped import (
    Moment as Moment,
)
from sandbox.world.tapped import (
    MomentJob as MomentJob,
)
from sandbox.world.tapped import (
    Task as Task,
)

Json = dict[str, Any]


@dataclass(kw_only=True)
class Store:
    """Everything that a snapshot keeps."""

    corp_id: str
    clock_offset: int = 0
    callback_base: str | None = None
    counters: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    staff_tags: dict[str, StaffTag] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    relations: dict[str, dict[str, Relation]] = field(default_factory=dict)
    welcome_codes: dict[str, WelcomeCode] = field(default_factory=dict)
    received: dict[str, list[Json]] = field(default_factory=dict)
    chats: dict[str, list[Json]] = field(default_factory=dict)
    kf_accounts: dict[str, KfAccount] = field(default_factory=dict)
    kf_sessions: dict[str, KfSession] = field(default_factory=dict)
    kf_codes: dict[str, KfCode] = field(default_factory=dict)
    kf_links: dict[str, KfLink] = field(default_factory=dict)
    kf_tokens: dict[str, Json] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    staff_tasks: dict[str, list[str]] = field(default_factory=dict)
    bulks: dict[str, Bulk] = field(default_factory=dict)
    bulk_counts: dict[str, dict[str, int]] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    moment_jobs: dict[str, MomentJob] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    webhooks: dict[str, str] = field(default_factory=dict)
    tag_groups: dict[str, TagGroup] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    contact_ways: dict[str, ContactWay] = field(default_factory=dict)
    join_ways: dict[str, ContactWay] = field(default_factory=dict)
    app_messages: dict[str, AppMessage] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    archive: list[Json] = field(default_factory=list)
    shelf: dict[str, Json] = field(default_factory=dict)
    population: Json = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    drift: Drift = field(default_factory=Drift, repr=False)
