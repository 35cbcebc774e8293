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
    "inbox": {"text": FRESH, "data": FRESH, "mood": FRESH, "heard": FRESH, "heard_why": FRESH},
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
    "badge": {"why": FRESH},
    "seed_line": {"evidence": FRESH},
    "mission_take": {"proof": FRESH, "why": FRESH},
    "wall_answer": {"words": FRESH},
    "segment": {"words": EQUAL},
    "photo": {"content": FRESH},
    "coupon": {"code": EQUAL},
    "reward_grant": {"note": FRESH, "receiver": EQUAL},
    "atmosphere_prompt": {"text": FRESH, "note": FRESH},
    "moderation": {"text": FRESH, "found": FRESH, "why": FRESH},
    "activity_run": {"salt": FRESH, "seed": FRESH},
    # what is planned for him, and the trails
    "due": {"data": FRESH},
    "event": {"data": FRESH},
    "audit": {"before": STATE, "after": STATE, "reason": EQUAL},
    "erasure": {"todo": FRESH},
}  # fmt: skip

# Where the product writes, and a colleague now and then: his words are sealed by ``Tx.hide``.
NOTED = frozenset({
    ("outbox", "note"), ("replies", "note"), ("due", "note"), ("flow_run", "note"),
    ("recipient", "code"),
})  # fmt: skip

_ID, _OURS = "names rows, and is looked up", "the product's and the platform's own words"
_LABEL = "a label of the brand, which segments count by"
# Columns that ``store/personal.py`` calls personal and that are not sealed, with the reason.
OPEN: Mapping[tuple[str, str], str] = {
    ("intake", "note"): _OURS, ("inbox", "note"): _OURS, ("pooled", "note"): _OURS,
    ("outbox", "note"): _OURS, ("replies", "note"): _OURS, ("due", "note"): _OURS,
    ("flow_run", "note"): _OURS, ("tap", "why"): _OURS, ("tap", "trouble"): _OURS,
    ("conversation", "waiting_why"): "a code",
    ("inbox", "dedupe"): _ID, ("outbox", "dedupe"): _ID, ("outbox", "lane"): _ID,
    ("outbox", "origin"): _ID, ("replies", "origin"): _ID, ("pace", "key"): _ID,
    ("member", "union_id"): _ID, ("chat_member", "invitor"): _ID, ("due", "key"): _ID,
    ("flow_run", "key"): _ID, ("flow_run", "cause"): _ID, ("pooled", "key"): _ID,
    ("happening", "key"): _ID, ("tap", "drops"): _ID, ("platform_item", "code"): _ID,
    ("audit", "subject"): _ID, ("event", "dedupe"): _ID, ("fact", "origin"): _ID,
    ("journey", "event"): _ID, ("need", "event"): _ID, ("feedback", "event"): _ID,
    ("leadership", "event"): _ID, ("invite_claim", "event"): _ID, ("invite_edge", "event"): _ID,
    ("entry", "event"): _ID,
    ("ballot", "event"): _ID,
    ("helping", "event"): _ID,
    ("winner", "event"): _ID,
    ("winner", "cause"): _ID, ("wall_answer", "event"): _ID,
    ("reward_grant", "cause"): _ID, ("reward_grant", "basis"): _ID,
    ("reward_grant", "event"): _ID, ("reward_grant", "device"): "a digest, and is looked up",
    ("commission", "event"): _ID, ("commission_act", "event"): _ID,
    ("point", "cause"): _ID, ("community_level", "cause"): _ID, ("badge", "cause"): _ID,
    ("entitlement", "event"): _ID,
    ("seed", "event"): _ID, ("mission_take", "event"): _ID, ("mission_take", "last"): _ID,
    ("atmosphere_prompt", "key"): _ID, ("moderation", "source"): _ID,
    ("moderation", "place"): _ID, ("moderation_burst", "place"): _ID,
    ("codename", "name"): "what he is called before everybody, and numbered by its beginning",
    ("member", "gender"): "a number", ("member", "kind"): "a number",
    ("member", "promo_ok"): "a number", ("member", "promo_less"): "a number",
    ("member", "zone"): "a time zone", ("flow_run", "zone"): "a time zone",
    ("friend", "state"): _LABEL, ("chat_member", "join_state"): _LABEL, ("stay", "came"): _LABEL,
    ("own_tag", "name"): _LABEL, ("need", "word"): _LABEL, ("event", "which"): _LABEL,
    ("entry", "which"): "a day, an option, a step or a team", ("ballot", "which"): _ID,
    ("out_link", "url"): "an address of the brand",
    ("platform_item", "data"): "what the brand had made on the platform",
}  # fmt: skip
