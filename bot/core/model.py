"""The values that cross room borders. Frozen; change makes a new value.

Times are integer UTC milliseconds. Identifiers are the platform's own where it has one:
``account`` is a userid, open_kfid, robot id or agent id, ``peer`` whoever sits at the other end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.core.body import Body
from bot.core.door import Knock
from bot.core.member import Member as Member  # one of these values, in a file of its own
from bot.core.needs import Opinion
from bot.core.taking import Wish

Channel = Literal["kf", "contact", "group", "moment", "app", "webhook", "robot", "oa"]
Mode = Literal["auto", "staff", "client", "muted"]
ReplyKind = Literal[
    "reply", "welcome", "care", "group_post", "moment", "promo", "activity", "staff", "notice"
]

# Begins the peer of a chat with many people, on channels that also have single chats.
GROUP_PEER = "group:"

# In the data of an outgoing row: yuan that the data of its template names; what the member told us
# of himself, and hears back; why the persona said it (bot/persona/because.py); reason codes of the
# guard that a lead has let pass.
AMOUNTS, OWN, WHY, EXCUSED = "amounts", "own", "because", "excused"

# In the data of an outgoing row: it says nothing, it hands the conversation to the WeCom client.
TO_CLIENT = "to_client"


def is_promotion(kind: str, origin: str) -> bool:
    """True for what nobody asked for: a promotion, or an activity that a plan announces.

    What answers a member about an activity is an answer.
    """
    return kind == "promo" or (kind == "activity" and origin.startswith(("flow:", "campaign:")))


def conversation_key(channel: str, account: str, peer: str) -> str:
    """The identity of a conversation, and the lane in which its messages queue."""
    return f"{channel}:{account}:{peer}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbound:
    """One thing that happened outside: a message (``text`` or media) or an event.

    ``dedupe`` is built from the full identity of the event, so a repeat is recognised whatever
    its ciphertext. ``kind`` is the platform's msgtype, or ``event``; then ``event`` names it.
    """

    channel: str
    account: str
    dedupe: str
    peer: str
    kind: str
    text: str = ""
    event: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    sent_at: int
    received_at: int

    @property
    def conversation(self) -> str:
        """Key of the conversation this belongs to."""
        return conversation_key(self.channel, self.account, self.peer)


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """State of one conversation at the moment a turn was claimed.

    ``misses`` counts unmatched turns in a row, ``waiting_since`` is set while the member waits
    for a person, ``upset`` when that is because of a complaint, ``seen`` counts how often this
    member got each rule from the persona.
    """

    id: str
    channel: str
    account: str
    peer: str
    mode: Mode = "auto"
    memory: Mapping[str, Any] = field(default_factory=dict)
    misses: int = 0
    waiting_since: int | None = None
    upset: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Everything a dialogue sees besides persona and content: a burst, oldest message first."""

    conversation: Conversation
    messages: tuple[Inbound, ...]
    member: Member
    now: int

    @property
    def text(self) -> str:
        """The burst as one text, a line per message; what is not text is left out."""
        return "\n".join(m.text for m in self.messages if m.text)

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events in the burst."""
        return tuple(m.event for m in self.messages if m.event)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One bubble the persona wants to say. ``content`` names its source: ``faq:ship``, template.

    ``amounts`` are yuan that the data of a template names, ``own`` what the member told us of
    himself; the guard lets both pass.
    """

    body: Body
    kind: ReplyKind = "reply"
    content: str = ""
    content_version: int | None = None
    operator: str = "bot"
    amounts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A rule that might have answered, with its calibrated score in 0..1."""

    rule: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a persona decided about a turn. It does nothing by itself.

    ``memory`` is the whole new memory of the conversation. ``handoff`` is the reason a person
    should look, or empty. ``rule`` is None when nothing matched. ``unsure``: it only asks back, and
    a language model may try. ``why`` is for staff. ``promised``: UTC ms of a promised answer.
    ``consents``: what he agreed to, or not, by purpose. ``needs`` and ``opinions`` were noticed.
    ``knocks``: what is to become of him in circles; ``takes``: in what he takes part, or what he
    asks to know of it.
    """

    drafts: tuple[Draft, ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)
    mode: Mode | None = None
    tags: tuple[str, ...] = ()
    start_flow: str = ""
    handoff: str = ""
    rule: str | None = None
    score: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    flags: tuple[str, ...] = ()
    why: str = ""
    matched: bool = True
    unsure: bool = False
    promised: int | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    knocks: tuple[Knock, ...] = ()
    takes: tuple[Wish, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outbound:
    """A message on its way out; one row of the outbox.

    ``send_at`` orders the lane and never moves; ``retry_at`` moves. ``dedupe`` is computed from
    origin, id, peer and step, so the same intention can be queued once only. ``wire`` holds what
    the first attempt put on the wire, for a repetition must be the same bytes.
    """

    id: int = 0
    lane: str
    pool: Literal["welcome", "reply", "bulk", "robot"]
    channel: str
    account: str
    peer: str
    kind: ReplyKind
    body: Body
    origin: str
    persona: str
    persona_version: int
    content: str = ""
    content_version: int | None = None
    operator: str = "bot"
    conversation: str = ""
    member: str | None = None
    dedupe: str
    priority: int = 5
    send_at: int
    expires_at: int | None = None
    state: str = "ready"
    attempts: int = 0
    retry_at: int = 0
    lease: str | None = None
    provider_id: str | None = None
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def evolve(self, **changes: Any) -> Outbound:
        """A copy with the named fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it. ``provider_id`` is its id for it, where it gives one.

    ``refused`` are receivers it could not reach, ``card_code`` lets us change the card once.
    """

    provider_id: str | None = None
    note: str = ""
    refused: tuple[str, ...] = ()
    card_code: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not delivered; may be tried again ``after`` ms."""

    after: int
    why: str


@dataclass(frozen=True, slots=True)
class Never:
    """Refused for good."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It left, and nobody knows whether it arrived. ``final``: asking again cannot tell."""

    why: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class NeedsHuman:
    """The platform made a task; a staff member must tap. ``refused`` are unreachable receivers."""

    task: str
    refused: tuple[str, ...] = ()


Outcome = Sent | Later | Never | Unsure | NeedsHuman


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """One account of a persona."""

    channel: str
    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TapResult:
    """What the platform reports about one receiver of a bulk task or moment."""

    peer: str
    ok: bool
    at: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TapStatus:
    """State of a task that waits for a tap; ``done`` when nothing more will change."""

    done: bool
    tapped: bool = False
    results: tuple[TapResult, ...] = ()
    task: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A chat group as the platform describes it."""

    chat_id: str
    kind: Literal["customer", "internal"] = "customer"
    owner: str
    name: str = ""
    members: tuple[str, ...] = field(default=())
