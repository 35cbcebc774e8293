"""Which tables are the business, and which only the state of processes: what a backup holds."""

from __future__ import annotations

# What a backup, a restore and a move to the other engine carry, row by row.
CARRIED = (
    "stay", "circle", "application", "leadership", "holding", "out_link", "of_store",
    "conversation", "intake", "inbox", "outbox", "replies", "audit", "member", "memory", "friend",
    "chat", "source", "news", "link", "version", "published", "folder", "due", "flow_run", "pooled",
    "tag_group", "tag", "friend_tag", "chat_member", "platform_item", "media", "pace", "allowance",
    "card_code", "archive_consent", "restored", "desk_note", "model_use", "staff", "quick_reply",
    "mention", "shift", "alarm", "rating", "rating_refused", "block", "figure_event",
    "figure_piece", "figure_sum", "talk_join", "appeal", "review", "file_wanted", "consent_record",
    "consent_use", "unmatched", "happening", "refusal", "own_bulk", "tap", "campaign", "recipient",
    "event", "member_no", "fact", "member_consent", "need", "feedback", "invite_terms",
    "invite_code", "invite_claim", "invite_edge", "commission", "commission_act", "own_tag",
    "member_tag", "merging", "not_double", "friend_wish", "segment", "segment_day", "purchase",
    "worth", "buys_for", "journey", "journey_mark", "category", "erasure", "saved", "looked_up",
    "erased", "erased_key", "sealing", "community_terms", "community_word", "standing",
    "point", "community_level", "badge", "codename", "entitlement", "right_stock",
    "activity_terms", "activity_run", "entry", "ballot", "helping", "streak", "winner",
    "seed_list", "seed_line", "seed", "mission_terms", "mission_take",
    "photo",
    "weather", "reading",
    "wall_answer",
    "reward", "reward_grant", "coupon",
    "atmosphere_shift", "atmosphere_prompt", "group_health", "moderation", "moderation_burst",
)  # fmt: skip
# What it leaves out, with the reason. A name that no migration made is allowed.
LEFT_OUT = {
    "token": "access tokens are secrets, live two hours, and are fetched again",
    "gram": "is made again from the words it was made of",
    "indexed": "goes with gram",
    "account_trouble": "is found anew within minutes",
    "account_name": "is read anew within minutes",
    "folder_finding": "is found anew at the next look at the folders",
    "figure_mark": "after a restore the last two weeks are looked at anew",
    "staff_session": "a backup opens no door: everybody signs in again",
    "setup_code": "printed by the process that made it, for one use",
    "governor": "is held while somebody rules; nobody does any more",
    "ruling": "how far a ruling has come is forgotten: it begins anew",
    "touched": "is for what processes keep in memory, for a day",
    "member_link": "links live a quarter of an hour",
    "lease": "says which process does what; those processes are gone",
}
# Made by every database for itself.
LEDGER = ("migration", "owner")
