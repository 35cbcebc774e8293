"""People of a plan: they do what its moves say, and remember what they did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.harness.plan import OPEN_STAFF, About, Move
from tests.harness.world import World

Row = dict[str, Any]
ROBOT, AGENT = "aibBANZHAN01", "1000002"


@dataclass
class Crew:
    """Who did what. ``writes``, ``adds`` and the rest hold what identifies each deed."""

    world: World
    writes: list[Row] = field(default_factory=list)
    adds: list[Row] = field(default_factory=list)
    asks: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    partings: list[Row] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    async def do(self, move: Move) -> None:
        """One deed."""
        await DEEDS[move.name](self, move.about)

    async def _someone(self) -> str:
        return (await self.world.phone.customers(1))[0]

    async def _say(self, who: str, about: About) -> None:
        made = await self.world.phone.post(
            f"/customers/{who}/kf", open_kfid=about["account"], text=about["text"]
        )
        self.writes.append({"who": who, **about, "key": made["msgid"]})

    async def write(self, about: About) -> None:
        """Somebody new writes."""
        await self._say(await self._someone(), about)

    async def again(self, about: About) -> None:
        """One who wrote before writes again, to the same account."""
        if not self.writes:
            return
        before = self.writes[about["nth"] % len(self.writes)]
        await self._say(before["who"], {"account": before["account"], "text": about["text"]})

    async def refuse(self, about: About) -> None:
        """Somebody new blocks the account after writing: the answer will be reported as failed."""
        who = await self._someone()
        self.refusing.add(who)
        await self.world.phone.post(
            f"/customers/{who}/kf", open_kfid=about["account"], event="refuse"
        )
        await self._say(who, about)

    async def befriend(self, about: About) -> None:
        """Somebody new adds a member of the staff."""
        who = await self._someone()
        made = await self.world.phone.post(f"/customers/{who}/add", userid=about["userid"])
        self.adds.append({"who": who, "userid": about["userid"], "callbacks": made["callbacks"]})

    def _friend(self, about: About) -> Row | None:
        left = [add for add in self.adds if add["who"] not in self.gone]
        found = left[about["nth"] % len(left)] if left else None
        if found is not None:
            self.gone.add(found["who"])
        return found

    async def leave(self, about: About) -> None:
        """A friend deletes the account."""
        if friend := self._friend(about):
            path = f"/customers/{friend['who']}/delete"
            made = await self.world.phone.post(path, userid=friend["userid"])
            self.partings.append(friend | {"callbacks": made["callbacks"]})

    async def dismiss(self, about: About) -> None:
        """The member of the staff deletes a friend."""
        if friend := self._friend(about):
            path = f"/staff/{friend['userid']}/delete"
            made = await self.world.phone.post(path, customer=friend["who"])
            self.partings.append(friend | {"callbacks": made["callbacks"]})

    async def ask(self, about: About) -> None:
        """A colleague writes to the application."""
        made = await self.world.phone.post(f"/apps/{AGENT}/say", **about)
        self.asks.append(about | {"key": made["msgid"], "callbacks": made["callbacks"]})

    async def call(self, about: About) -> None:
        """A colleague writes to the robot."""
        made = await self.world.phone.post(f"/robots/{ROBOT}/say", **about)
        self.calls.append(about | {"delivered": made["delivered"]})

    async def tap(self, about: About) -> None:
        """Everybody looks after the tasks that wait for him."""
        verb = "refuse" if about["refuse"] else "confirm"
        for userid in OPEN_STAFF:
            for task in await self.world.phone.tasks(userid):
                await self.world.phone.post(f"/staff/{userid}/tasks/{task['id']}/{verb}")


DEEDS: Mapping[str, Callable[[Crew, About], Awaitable[None]]] = {
    "write": Crew.write, "again": Crew.again, "refuse": Crew.refuse, "befriend": Crew.befriend,
    "leave": Crew.leave, "dismiss": Crew.dismiss, "ask": Crew.ask, "call": Crew.call,
    "tap": Crew.tap,
}  # fmt: skip
