"""A campaign with all it needs in a fresh database, carried out on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.core.clock import DAY, HOUR, MINUTE, ManualClock
from bot.core.config import Config, load_config
from bot.core.model import TapResult, TapStatus, conversation_key
from bot.core.policy import Verdict
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.persona.load import read_persona_folder
from bot.store import (
    campaigns,
    codec,
    conversations,
    outbox,
    people,
    pullback,
    recipients,
    taps,
)
from bot.store.campaigns import Run
from bot.store.engine import Row, Tx
from scheduler import steering
from scheduler.enrolling import Job
from scheduler.running import Running
from tests.contract import publishing
from tests.contract.casting import serving
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
CONFIG = load_config(BRAND / "config.toml")
MORNING = NOW + 12 * HOUR + 20 * MINUTE  # half past ten in Shanghai
KF = "wkBANZHAN01"
OFFER = """+++
title = "杯子"
genre = "experience"
origin = "BGC"
+++
新的杯子到了，想看看的话来店里坐坐。
"""
FILE = """id = "offer"
do = "{do}"
persona = "tester"
template = "{template}"
{more}
"""


@dataclass
class Stage:
    """Members are friends of lin.xi or chen.mo by turns; ``serving`` is what is published."""

    db: Bench
    config: Config = CONFIG
    clock: ManualClock = field(default_factory=lambda: ManualClock(MORNING))
    cast: Cast = field(init=False)

    def __post_init__(self) -> None:
        def everything(tx: Tx) -> None:
            persona = read_persona_folder(BRAND / "personas" / "tester")
            publishing.publish(tx, "persona", "tester", persona, "disk", self.now)
            offer = {"offer.j2": OFFER}
            publishing.publish(tx, "template", "promos/offer", offer, "disk", self.now)
            for name in ("care/day1", "groups/weekly", "moments/morning"):
                path = BRAND / "content" / f"{name}.j2"
                files = {path.name: path.read_text("utf-8")}
                publishing.publish(tx, "template", name, files, "disk", self.now)

        self.db.write(everything)
        self.look_again()
        self.worker = Running(self.db.store, self, self.config, self.clock, asyncio.Event(),
                              lambda: None)  # fmt: skip

    @property
    def now(self) -> int:
        return self.clock.now()

    @property
    def setting(self) -> Setting:
        return Setting.of(self.config, self.cast, self.now)

    def publish(self, kind: str, name: str, files: Mapping[str, str]) -> None:
        """From now on it serves."""
        self.db.write(publishing.publish, kind, name, files, "disk", self.now)
        self.look_again()

    def look_again(self) -> None:
        """What is published by now serves."""
        self.cast = serving(self.db, self.config.timezone)

    def write_file(self, more: str = "", do: str = "promo", template: str = "promos/offer") -> None:
        text = FILE.format(do=do, template=template, more=more)
        self.publish("campaign", "offer", {"offer.toml": text})

    def befriend(self, n: int, first: int = 0) -> list[str]:
        """Members wm000 and on, friends for long."""
        found = [f"wm{number:03}" for number in range(first, first + n)]

        def all_of(tx: Tx) -> None:
            for number, member in enumerate(found):
                people.ensure_member(tx, member, NOW - 60 * DAY)
                people.befriend(tx, member, ("lin.xi", "chen.mo")[number % 2], NOW - 60 * DAY)

        self.db.write(all_of)
        return found

    def wrote(self, member: str, ago: int = HOUR) -> None:
        """He wrote to the persona's kf account and was answered: its window is open."""
        key, at = conversation_key("kf", KF, member), self.now - ago

        def talk(tx: Tx) -> None:
            tx.run("conversation_touch", id=key, channel="kf", account=KF, peer=member,
                   member=member, last_in_at=at, now=at, turn_at=None, settle_max=0)  # fmt: skip
            conversations.speak(tx, key, "reply", at)

        self.db.write(talk)

    def approve(self) -> list[Run]:
        return self.db.write(steering.approve, self.setting, "offer", "wu")

    def start(self, more: str = "", **of_file: str) -> Run:
        """Writes the file, has it approved and started, and carries it out as far as it goes."""
        self.write_file(more, **of_file)
        self.approve()
        self.db.write(steering.start, self.setting, "offer", "wu")
        self.work()
        return self.run

    @property
    def run(self) -> Run:
        """The latest run."""
        return self.db.read(campaigns.of, "offer")[-1]

    def job(self) -> Job:
        setting = self.setting
        return Job(setting, self.run, steering.serving(setting.cast, "offer"))

    def work(self, steps: int = 60) -> int | None:
        """Steps until nothing is to do at this moment; when there will be."""

        async def until_idle() -> int | None:
            for _ in range(steps):
                at = await self.worker.step(self.now)
                if at is None or at > self.now:
                    return at
            raise AssertionError("it never rests")

        return asyncio.run(until_idle())

    def later(self, ms: int) -> None:
        """Time passes, and whatever is due happens."""
        self.clock.advance(ms)
        self.work()

    def ledger(self, key: str = "state") -> dict[str, Any]:
        """A column of the ledger by member."""
        return {row["member"]: row[key] for row in self.db.read(recipients.page, self.run.id)}

    def counts(self) -> dict[str, int]:
        return self.db.read(recipients.by_state, self.run.id)

    def tasks(self) -> list[Row]:
        """What was queued, in order."""
        return self.db.look("SELECT * FROM outbox ORDER BY id")

    def texts(self) -> list[tuple[str, str, str]]:
        """Through which account which text was queued."""
        queued = [codec.outbound(row) for row in self.tasks()]
        return sorted((one.channel, one.account, str(getattr(one.body, "text", "")))
                      for one in queued)  # fmt: skip

    def receivers(self, outbox: int) -> list[str]:
        """Who is on the list of a task."""
        rows = self.db.look("SELECT peer FROM replies WHERE outbox = ? AND status <> 'cancelled'"
                            " ORDER BY peer", outbox)  # fmt: skip
        return [row["peer"] for row in rows]

    def hand_in(self, unsure: Collection[int] = ()) -> None:
        """The platform makes a task of everything that is queued; of some nobody knows."""
        for row in claim(self.db, self.now, pool="bulk", n=100):
            event = "unsure" if row.id in unsure else "human"
            self.db.write(outbox.finish, row, Verdict(event, self.now, provider_id=f"t{row.id}"),
                          self.now)  # fmt: skip

    def tapped(self, id: int, failed: Collection[str] = ()) -> None:
        """The owner taps, and the platform says whom it reached."""
        self.hand_in()
        (row,) = self.db.look("SELECT * FROM outbox WHERE id = ?", id)
        results = [TapResult(peer=peer, ok=peer not in failed, at=self.now)
                   for peer in self.receivers(id)]  # fmt: skip
        self.db.write(taps.report, codec.outbound(row), TapStatus(done=True, results=tuple(results)),
                      self.now)  # fmt: skip
        self.worker.stir()
        self.later(3_000)

    def called_off(self, id: int) -> None:
        """The platform says that nobody can tap it any more."""
        (row,) = self.db.look("SELECT * FROM outbox WHERE id = ?", id)
        self.db.write(pullback.settle, codec.outbound(row), TapStatus(done=False), self.now)
        self.worker.stir()
        self.later(3_000)

    def allow(self, **caps: Any) -> None:
        """Other caps of the governor from now on."""
        self.config = replace(self.config, governor=replace(self.config.governor, **caps))
        self.__post_init__()
