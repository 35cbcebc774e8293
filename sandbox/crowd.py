"""A crowd: many people who act at once, drawn from a seed, for storms.

It lives inside the sandbox, so that the load costs little and the truth stays in one place: what
was done, which callbacks it caused, and how each of their deliveries was answered.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sandbox.callbacks import Dispatcher
from sandbox.errors import ControlError
from sandbox.fields import Json
from sandbox.rules import kf_client, people
from sandbox.world.model import Staff
from sandbox.world.world import Event, World
from sandbox.xmlform import Element

TICK_S = 0.01
MAX_ACTS = 2_000_000
DELETE_AFTER_S = 2.0
LATE_REPEAT_S = (0.2, 3.0)
WORDS = ("在吗", "几点开门")


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a crowd does. `per_minute` counts deliveries: first ones and repeats together. `texts`
    are what is written, `kf` the accounts it is written to (empty: all).

    `repeats`: the part of them that are repeats. Half of these are twins, delivered at the same
    moment; the others come up to three seconds later. `reorder_ms`: each delivery waits up to so
    long, so that later ones overtake it.
    """

    per_minute: int
    seconds: float
    seed: int = 1
    mix: Json = field(default_factory=lambda: {"kf": 5, "add": 2, "delete": 1, "app": 2})
    repeats: float = 0.0
    reorder_ms: int = 0
    texts: tuple[str, ...] = WORDS
    kf: tuple[str, ...] = ()


@dataclass
class Act:
    """One thing somebody did: `who` to `account`, what identifies it (`key`), and its fate."""

    kind: str
    at: int
    who: str
    account: str
    key: str
    callbacks: list[str]
    tries: int = 0
    answered: int = 0


