"""The live world: the store, its indexes, its clock, and the one way events leave it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.errands import Errands
from sandbox.world.blobs import Blobs
from sandbox.world.config import App, Config, OfficialAccount
from sandbox.world.model import Group, Json, Relation, Store
from sandbox.world.windows import Windows
from sandbox.xmlform import Element, document

KEEP_PER_INBOX = 20_000


@dataclass(frozen=True)
class Event:
    """Something an app is to be told: plain XML, not yet encrypted."""

    id: str
    app: str
    name: str
    xml: str
    at: int


class World:
    """What rules work on. Rules are synchronous, so every request sees and leaves a whole world."""

    def __init__(self, config: Config, store: Store, clock: Clock, blobs: Blobs) -> None:
        self.config = config
        self.settings = config.settings
        self.store = store
        self.clock = clock
        self.blobs = blobs
        self.windows = Windows()
        self.errands = Errands()
        self.rng = random.Random(config.seed)
        self.base = "http://127.0.0.1"
        self.version = 0
        self.on_event: Callable[[Event], None] = lambda event: None
        self.on_chat: Callable[[str, Json], None] = lambda chat, entry: None
        self.followers: dict[str, tuple[str, ...]] = {}
        for userid, relations in store.relations.items():
            single = (userid,)
            for customer in relations:
                known = self.followers.get(customer)
                self.followers[customer] = single if known is None else known + single

    def now(self) -> int:
        return self.clock.now()

    def now_s(self) -> int:
        return self.clock.now() // 1000

    def mark(self) -> None:
        """Say that the store changed, so that a snapshot is due."""
        self.version += 1

    def count(self, name: str) -> int:
        """The next number of a named counter, from 1."""
        self.store.counters[name] = self.store.counters.get(name, 0) + 1
        self.mark()
        return self.store.counters[name]

    def next_id(self, prefix: str, width: int = 6) -> str:
        """`prefix` and a zero-padded counter."""
        return f"{prefix}{self.count(prefix):0{width}d}"

    def secret_id(self, prefix: str, length: int = 32) -> str:
        """An id that looks random, yet is the same for the same seed and the same calls."""
        source = f"{self.config.seed}:{self.store.corp_id}:{prefix}:{self.count(prefix)}"
        return prefix + hashlib.sha256(source.encode()).hexdigest()[:length]

    # -- relations: the only index that is not part of the store ------------------------------

    def relation(self, userid: str, customer: str) -> Relation | None:
        return self.store.relations.get(userid, {}).get(customer)

    def put_relation(self, relation: Relation) -> None:
        self.store.relations.setdefault(relation.userid, {})[relation.customer] = relation
        known = self.followers.get(relation.customer, ())
        if relation.userid not in known:
            self.followers[relation.customer] = (*known, relation.userid)
        self.mark()

    def drop_relation(self, relation: Relation) -> None:
        self.store.relations[relation.userid].pop(relation.customer, None)
        known = self.followers.get(relation.customer, ())
        self.followers[relation.customer] = tuple(each for each in known if each != relation.userid)
        self._forget(relation)
        self.mark()

    def drop_group(self, group: Group) -> None:
        """A group that was dismissed."""
        del self.store.groups[group.chat_id]
        self._forget(group)
        self.mark()

    def _forget(self, record: Relation | Group) -> None:
        """A generated record that is gone stays gone after a restart."""
        if record.log is not None:
            record.log.pop(record.key, None)
            self.store.gone.append(record.key)

    def relations_of(self, customer: str) -> list[Relation]:
        """Relations of one customer with all members, oldest first."""
        found = (self.relation(userid, customer) for userid in self.followers.get(customer, ()))
        return [relation for relation in found if relation is not None]

    # -- what people see ------------------------------------------------------------------------

    def receive(
        self, customer: str, channel: str, sender: str, kind: str, text: str, raw: Json
    ) -> Json:
        """Put a message into a customer's inbox."""
        entry = {"at": self.now(), "channel": channel, "from": sender, "kind": kind}
        entry |= {"text": text, "raw": raw}
        self._append(self.store.received, customer, entry)
        return entry

    def say(self, chat: str, channel: str, sender: str, kind: str, text: str, raw: Json) -> Json:
        """Put a message into an internal chat (a group's chat_id, or a member's userid)."""
        entry = {"at": self.now(), "channel": channel, "from": sender, "kind": kind}
        entry |= {"text": text, "raw": raw}
        self._append(self.store.chats, chat, entry)
        return entry

    def _append(self, boxes: dict[str, list[Json]], box: str, entry: Json) -> None:
        messages = boxes.setdefault(box, [])
        messages.append(entry)
        if len(messages) > KEEP_PER_INBOX:
            del messages[: len(messages) // 2]
        self.mark()
        self.on_chat(box, entry)

    # -- events ---------------------------------------------------------------------------------

    def emit(
        self, stream: str, name: str, elements: Sequence[Element], sender: str | None = "sys"
    ) -> list[str]:
        """Tell every app that receives `stream`; returns the ids of the callbacks."""
        apps = [app for app in self.config.apps if stream in app.receives]
        return self.emit_to(apps, name, elements, sender)

    def emit_to(
        self, apps: Iterable[App], name: str, elements: Sequence[Element], sender: str | None
    ) -> list[str]:
        """Tell these apps. `name` is the event or message type, for people and fault filters."""
        xml = self._xml(self.store.corp_id, sender, elements)
        return [self._submit(app.name, name, xml) for app in apps]

    def emit_oa(
        self, account: OfficialAccount, name: str, openid: str, elements: Sequence[Element]
    ) -> list[str]:
        """Tell the official account about a follower."""
        return [self._submit(account.name, name, self._xml(account.id, openid, elements))]

    def _xml(self, to: str, sender: str | None, elements: Sequence[Element]) -> str:
        head: list[Element] = [("ToUserName", to)]
        if sender is not None:
            head.append(("FromUserName", sender))
        return document([*head, ("CreateTime", self.now_s()), *elements])

    def _submit(self, app: str, name: str, xml: str) -> str:
        event = Event(self.next_id("cb"), app, name, xml, self.now())
        self.on_event(event)
        return event.id
