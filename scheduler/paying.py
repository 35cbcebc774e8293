"""The worker that pays red packets, each once.

A packet is paid under a number that follows from its grant and never changes. Before a call its row
says so (``paying``); what came of it is written afterwards. Whoever dies in between leaves a row
whose outcome nobody knows, and that is asked about by its number before anything else is done.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.core.clock import DAY, HOUR, MINUTE, SECOND
from bot.core.config import Config
from bot.core.meters import PAYMENTS
from bot.core.paying import Packet, Paid, Payments
from bot.store import packets
from bot.store.engine import Row, Store, Tx
from bot.store.leases import TICK, Alone, Lead
from scheduler.rewarding import waiting

STAND_BY = 1 * SECOND
LEASE = 5 * MINUTE  # far above the time of a call
PAGE = 20
OPENED_IN = 24 * HOUR + 10 * MINUTE  # a packet that nobody opens comes back after a day
MOST = DAY  # between two questions
KNOWN = 25 * DAY  # payments are forgotten after 30 days: "no such payment" means nothing then


@dataclass(frozen=True, slots=True)
class Job:
    """One row and what is to be done: pay it, or ask about it."""

    row: Row
    packet: Packet | None


class Paying:
    """Takes what is due, pays or asks, writes what came of it; of several processes one acts."""

    def __init__(
        self, store: Store, payments: Payments, config: Config, lead: Lead | None = None
    ) -> None:
        self._store, self._payments, self._pay = store, payments, config.pay
        self._alone = len(config.wecom.official_accounts) == 1
        self._lead, self.bell = lead or Alone(), asyncio.Event()

    async def step(self, now: int) -> int | None:
        """One page; when something is due next."""
        if not self._lead.leads(TICK):
            return now + STAND_BY
        jobs = await self._store.write(self._take, now)
        for job in jobs:
            paid = await self._do(job)
            PAYMENTS.add(paid.fate)
            await self._store.write(self._write, job, paid, now)
        return now if len(jobs) == PAGE else await self._store.read(packets.next_due)

    async def _do(self, job: Job) -> Paid:
        if job.packet is not None:
            return await self._payments.send(job.packet)
        return await self._payments.find(job.row["paid_no"])

    def _take(self, tx: Tx, now: int) -> list[Job]:
        """What is under way from now on, or is to be asked about."""
        if not self._lead.holds(tx, TICK):
            return []
        made = (self._begin(tx, row, now) for row in packets.due(tx, now, PAGE))
        return [job for job in made if job is not None]

    def _begin(self, tx: Tx, row: Row, now: int) -> Job | None:
        if row["state"] == "paying":  # whoever called is gone
            row = packets.doubt(tx, row, now, "nobody said what came of the call") or row
        if row["state"] != "granted":
            packets.ask_at(tx, row, now + LEASE)
            return Job(row, None)
        if packets.fell(tx, row, now):
            return None
        openid = row["receiver"] or packets.openid(
            tx, row["member"], "" if self._alone else self._pay.account)  # fmt: skip
        if not openid:
            self._wait(tx, row, now)
            return None
        if not self._pay.least <= row["cents"] <= self._pay.most:
            packets.refuse(tx, row, now, f"{row['cents']} cents are not between "
                           f"{self._pay.least} and {self._pay.most}")  # fmt: skip
            return None
        made = packets.pay(tx, row, now, openid, now + LEASE)
        if made is None:
            return None
        return Job(made, Packet(number=row["paid_no"], openid=openid, cents=row["cents"],
                                title=row["title"]))  # fmt: skip

    def _wait(self, tx: Tx, row: Row, now: int) -> None:
        if now - row["at"] >= self._pay.ms("waits"):
            packets.refuse(tx, row, now, "he has no id at the official account")
        else:
            waiting(tx, row, now, now + self._pay.ms("later"))

    def _write(self, tx: Tx, job: Job, paid: Paid, now: int) -> None:
        row = packets.current(tx, job.row["id"])
        if row is not None and row["state"] == job.row["state"]:
            packets.finish(tx, row, paid, now, self._times(row, now))

    def _times(self, row: Row, now: int) -> packets.Times:
        """When to ask again, soon at first; None: no more by itself."""
        pay, tries = self._pay, row["tries"]
        ask = now + min(pay.ms("every") * 2 ** min(tries, 20), MOST)
        given_up = now - row["at"] >= pay.ms("unsure_for") and tries > 0
        return packets.Times(ask=None if given_up else ask, later=now + pay.ms("later"),
                             opened=now + OPENED_IN, known=now - row["at"] < KNOWN)  # fmt: skip