class Crowd:
    """Acts until its time is over; remembers every delivery that it caused."""

    def __init__(self, world: World, dispatcher: Dispatcher, script: Script) -> None:
        self._world, self._dispatcher, self.script = world, dispatcher, script
        self._rng = random.Random(script.seed)
        self._kinds = list(script.mix)
        self._weights = list(accumulate(script.mix.values()))
        self._friends: list[tuple[float, str, str]] = []
        self._writers = 0
        self._staff = [each for each in world.store.staff.values() if each.active]
        self._open = [each for each in self._staff if each.can_add]
        self._kf = script.kf or tuple(world.store.kf_accounts)
        self._by_callback: dict[str, Act] = {}
        self.acts: list[Act] = []
        self.deliveries: list[tuple[int, float, int]] = []
        self.offered = 0
        self.running = False

    # -- acting ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Acts at the scripted rate. What a busy machine held up is made up for at once."""
        self.running = True
        self._dispatcher.spread, self._dispatcher.heard = self._spread, self._heard
        started, rate = time.monotonic(), self.script.per_minute / 60
        whole = rate * self.script.seconds
        while self.offered < whole:
            spent = time.monotonic() - started
            while self.offered < min(spent * rate, whole):
                self._act(spent)
            await asyncio.sleep(TICK_S)
        self._dispatcher.spread = None
        self.running = False

    def _act(self, spent: float) -> None:
        kind = self._rng.choices(self._kinds, cum_weights=self._weights)[0]
        if kind == "delete" and not self._ripe(spent):
            kind = "add" if "add" in self._kinds else self._kinds[0]
        act = DEEDS[kind](self, spent)
        self.acts.append(act)
        for callback in act.callbacks:
            self._by_callback[callback] = act

    def _ripe(self, spent: float) -> bool:
        return bool(self._friends) and self._friends[0][0] + DELETE_AFTER_S < spent

    def _writes(self, spent: float) -> Act:
        """Somebody new writes to a kf account."""
        who = people.make_customer(self._world).id
        account = self._rng.choice(self._kf)
        message = {"msgtype": "text", "text": {"content": self._rng.choice(self.script.texts)}}
        made = kf_client.write(self._world, who, account, message)
        return self._act_of("kf", who, account, made["msgid"], made["callbacks"])

    def _adds(self, spent: float) -> Act:
        """Somebody new adds a member of the staff."""
        who = people.make_customer(self._world).id
        member = self._rng.choice(self._open).userid
        made = people.add(self._world, member, who)
        self._friends.append((spent, who, member))
        return self._act_of("add", who, member, made["welcome_code"] or "", made["callbacks"])

    def _deletes(self, spent: float) -> Act:
        """The one who has been a friend for the longest deletes the account."""
        _, who, member = self._friends.pop(0)
        told = people.delete_by_customer(self._world, member, who)
        return self._act_of("delete", who, member, "", told)

    def _asks(self, spent: float) -> Act:
        """A member writes to the first application; each once, then they tap its menu."""
        if self._writers >= len(self._staff):
            return self._taps(spent)
        member = self._staff[self._writers]
        self._writers += 1
        key = str(7_000_000_000_000_000_000 + self._world.count("app-message"))
        said: list[Element] = [
            ("MsgType", "text"),
            ("Content", self._rng.choice(self.script.texts)),
        ]
        return self._to_app("app", member, key, [*said, ("MsgId", key)])

    def _taps(self, spent: float) -> Act:
        """A member taps a menu item that nobody has tapped before."""
        member = self._rng.choice(self._staff)
        key = f"crowd{self._world.count('crowd-tap')}"
        event: list[Element] = [("MsgType", "event"), ("Event", "click"), ("EventKey", key)]
        return self._to_app("tap", member, key, event)

    def _to_app(self, kind: str, member: Staff, key: str, elements: list[Element]) -> Act:
        app = self._world.config.apps[0]
        said = [*elements, ("AgentID", app.agent_id)]
        told = self._world.emit_to([app], kind, said, member.userid)
        return self._act_of(kind, member.userid, str(app.agent_id), key, told)

    def _act_of(self, kind: str, who: str, account: str, key: str, told: list[str]) -> Act:
        return Act(kind, self._world.now(), who, account, key, told)

    # -- how it is delivered --------------------------------------------------------------------

    def _spread(self, event: Event) -> Sequence[float]:
        """When the copies of a callback leave: the first one, and perhaps a repeat."""
        waits = [self._rng.uniform(0, self.script.reorder_ms / 1000)]
        if self._rng.random() < self.script.repeats / (1 - self.script.repeats):
            twin = self._rng.random() < 0.5
            waits.append(waits[0] if twin else self._rng.uniform(*LATE_REPEAT_S))
        self.offered += len(waits)
        return waits

    def _heard(self, event: Event, row: Json) -> None:
        act = self._by_callback.get(event.id)
        if act is None:
            return
        act.tries += 1
        act.answered += row["status"] == 200
        self.deliveries.append((row["at"], row["ms"], row["status"] or 0))

    # -- views ----------------------------------------------------------------------------------

    def view(self) -> Json:
        """How far it is."""
        return {
            "running": self.running,
            "acts": len(self.acts),
            "kinds": dict(Counter(act.kind for act in self.acts)),
            "offered": self.offered,
            "deliveries": len(self.deliveries),
            "pending": len(self._world.store.pending),
        }


DEEDS: dict[str, Callable[[Crowd, float], Act]] = {
    "kf": Crowd._writes,
    "add": Crowd._adds,
    "delete": Crowd._deletes,
    "app": Crowd._asks,
    "tap": Crowd._taps,
}


def script_of(args: Json) -> Script:
    """The script in a control call's arguments. ControlError for one that makes no sense."""
    mix = args.get("mix")
    if mix is not None and (not mix or not all(_weight(k, v) for k, v in mix.items())):
        raise ControlError(f"mix must weigh some of {', '.join(DEEDS)} with numbers above 0")
    if args.get("per_minute", 0) * args.get("seconds", 0) / 60 > MAX_ACTS:
        raise ControlError(f"more than {MAX_ACTS} callbacks in one crowd")
    lists: Json = {k: tuple(v) if isinstance(v, list) else v for k, v in args.items()}
    return Script(**lists)


def _weight(kind: str, value: object) -> bool:
    known = kind in DEEDS and isinstance(value, (int, float)) and not isinstance(value, bool)
    return known and value > 0  # type: ignore[operator]
