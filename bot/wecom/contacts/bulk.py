"""Bulk tasks (企业群发, pages 92135, 93338, 97610, 97611) after their creation.

Creating one is a send, which only the outbox does. Nothing leaves without a staff member's tap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.clock import DAY
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, given, ms, span
from bot.wecom.contacts.paging import rows
from bot.wecom.errors import ApiError

MONTH = 31  # days that one listing may span
CANCELLED = 41093  # it was before
REMINDERS = 3  # per task and 24 hours (41094)
LIST_PAGE, TASK_PAGE = 100, 1000
Kind = Literal["single", "group"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkTask:
    """A bulk message as the platform lists it. ``attachments`` are their msgtypes, in order."""

    msgid: str
    made_at: int
    text: str = ""
    attachments: tuple[str, ...] = ()


class Bulk:
    """Bulk messages of the corp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def each(
        self, kind: Kind, since: int, until: int, *, own: bool = False
    ) -> AsyncIterator[BulkTask]:
        """Bulk messages that the corp made between two times (ms, at most a month apart); ``own``:
        those that members made by themselves."""
        call = {"chat_type": kind, "filter_type": int(own), **span(since, until, MONTH)}
        path = "externalcontact/get_groupmsg_list_v2"
        async for row in rows(self._desk.api, path, call, "group_msg_list", limit=LIST_PAGE):
            yield _task(row)

    async def owners(self, msgid: str) -> dict[str, int | None]:
        """Who has the task, and when he sent it (ms), None while he has not."""
        path = "externalcontact/get_groupmsg_task"
        found = rows(self._desk.api, path, {"msgid": msgid}, "task_list", limit=TASK_PAGE)
        return {str(row["userid"]): ms(row.get("send_time")) or None async for row in found}

    async def results(self, msgid: str, account: str) -> AsyncIterator[Json]:
        """What became of each receiver of one owner: status 0 waits, 1 sent, 2 no friend any more,
        3 above the cap."""
        path = "externalcontact/get_groupmsg_send_result"
        call = {"msgid": msgid, "userid": account}
        async for row in rows(self._desk.api, path, call, "send_list", limit=TASK_PAGE):
            yield row

    async def remind(self, msgid: str) -> None:
        """Tells those who have not tapped yet. Raises BadCall at the fourth time within 24 hours:
        the platform would count it and refuse (41094)."""
        if not await self._desk.book.may_remind(msgid, REMINDERS, DAY):
            raise BadCall(f"{REMINDERS} reminders in 24 hours are used")
        await self._desk.api.call("externalcontact/remind_groupmsg_send", {"msgid": msgid})

    async def cancel(self, msgid: str) -> None:
        """Nobody can send it any more; what was sent stays, so ask for the results afterwards. Safe
        to repeat."""
        try:
            await self._desk.api.call("externalcontact/cancel_groupmsg_send", {"msgid": msgid})
        except ApiError as exc:
            if exc.errcode != CANCELLED:
                raise

    async def find(self, wanted: BulkSearch) -> list[str]:
        """msgids of bulk messages that may be the one whose creation went unanswered: same kind,
        words and attachments, made in that time, with a task for that account."""
        kind: Kind = wanted.kind
        found = [task async for task in self.each(kind, wanted.since, wanted.until)
                 if task.text == wanted.text and task.attachments == tuple(wanted.attachments)
                 and task.msgid not in wanted.known]  # fmt: skip
        mine = [t.msgid for t in found if wanted.account in await self.owners(t.msgid)]
        return [m for m in mine if await self._for_any(m, wanted)]

    async def _for_any(self, msgid: str, wanted: BulkSearch) -> bool:
        """True when one of the receivers is ours: equal texts may have gone to other people."""
        ours = set(wanted.receivers)
        async for row in self.results(msgid, wanted.account):
            return str(row.get("external_userid") or row.get("chat_id")) in ours
        return not ours


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkSearch:
    """A creation of unknown fate. ``known`` are msgids that belong to others of our rows."""

    kind: Kind
    account: str
    text: str
    attachments: Sequence[str] = ()
    receivers: Sequence[str] = ()
    since: int
    until: int
    known: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.text and not self.attachments:
            raise BadCall("nothing to search for")


def _task(row: Json) -> BulkTask:
    parts = row.get("attachments") or ()
    return BulkTask(
        msgid=str(row["msgid"]), made_at=ms(row.get("create_time")),
        text=str(given(row.get("text") or {}).get("content", "")),
        attachments=tuple(str(part.get("msgtype", "")) for part in parts),
    )  # fmt: skip
