"""Who may do what: seven roles, and the rights of each as a table.

Nobody has everything. Who writes a persona does not write to customers, who writes templates does
not change the taboo that judges them, and who hands out accounts does none of that (A63).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """One thing that a route may ask for."""

    INBOX_SEE = "inbox.see"
    INBOX_REPLY = "inbox.reply"
    INBOX_ASSIGN = "inbox.assign"
    MEMBERS_SEE = "members.see"
    MEMBERS_EDIT = "members.edit"
    MEMBERS_COPY = "members.copy"
    MEMBERS_ERASE = "members.erase"
    MEMBERS_EXPORT = "members.export"
    SEGMENTS_EDIT = "segments.edit"
    COMMUNITY_ACT = "community.act"
    PERSONA_SEE = "persona.see"
    PERSONA_EDIT = "persona.edit"
    CONTENT_SEE = "content.see"
    CONTENT_EDIT = "content.edit"
    CONTENT_APPROVE = "content.approve"
    PLAN_SEE = "plan.see"
    PLAN_RUN = "plan.run"
    FIGURES_SEE = "figures.see"
    VALUE_SEE = "value.see"
    VALUE_ACT = "value.act"
    REWARDS_SEE = "rewards.see"
    REWARDS_HAND = "rewards.hand"
    REWARDS_ACT = "rewards.act"
    TASKS_SEE = "tasks.see"
    TASKS_STOP = "tasks.stop"
    STAFF_MANAGE = "staff.manage"
    SETTINGS_MANAGE = "settings.manage"
    AUDIT_SEE = "audit.see"


class Access(StrEnum):
    """What a route asks for that is no right: nothing, or only that somebody is signed in."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"


SEE = frozenset((Right.INBOX_SEE, Right.PERSONA_SEE, Right.CONTENT_SEE, Right.PLAN_SEE,
                 Right.FIGURES_SEE, Right.TASKS_SEE, Right.MEMBERS_SEE,
                 Right.REWARDS_SEE))  # fmt: skip
RIGHTS: Mapping[str, frozenset[Right]] = {
    "owner": SEE | {Right.VALUE_SEE, Right.VALUE_ACT, Right.REWARDS_HAND, Right.REWARDS_ACT,
                    Right.MEMBERS_EXPORT, Right.MEMBERS_COPY, Right.MEMBERS_ERASE,
                    Right.STAFF_MANAGE, Right.SETTINGS_MANAGE, Right.AUDIT_SEE},
    "lead": SEE | {Right.INBOX_REPLY, Right.INBOX_ASSIGN, Right.CONTENT_APPROVE, Right.PLAN_RUN,
                   Right.TASKS_STOP, Right.VALUE_SEE, Right.VALUE_ACT, Right.MEMBERS_EDIT,
                   Right.MEMBERS_EXPORT, Right.MEMBERS_COPY, Right.MEMBERS_ERASE,
                   Right.SEGMENTS_EDIT, Right.COMMUNITY_ACT, Right.REWARDS_HAND,
                   Right.REWARDS_ACT},
    "brand": frozenset((Right.PERSONA_SEE, Right.PERSONA_EDIT, Right.CONTENT_SEE,
                        Right.VALUE_SEE)),
    "content": frozenset((Right.PERSONA_SEE, Right.CONTENT_SEE, Right.CONTENT_EDIT,
                          Right.CONTENT_APPROVE, Right.PLAN_SEE, Right.TASKS_SEE,
                          Right.TASKS_STOP, Right.MEMBERS_SEE, Right.SEGMENTS_EDIT)),
    "service": frozenset((Right.INBOX_SEE, Right.INBOX_REPLY, Right.PERSONA_SEE,
                          Right.CONTENT_SEE, Right.PLAN_SEE, Right.MEMBERS_SEE,
                          Right.MEMBERS_EDIT, Right.REWARDS_SEE, Right.REWARDS_HAND)),
    "analyst": frozenset((Right.FIGURES_SEE,)),
    "readonly": SEE,
}  # fmt: skip
ROLES = tuple(RIGHTS)


def may(role: str, wanted: Right | Access) -> bool:
    """True when somebody of this role who is signed in may go there. An unknown role may nothing
    that needs a right."""
    return isinstance(wanted, Access) or wanted in RIGHTS.get(role, frozenset())
