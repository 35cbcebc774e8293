"""The platform in this process: the sandbox's own rules without its server. The only file of the
rehearsal that knows the sandbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from sandbox.api.base import Binary
from sandbox.api.gate import Arrived, Gate
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.errors import ApiError, ControlError
from sandbox.faults import Faults
from sandbox.rules import groups, kf_client, kf_session, people, tags, tasks
from sandbox.rules.media import Upload
from sandbox.world import load
from sandbox.world.blobs import Blobs
from sandbox.world.world import Event, World

HOST = "http://127.0.0.1"
CALLS_KEPT = 100
Json = dict[str, Any]


class Refused(Exception):
    """The platform does not let him do that (any more): he is no friend, the task is gone."""


class Told(NamedTuple):
    """A callback: which application is told, and what."""

    app: str
    xml: bytes


class File(NamedTuple):
    """An upload."""

    name: str
    kind: str
    data: bytes


class Waited(NamedTuple):
    """One task in the client of a staff member; ``sent_at`` None: nobody tapped it."""

    account: str
    kind: str
    status: str
    created_at: int
    sent_at: int | None
    text: str


class Words(NamedTuple):
    """One message of a member."""

    at: int
    member: str
    open_kfid: str
    text: str


class Stage:
    """A platform that stands still at ``at`` (UTC ms) until ``go`` moves it. ``world`` is a world
    file. Callbacks are left in ``news``."""

    def __init__(self, world: Path, at: int) -> None:
        config, make_store = load.read(world)
        self._clock = Clock.frozen(at)
        self._world = World(config, make_store(at), self._clock, Blobs())
        self._gate = Gate(self._world, Faults(lambda: "", self._world.rng), Calls(CALLS_KEPT))
        self._world.base = HOST
        self._world.on_event = self._heard
        self.news: deque[Told] = deque()
        self._tasks_seen = 0
        self.added: list[tuple[int, str, str]] = []  # when, who, which account

    def _heard(self, event: Event) -> None:
        self.news.append(Told(event.app, event.xml.encode()))

    def go(self, ms: int) -> None:
        """Time passes."""
        self._clock.advance(ms)

    def call(
        self, method: str, path: str, query: Mapping[str, str], body: bytes, file: File | None
    ) -> tuple[int, bytes]:
        """One request to the API: HTTP status and the bytes of the answer."""
        told: Any = orjson.loads(body) if body else {}
        upload = Upload(*file) if file else None
        arrived = Arrived(method, "127.0.0.1", dict(query), told if isinstance(told, dict) else {},
                          upload, broken=not isinstance(told, dict))  # fmt: skip
        status, answer = self._gate.straight(path, arrived)
        return status, answer.data if isinstance(answer, Binary) else orjson.dumps(answer)

    # -- what members do ------------------------------------------------------------------------

    def newcomer(self, name: str) -> str:
        """Somebody new, who knows nobody yet; his id."""
        return people.make_customer(self._world, name).id

    def befriend(self, member: str, userid: str) -> None:
        """He adds a staff account. Raises Refused."""
        with _refusals():
            people.add(self._world, userid, member)
        self.added.append((self._world.now(), member, userid))

    def unfriend(self, member: str, userid: str) -> None:
        """He deletes a staff account. Raises Refused."""
        with _refusals():
            people.delete_by_customer(self._world, userid, member)

    def write(self, member: str, open_kfid: str, text: str) -> None:
        """He writes to a kf account."""
        message = {"msgtype": "text", "text": {"content": text}}
        kf_client.write(self._world, member, open_kfid, message)

    def photo(self, member: str, open_kfid: str) -> None:
        """He sends a picture to a kf account."""
        kf_client.write(self._world, member, open_kfid, {"msgtype": "image", "image": {}})

    def join(self, member: str, chat: str) -> None:
        """He joins a customer group. Raises Refused."""
        with _refusals():
            groups.join(self._world, chat, member)

    def leave(self, member: str, chat: str) -> None:
        """He leaves a customer group. Raises Refused."""
        with _refusals():
            groups.leave(self._world, chat, member)

    # -- what staff do --------------------------------------------------------------------------

    def tag(self, userid: str, member: str, name: str) -> None:
        """A staff member marks him in the client. Raises Refused."""
        with _refusals():
            relation = people.related(self._world, userid, member)
            found = tags.find_by_name(self._world, name)
            number = found.id if found else tags.add(self._world, "", "客户端", 0,
                                                     [{"name": name}])["tag"][0]["id"]  # fmt: skip
            tags.mark(self._world, relation, [number], [])
            people.change(self._world, "edit_external_contact", relation)

    def new_tasks(self) -> list[tuple[str, str]]:
        """(account, task) of the tasks that came since the last call."""
        known = self._world.store.tasks
        if len(known) == self._tasks_seen:
            return []
        found = list(known.values())[self._tasks_seen :]
        self._tasks_seen = len(known)
        return [(task.userid, task.id) for task in found if task.status == "waiting"]

    def tap(self, userid: str, task: str) -> None:
        """A staff member taps send. Raises Refused: it was called off."""
        with _refusals():
            tasks.confirm(self._world, userid, task, None)

    def in_client(self) -> list[tuple[str, str, str]]:
        """(servicer, member, kf account) of the sessions that wait in the client."""
        found, held = [], (kf_session.POOL, kf_session.HUMAN)
        for one in [s for s in self._world.store.kf_sessions.values() if s.state in held]:
            if kf_session.state(self._world, one) in held:
                servicers = list(self._world.store.kf_accounts[one.open_kfid].servicers)
                found.append((one.servicer or servicers[0], one.customer, one.open_kfid))
        return found

    def serve(self, userid: str, member: str, open_kfid: str, text: str) -> None:
        """A servicer takes the session in the client, says something and ends it."""
        with _refusals():
            for action in ("take", "say", "end"):
                kf_client.act(self._world, userid, open_kfid, member, action, text)

    # -- the truth ------------------------------------------------------------------------------

    def received(self) -> Mapping[str, list[Json]]:
        """What each member has received, in order."""
        return self._world.store.received

    def words(self) -> list[Words]:
        """What members wrote to kf accounts, by account, in order."""
        return [Words(entry["at"], entry["m"]["external_userid"], account.open_kfid,
                      str(entry["m"].get("text", {}).get("content", "")))
                for account in self._world.store.kf_accounts.values() for entry in account.log
                if entry["m"]["origin"] == kf_client.CUSTOMER]  # fmt: skip

    def tasks(self) -> list[Waited]:
        """Every task that waited for a tap, oldest first."""
        return [Waited(task.userid, task.kind, task.status, task.created_at, task.sent_at,
                       tasks.view(self._world, task)["text"])
                for task in self._world.store.tasks.values()]  # fmt: skip

    def bulk_counts(self) -> Mapping[str, Mapping[str, int]]:
        """By calendar month: how many bulk messages each customer or group got."""
        return self._world.store.bulk_counts


class _refusals:
    """The sandbox's refusals, in our words."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ApiError | ControlError):
            raise Refused(str(error)) from None
