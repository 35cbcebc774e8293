"""The ways by which a flow step reaches a member: a kf chat whose window is open, or one bulk task
with all who are due the same words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.body import Body, dump, in_one
from bot.core.clock import HOUR, MINUTE
from bot.core.model import Outbound, ReplyKind, conversation_key
from bot.library.linking import marked, short
from bot.library.speech import Setting
from bot.members.carriers import OF_CHANNEL
from bot.members.outlinks import OutLink
from bot.store import flows, outbox, people, schedule
from bot.store.codec import to_json
from bot.store.engine import Row, Tx
from scheduler import bulk
from scheduler.facing import Case

# A step leaves room for a live answer: the quota of the kf window is five.
KEPT_FOR_ANSWERS = 2
WINDOW_MARGIN = 10 * MINUTE
IN_MANY = "kf takes one thing at a time, and this has attachments"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One step, rendered for one member."""

    case: Case
    kind: ReplyKind
    body: Body
    content: str
    version: int | None

    @property
    def run(self) -> Row:
        """The member's run."""
        return self.case.run

    @property
    def origin(self) -> str:
        """As the reply log has it."""
        return f"flow:{self.case.flow.id}:{self.case.step.id}"

    @property
    def key(self) -> str:
        """What makes it leave once."""
        return f"flow/{self.run['id']}/{self.case.step.id}"


@dataclass(frozen=True, slots=True)
class Way:
    """``channel`` and ``account`` by which a message can go; ``tap``: only by its owner's tap;
    ``peer``: whom the account knows him as, where that is another id of his."""

    name: str
    channel: str
    account: str
    tap: bool = False
    peer: str = ""


def find(tx: Tx, setting: Setting, message: Message) -> Way | str:
    """The first way of the step that is open to the member, or why none is."""
    refusals = []
    for name in message.case.step.via:
        found = _FINDERS[name](tx, setting, message)
        if isinstance(found, Way):
            return found
        refusals.append(found)
    return "; ".join(refusals)


def _kf(tx: Tx, setting: Setting, message: Message) -> Way | str:
    """The persona's kf chat, while the platform's window is open."""
    if not in_one(message.body):
        return IN_MANY
    run, limits = message.run, setting.limits
    since = setting.now - limits.kf_hours * HOUR + WINDOW_MARGIN
    quota = limits.kf_messages - KEPT_FOR_ANSWERS
    accounts = setting.cast.accounts_of(run["persona"], "kf")
    talks = people.open_windows(tx, run["member"], since, quota)
    talk = next((t for t in talks if t["account"] in accounts), None)
    return Way("kf", "kf", talk["account"], peer=talk["peer"]) if talk else "no kf window is open"


def _bulk(tx: Tx, setting: Setting, message: Message) -> Way | str:
    """The account he met first, else his oldest friendship among the persona's accounts."""
    run = message.run
    ours = setting.cast.accounts_of(run["persona"], "contact")
    friends = flows.friends(tx, [run["member"]], ours).get(run["member"], [])
    account = run["account"] if run["account"] in friends else next(iter(friends), None)
    if account is None:
        return "not a friend of any account of the persona"
    return Way("bulk", "contact", account, tap=True)


def _welcome(tx: Tx, setting: Setting, message: Message) -> Way | str:
    return "the welcome goes out with its event only"


def send(tx: Tx, setting: Setting, message: Message, way: Way) -> None:
    """Queues the message, or puts it into the pool of its account and words."""
    _SENDERS[way.name](tx, setting, message, way)


def _by_kf(tx: Tx, setting: Setting, message: Message, way: Way) -> None:
    run, persona = message.run, message.run["persona"]
    key = conversation_key("kf", way.account, way.peer)
    outbox.enqueue(tx, marked(tx, setting, Outbound(
        lane=f"{key}/bulk", pool="reply", channel="kf", account=way.account, peer=way.peer,
        kind=message.kind, body=message.body, origin=message.origin, persona=persona,
        persona_version=setting.cast.scripts[persona].version, content=message.content,
        content_version=message.version, conversation=key, member=run["member"],
        dedupe=message.key, send_at=setting.now, retry_at=setting.now)), setting.now)  # fmt: skip


def _pooled(tx: Tx, setting: Setting, message: Message, way: Way) -> None:
    run = message.run
    where = OutLink(url="", carrier="", posted=OF_CHANNEL[way.channel], content=message.content,
                    account=way.account, persona=run["persona"])  # fmt: skip
    body = to_json(dump(short(tx, setting, message.body, where)))
    digest = hashlib.sha256(f"{message.origin}{body}".encode()).hexdigest()
    schedule.pool(
        tx, key=message.key, account=way.account, persona=run["persona"],
        persona_version=setting.cast.scripts[run["persona"]].version, member=run["member"],
        kind=message.kind, origin=message.origin, content=message.content,
        content_version=message.version, body=body, due_at=message.case.planned, digest=digest,
    )  # fmt: skip
    bulk.plan(tx, setting, run["persona"], way.account, digest, message.case.due["at"])


_FINDERS: Mapping[str, Callable[[Tx, Setting, Message], Way | str]] = {
    "kf": _kf, "bulk": _bulk, "welcome": _welcome,
}  # fmt: skip
_SENDERS: Mapping[str, Callable[[Tx, Setting, Message, Way], None]] = {
    "kf": _by_kf, "bulk": _pooled,
}  # fmt: skip
