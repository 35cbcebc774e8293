"""The table of rights: nobody has everything, and what must be apart is apart (A63)."""

from __future__ import annotations

import pytest

from bot.console.rights import RIGHTS, ROLES, Access, Right, may

WRITERS = {
    Right.STAFF_MANAGE: {"owner"},
    Right.SETTINGS_MANAGE: {"owner"},
    Right.AUDIT_SEE: {"owner"},
    Right.PERSONA_EDIT: {"brand"},
    Right.CONTENT_EDIT: {"content"},
    Right.CONTENT_APPROVE: {"content", "lead"},
    Right.PLAN_RUN: {"lead"},
    Right.INBOX_REPLY: {"lead", "service"},
    Right.INBOX_ASSIGN: {"lead"},
    Right.TASKS_STOP: {"content", "lead"},
    Right.MEMBERS_EDIT: {"lead", "service"},
    Right.MEMBERS_COPY: {"owner", "lead"},
    Right.MEMBERS_ERASE: {"owner", "lead"},
    Right.VALUE_SEE: {"owner", "lead", "brand"},
    Right.VALUE_ACT: {"owner", "lead"},
    Right.MEMBERS_EXPORT: {"owner", "lead"},
    Right.REWARDS_ACT: {"owner", "lead"},
    Right.REWARDS_HAND: {"owner", "lead", "service"},
    Right.SEGMENTS_EDIT: {"content", "lead"},
    Right.COMMUNITY_ACT: {"lead"},
}


def test_nobody_has_every_right_and_each_right_has_somebody() -> None:
    assert all(set(rights) < set(Right) for rights in RIGHTS.values())
    assert set().union(*RIGHTS.values()) == set(Right)


@pytest.mark.parametrize("right", WRITERS)
def test_who_may_change_what(right: Right) -> None:
    assert {role for role in ROLES if may(role, right)} == WRITERS[right]


def test_readonly_only_sees_and_an_unknown_role_not_even_that() -> None:
    assert {right for right in Right if may("readonly", right)}.isdisjoint(WRITERS)
    assert not any(may("cook", right) for right in Right)
    assert may("cook", Access.SIGNED_IN)
