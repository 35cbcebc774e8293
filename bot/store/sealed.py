"""Which columns are sealed on the disk when a key is configured, and which are not, and why.

A column that holds something personal (``store/personal.py``) stands in ``SEALED`` or in ``OPEN``;
whoever adds one decides. A table that holds nothing of a member may stand here, too: the search
index is made of what was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Seal(StrEnum):
    """How a value is sealed."""

    FRESH = "~"  # otherwise each time: equal texts do not look equal
    EQUAL = "="  # the same each time, for what is looked up, grouped or compared in the database
    STATE = "s"  # likewise; the name of a state (core/lifecycle.py) stays, for it is counted there
    MARK = "#"  # a number that is only compared: another number, which nothing leads back from


FRESH, EQUAL, STATE, MARK = Seal.FRESH, Seal.EQUAL, Seal.STATE, Seal.MARK

SEALED: Mapping[str, Mapping[str, Seal]] = {
    # what was said
    "intake": {"body": FRESH},
    "inbox": {"text": FRESH, "data": FRESH},
    "outbox": {"body": FRESH, "data": FRESH},
    "replies": {"text": FRESH},
    "unmatched": {"text": FRESH, "norm": EQUAL},
    "conversation": {"memory": FRESH, "waiting_for": FRESH, "lead_for": FRESH},
    "talk_join": {"evidence": FRESH},
    "desk_note": {"text": FRESH},
    "appeal": {"text": FRESH, "found": FRESH, "reason": FRESH},
    "rating": {"words": FRESH},
    "block": {"reason": FRESH, "lifted_why": FRESH},
    "pooled": {"body": FRESH, "digest": EQUAL},
    "gram": {"head": EQUAL, "tails": FRESH},
    # who he is
    "member": {"name": EQUAL, "company": EQUAL},
    "memory": {"data": FRESH},
    "friend": {"remark": EQUAL, "description": EQUAL},
    "friend_wish": {"base": EQUAL, "ours": EQUAL, "theirs": EQUAL, "note": FRESH},
    "chat": {"name": EQUAL, "notice": FRESH},
    "chat_member": {"name": EQUAL},
    "merging": {"note": FRESH, "moved": FRESH},
    "consent_record": {"what": FRESH, "how": FRESH, "why": FRESH},
    "fact": {"value": EQUAL, "mark": MARK, "day": MARK},
    "feedback": {"quote": FRESH},
    "application": {"answers": FRESH, "why": FRESH},
    "leadership": {"note": FRESH},
    "of_store": {"note": FRESH},
    "purchase": {"tracking": FRESH},
    "commission_act": {"reason": FRESH},
    "segment": {"words": FRESH},
    # what is planned for him, and the trails
    "due": {"data": FRESH},
    "event": {"data": FRESH},
    "audit": {"before": STATE, "after": STATE, "reason": EQUAL},
    "erasure": {"todo": FRESH},
}  # fmt: skip
