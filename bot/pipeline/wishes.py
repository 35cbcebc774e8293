"""Tells the platform what staff want noted about a friend, unless the client's user was faster.

What stands there is read first, then written: the platform has no way to do both at once, so of two
who write within the same second the later one wins.
"""

from __future__ import annotations

import logging
from functools import partial
from itertools import groupby
from operator import itemgetter

from bot.core.clock import MINUTE, SECOND, Clock
from bot.core.config import Config
from bot.core.contacts import Follow
from bot.members.agreeing import fate
from bot.pipeline.loop import Bells
from bot.store import wishes
from bot.store.engine import Row, Store
from bot.wecom.contacts.checks import BadCall
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.errors import LATER, ApiError, CallFailed

log = logging.getLogger(__name__)
EVERY = 3 * SECOND
MOST = 50
NO_FRIEND = "no friend of this account any more"


class Wishes:
    """The worker: members whose wishes wait, one read of the platform each."""

    def __init__(
        self, store: Store, platform: Contacts, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._platform, self._clock = store, platform, clock

    async def step(self, now: int) -> int:
        """At once again while there are more; a minute later when the platform has no time."""
        rows = await self._store.read(wishes.waiting, MOST)
        by_member = sorted(rows, key=itemgetter("member"))
        try:
            for member, mine in groupby(by_member, key=itemgetter("member")):
                await self._settle(member, list(mine))
        except (ApiError, CallFailed) as exc:
            log.warning("wishes: %s", exc)
            return now + MINUTE
        return now if len(rows) == MOST else now + EVERY

    async def _settle(self, member: str, rows: list[Row]) -> None:
        person = await self._platform.people.get(member)
        follows = {one.account: one for one in person.follows} if person is not None else {}
        for row in rows:
            try:
                await self._one(row, follows.get(row["account"]))
            except BadCall as exc:
                await self._store.write(wishes.failed, row, str(exc))
            except ApiError as exc:
                if exc.errcode in LATER:
                    raise
                await self._store.write(wishes.failed, row, str(exc))

    async def _one(self, row: Row, follow: Follow | None) -> None:
        if follow is None:
            await self._store.write(wishes.failed, row, NO_FRIEND)
            return
        theirs = _read(follow, row["field"])
        what = fate(row["base"], row["ours"], theirs)
        if what == "conflict":
            await self._store.write(wishes.conflict, row, theirs, self._clock.now())
            return
        if what == "send":
            await self._send(row)
        await self._store.write(wishes.done, row)

    async def _send(self, row: Row) -> None:
        field, ours = row["field"], row["ours"]
        if field.startswith(wishes.TAG):
            tag = [field.removeprefix(wishes.TAG)]
            mark = partial(self._platform.tags.mark, row["account"], row["member"])
            await (mark(add=tag) if ours == wishes.WORN else mark(remove=tag))
        else:
            await self._platform.people.remark(row["account"], row["member"], **{field: ours})


def _read(follow: Follow, field: str) -> str:
    if field.startswith(wishes.TAG):
        worn = field.removeprefix(wishes.TAG) in follow.tags
        return wishes.WORN if worn else wishes.BARE
    return follow.remark if field == wishes.REMARK else follow.description
