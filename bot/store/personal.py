"""What each table holds of a person, and what erasing him does with it.

A table stands in ``HOLDS`` or, with the reason, in ``NOTHING``; whoever adds one decides. His rows
are found by the columns that name him. A row that goes leaves no gap where others count: what has
to stay (a ledger, the reply log) stays under an id that nobody can trace back to him.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of his rows."""

    GOES = "deleted"  # of a numbered table's last row: emptied, for its number must not come again
    EMPTIED = "emptied"  # stays without his words, under the other id
    RENAMED = "renamed"  # stays under the other id
    DERIVED = "derived"  # follows from the log, which no longer knows him: made anew


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """``member``: columns with a member's id, ``peer``: with what the platform calls him on its
    channel, ``talk``: with the id of a conversation with him, ``number``: with his number, by any
    of which a row is his. ``lost``: of these the ones that get no other id, and what they hold
    instead. ``empty``: columns of his rows and what they hold afterwards. ``inside``: text, keys
    and JSON of any row in which his id may stand; ``key``: how a row is named."""

    fate: Fate
    member: tuple[str, ...] = ()
    peer: tuple[str, ...] = ()
    talk: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    lost: Mapping[str, object] = field(default_factory=dict)
    empty: Mapping[str, object] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that holds something personal, or names him."""
        return frozenset((*self.member, *self.peer, *self.talk, *self.number, *self.empty,
                          *self.inside))  # fmt: skip


GOES, EMPTIED, RENAMED, DERIVED = Fate.GOES, Fate.EMPTIED, Fate.RENAMED, Fate.DERIVED
_NOBODY = {"member": None, "peer": "", "conversation": ""}
_SPOKEN = '{"text":"","type":"text"}'  # what the wire knows as an empty text

HOLDS: Mapping[str, Holding] = {
    # what was said
    "intake": Holding(fate=GOES, inside=("body", "note")),
    "inbox": Holding(
        fate=EMPTIED, peer=("peer",), talk=("conversation",),
        empty={"text": "", "data": "{}", "note": "", "mood": "", "heard": "", "heard_why": ""},
        inside=("dedupe", "text", "data", "note", "mood", "heard", "heard_why"),
    ),
    "outbox": Holding(
        fate=EMPTIED, member=("member",), peer=("peer",), talk=("conversation",),
        lost=_NOBODY, empty={"body": _SPOKEN, "data": "{}", "note": ""},
        inside=("lane", "dedupe", "body", "data", "note", "origin"),
    ),
    "replies": Holding(
        fate=RENAMED, member=("member",), peer=("peer",), talk=("conversation",),
        lost=_NOBODY, inside=("text", "note", "origin"),
    ),
    # begins anew without it
    "ruling": Holding(fate=GOES, peer=("after",), key=("outbox",)),
    "unmatched": Holding(
        fate=GOES, member=("member",), talk=("conversation",), empty={"text": "", "norm": ""},
    ),
    "conversation": Holding(
        fate=GOES, member=("member",), peer=("peer",), talk=("id",), empty={"memory": "{}"},
        inside=("waiting_for", "waiting_why", "lead_for"),
    ),
    "talk_join": Holding(fate=GOES, talk=("conversation",), empty={"evidence": ""},
                         inside=("evidence",)),
    "desk_note": Holding(fate=GOES, talk=("conversation",), empty={"text": ""}, inside=("text",)),
    "mention": Holding(fate=GOES, talk=("conversation",), key=("note", "login")),
    "appeal": Holding(
        fate=GOES, talk=("conversation",), empty={"text": "", "found": "[]", "reason": ""},
        inside=("text", "reason"), key=("note",),
    ),
    "alarm": Holding(fate=GOES, talk=("conversation",)),
    "rating": Holding(
        fate=EMPTIED, member=("member",), talk=("conversation",), empty={"words": ""},
        inside=("words",),
    ),
    "rating_refused": Holding(fate=GOES, member=("member",), key=("member",)),
    "block": Holding(
        fate=GOES, member=("member",), talk=("conversation",),
        empty={"reason": "", "lifted_why": ""},
        inside=("reason", "lifted_why"),
    ),
    "figure_event": Holding(fate=RENAMED, talk=("conversation",)),
    "allowance": Holding(fate=GOES, talk=("conversation",), key=("conversation", "opened_by")),
    "pace": Holding(fate=RENAMED, inside=("key",), key=("key", "slot")),
    # who he is, and where he can be reached
    "member": Holding(
        fate=EMPTIED, member=("id", "person"),
        empty={"name": "", "union_id": "", "company": "", "gender": 0, "kind": 0, "zone": "",
               "promo_ok": 0, "promo_less": 0},
    ),
    "member_no": Holding(fate=RENAMED, member=("member",), key=("no",)),
    "memory": Holding(fate=GOES, member=("member",), empty={"data": "{}"}, inside=("data",),
                      key=("persona", "member", "scope")),
    "friend": Holding(
        fate=GOES, member=("member",), empty={"remark": "", "description": "", "state": ""},
        inside=("state",), key=("member", "account"),
    ),
    "friend_tag": Holding(fate=GOES, member=("member",), key=("member", "account", "tag")),
    "friend_wish": Holding(
        fate=GOES, member=("member",), empty={"base": "", "ours": "", "theirs": None, "note": ""},
        key=("member", "account", "field"),
    ),
    "chat_member": Holding(fate=GOES, member=("member",), empty={"name": ""},
                           inside=("invitor", "join_state"), key=("chat", "member")),
    "archive_consent": Holding(fate=GOES, member=("member",), key=("member",)),
    "own_tag": Holding(fate=RENAMED, inside=("name",)),
    "member_tag": Holding(fate=GOES, number=("no",), key=("tag", "no")),
    "merging": Holding(
        fate=GOES, member=("away", "stays"), empty={"note": "", "moved": "{}"},
        inside=("note", "moved"),
    ),
    "not_double": Holding(fate=GOES, member=("one", "other"), key=("one", "other")),
    "consent_record": Holding(
        fate=EMPTIED, member=("who",), empty={"what": "", "how": "", "why": ""},
        inside=("what", "how", "why"),
    ),
    # what is planned for him
    "due": Holding(fate=RENAMED, inside=("key", "data", "note")),
    "flow_run": Holding(fate=RENAMED, member=("member",), empty={"zone": ""},
                        inside=("key", "cause", "note")),
    "pooled": Holding(fate=EMPTIED, member=("member",), empty={"body": _SPOKEN, "note": ""},
                      inside=("key", "body")),
    "recipient": Holding(fate=RENAMED, member=("member",), key=("run", "member")),
    "happening": Holding(fate=GOES, member=("member",), inside=("key",), key=("event", "key")),
    "own_bulk": Holding(fate=GOES, member=("member",), key=("member", "id", "account")),
    "tap": Holding(fate=RENAMED, inside=("drops", "why", "trouble"), key=("outbox",)),
    "platform_item": Holding(fate=RENAMED, inside=("code", "data"), key=("kind", "id")),
    # the trails
    "audit": Holding(fate=RENAMED, inside=("subject", "before", "after", "reason")),
    # what of his own data stays: store/erasing.py
    "event": Holding(fate=RENAMED, member=("member", "other"), inside=("dedupe", "which", "data")),
    "looked_up": Holding(fate=RENAMED, member=("member",)),
    # what is derived from the log, and what belongs to it
    "stay": Holding(fate=DERIVED, member=("member", "inviter"), inside=("came",),
                    key=("member", "kind", "place", "since")),
    "purchase": Holding(fate=DERIVED, member=("member", "beneficiary"), empty={"tracking": ""}),
    "worth": Holding(fate=DERIVED, member=("member",), key=("member",)),
    "buys_for": Holding(fate=DERIVED, member=("member", "beneficiary"),
                        key=("member", "beneficiary", "how", "category")),
    "journey": Holding(fate=DERIVED, member=("member",), inside=("event",),
                       key=("member", "category", "no")),
    "fact": Holding(fate=DERIVED, number=("no",), empty={"value": "", "origin": ""},
                    key=("no", "name", "source")),
    "member_consent": Holding(fate=DERIVED, number=("no",), key=("no", "purpose")),
    "need": Holding(fate=DERIVED, number=("no",), inside=("word", "event"),
                    key=("no", "kind", "word")),
    "feedback": Holding(fate=DERIVED, number=("no",), empty={"quote": ""}, inside=("event",),
                        key=("event",)),
    "application": Holding(fate=DERIVED, member=("member",), empty={"answers": "{}", "why": ""},
                           key=("circle", "member")),
    "leadership": Holding(fate=DERIVED, member=("member",), empty={"note": ""}, inside=("event",),
                          key=("circle", "since", "event")),
    "holding": Holding(fate=DERIVED, member=("member",),
                       key=("member", "role", "circle", "since")),
    "out_link": Holding(fate=RENAMED, member=("member",), inside=("url",), key=("code",)),
    "of_store": Holding(fate=GOES, member=("id",), empty={"note": ""}, key=("kind", "id")),
    "segment": Holding(fate=RENAMED, inside=("words",), key=("name",)),
    "invite_code": Holding(fate=RENAMED, member=("owner",), key=("code",)),
    "invite_claim": Holding(fate=DERIVED, member=("member", "inviter"), inside=("event",),
                            key=("event",)),
    "invite_edge": Holding(fate=DERIVED, member=("member", "inviter"), inside=("event",),
                           key=("member",)),
    "commission": Holding(fate=DERIVED, member=("member", "inviter"), inside=("event",)),
    "standing": Holding(fate=DERIVED, member=("member",), key=("member", "circle")),
    "point": Holding(fate=DERIVED, member=("member",), inside=("cause",),
                     key=("member", "circle", "cause", "rule")),
    "community_level": Holding(fate=DERIVED, member=("member",), inside=("cause",),
                               key=("member", "circle", "at", "cause")),
    "badge": Holding(fate=DERIVED, member=("member",), empty={"why": ""}, inside=("cause",),
                     key=("member", "circle", "badge")),
    "codename": Holding(fate=DERIVED, member=("member",), empty={"name": ""},
                        key=("member", "circle")),
    "entitlement": Holding(fate=DERIVED, member=("member",), inside=("event",), key=("event",)),
    "entry": Holding(fate=DERIVED, member=("member",), inside=("event", "which"), key=("event",)),
    "ballot": Holding(fate=DERIVED, member=("member",), inside=("event", "which"),
                      key=("event",)),
    "helping": Holding(fate=DERIVED, member=("member", "helper"), inside=("event",),
                       key=("event",)),
    "streak": Holding(fate=DERIVED, member=("member",), key=("member", "activity")),
    "wall_answer": Holding(fate=GOES, member=("member",), empty={"words": ""},
                           inside=("event", "words"), key=("event",)),
    "winner": Holding(fate=DERIVED, member=("member",), inside=("event", "cause"),
                      key=("event",)),
    "seed": Holding(fate=DERIVED, member=("member",), inside=("event",), key=("event",)),
    "seed_line": Holding(fate=GOES, member=("member",), empty={"evidence": "{}"},
                         inside=("evidence",), key=("list", "member")),
    "mission_take": Holding(fate=DERIVED, member=("member",), empty={"proof": "{}", "why": ""},
                            inside=("event", "last"), key=("event",)),
    "photo": Holding(fate=GOES, member=("member",), empty={"content": ""}),
    "reward_grant": Holding(fate=RENAMED, member=("member", "own"),
                            empty={"device": "", "receiver": "", "note": ""},
                            inside=("cause", "basis", "event")),
    "atmosphere_prompt": Holding(
        fate=EMPTIED, member=("about",), talk=("conversation",),
        lost={"about": None, "conversation": ""}, empty={"text": "", "note": ""}, inside=("key",),
    ),
    "moderation": Holding(fate=GOES, member=("member",), empty={"text": "", "found": "", "why": ""},
                          inside=("source", "place")),
    "moderation_burst": Holding(fate=GOES, member=("member",), inside=("place",),
                                key=("place", "member")),
    "commission_act": Holding(fate=RENAMED, member=("inviter",), empty={"reason": ""},
                              inside=("event",)),
}  # fmt: skip

# Tables without anything of a member, with the reason. A name that no migration made is allowed.
NOTHING: Mapping[str, str] = {
    "chat": "a group, its owner among staff and its name; who sits in it stands in chat_member",
    "source": "cursors of what is read",
    "news": "which source has news",
    "link": "an address of an account",
    "version": "what people of the brand wrote",
    "published": "which version serves",
    "folder": "what the folders held",
    "folder_finding": "what is wrong in the folders",
    "file_wanted": "which version is to stand in a file",
    "review": "what people of the brand decided",
    "tag_group": "the brand's words", "tag": "the brand's words",
    "media": "files of the brand, by their digest",
    "card_code": "opaque codes that live three days",
    "restored": "times",
    "model_use": "a count by day",
    "reading": "the brand's words", "weather": "days and cities, told by colleagues",
    "staff": "accounts of colleagues", "staff_session": "sessions of colleagues",
    "setup_code": "a digest", "shift": "hours of colleagues",
    "quick_reply": "the brand's words",
    "figure_piece": "times", "figure_sum": "sums", "figure_mark": "times", "refusal": "sums",
    "consent_use": "which version stands on which consent",
    "campaign": "what the brand planned",
    "governor": "a lock", "lease": "which process does what", "token": "sealed tokens",
    "account_trouble": "what is wrong with an account",
    "account_name": "what the platform calls accounts of the brand",
    "gram": "pairs of characters of the words that are left: emptied together with the words",
    "indexed": "how far the index has come",
    "circle": "the brand's words", "journey_mark": "how far the journeys have come",
    "segment_day": "counts by day",
    "touched": "numbers of members whose sets are to be looked at again",
    "category": "the brand's words",
    "invite_terms": "the brand's terms",
    "community_terms": "what people of the brand wrote", "right_stock": "sums",
    "activity_terms": "what people of the brand wrote",
    "mission_terms": "what people of the brand wrote",
    "seed_list": "what was asked for on a day, and sums",
    "activity_run": "when something takes place; of a draw, tickets that lead back to nobody",
    "community_word": "the brand's words",
    "member_link": "digests of links that were opened, and of browsers",
    "reward": "sums", "coupon": "codes of a shop; whose one is stands in reward_grant",
    "atmosphere_shift": "hours of colleagues", "group_health": "sums of a week",
    "migration": "numbers", "owner": "the name of the product",
    "erasure": "what was erased, as counts, once it is done; until then what is left to do",
    "erased": "digests that can only be compared with an id that somebody has",
    "erased_key": "the key of those digests",
    "sealing": "with which key the words are sealed",
    "saved": "where backups were put",
}  # fmt: skip
