"""Five weeks of over-eager plans against a database, judged by somebody who only saw what arrived."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR, MINUTE, local
from bot.core.governing import Governing
from bot.core.model import Outbound, TapResult, TapStatus
from bot.core.policy import Verdict
from bot.library.speech import Setting
from bot.store import consent, conversations, inbox, outbox, people, receivers, taps, turns
from bot.store import governor as facts
from bot.store.engine import Tx
from bot.store.outbox import Receiver
from scheduler import admission
from scheduler.governor import Ask
from tests.contract.conftest import NOW, Bench, SqliteBench
from tests.contract.making import AT_ONCE, LEASE, WINDOW, answer, nothing_said, said, task
from tests.contract.test_governor import KF, KF2, LIN, brand, chat, door, offer

__all__ = ["brand"]
ZONE = "Asia/Shanghai"
LAW = Governing(day=2, week=4, month=8, promo_day=1, promo_week=1, promo_month=3,
                trust_contacts=0, trust_days="7d", ratio=1, mood_for="1d")  # fmt: skip
MEMBERS = tuple(f"wm{number}" for number in range(6))
DAYS = 36
UNASKED = ("care", "promo")


@dataclass
class World:
    """The truth: when each was met, what reached him, and from when to when he complained."""

    met: dict[str, int] = field(default_factory=dict)
    arrived: list[tuple[str, int, str]] = field(default_factory=list)
    out: dict[str, int] = field(default_factory=dict)
    complaints: dict[str, list[list[int]]] = field(default_factory=dict)

    def complains(self, member: str) -> bool:
        return bool(spans := self.complaints.get(member)) and spans[-1][1] == 0


@pytest.fixture
def lite(migrated: Path, tmp_path: Path) -> Iterator[Bench]:
    bench = SqliteBench(migrated, tmp_path)
    yield bench
    bench.close()


class Play:
    """Members live, plans push, tasks are tapped at any hour of the day; a step is one write."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting = replace(setting, governing=LAW)
        self.world, self.chance = World(), random.Random(seed)
        self.number = 0

    def next(self) -> int:
        self.number += 1
        return self.number

    def step(self, tx: Tx, now: int) -> None:
        for member in MEMBERS:
            self.live(tx, member, now)
            self.push(tx, member, now)
        if self.chance.random() < 0.3:
            self.bulk(tx, now)
        self.leave(tx, now)

    def live(self, tx: Tx, member: str, now: int) -> None:
        world, chance = self.world, self.chance
        if member not in world.met:
            if chance.random() < 0.05:
                world.met[member] = now
                people.befriend(tx, member, LIN, now)
                self.write(tx, member, now, KF)
            return
        if chance.random() < 0.15:
            self.write(tx, member, now, chance.choice((KF, KF2)))
        if not world.complains(member) and chance.random() < 0.01:
            world.complaints.setdefault(member, []).append([now, 0])
            self.write(tx, member, now, KF, waiting_since=now, waiting_for="x",
                       waiting_why="complaint")  # fmt: skip
        elif world.complains(member) and chance.random() < 0.05:
            world.complaints[member][-1][1] = now
            conversations.calm(tx, f"kf:{KF}:{member}")
        if chance.random() < 0.002 and member not in world.out:
            world.out[member] = now
            consent.opt_out(tx, member, now)

    def write(self, tx: Tx, member: str, now: int, account: str, **more: Any) -> None:
        """He writes, and is answered at once."""
        key = f"{account}/{member}/{self.next()}"
        message = replace(said(at=now, peer=member, account=account), dedupe=key)
        inbox.accept_all(tx, [message], AT_ONCE)
        for held in turns.claim(tx, now, key, now + LEASE, 10, 5):
            reply = answer(1, peer=member, at=now, account=account, state="sent",
                           conversation=f"kf:{account}:{member}")  # fmt: skip
            outbox.note_said(tx, reply, now)
            turns.finish(tx, held, nothing_said(**more), now)

    def push(self, tx: Tx, member: str, now: int) -> None:
        if member in self.world.met and self.chance.random() < 0.25:
            make = self.chance.choice((chat, chat, offer))
            out = make(self.next(), member, at=now, account=self.chance.choice((KF, KF2)),
                       expires_at=now + 2 * DAY)  # fmt: skip
            outbox.enqueue(tx, out, now)

    def bulk(self, tx: Tx, now: int) -> None:
        """Whoever plans asks first; what is asked of several at a time is one task."""
        kind: Any = self.chance.choice(UNASKED)
        asks = [Ask(persona="tester", member=member, account=LIN, channel="contact", kind=kind,
                    origin="campaign:eager:1", sells=kind == "promo", tap=True)
                for member in self.world.met]  # fmt: skip
        rulings = admission.ask_all(tx, replace(self.setting, now=now), asks)
        fine = [
            Receiver(ask.member, ask.member)
            for ask, ruling in zip(asks, rulings, strict=True)
            if ruling.answer == "yes"
        ]
        if fine:
            made = task(self.next(), at=now, kind=kind, origin="campaign:eager:1",
                        lane=f"t{self.number}", expires_at=now + 6 * HOUR)  # fmt: skip
            outbox.enqueue(tx, made, now, fine)

    def leave(self, tx: Tx, now: int) -> None:
        rule = door(self.setting)
        for row in outbox.claim(tx, "reply", now, f"L{now}", now + LEASE, 64, WINDOW,
                                gate=rule).rows:  # fmt: skip
            event = self.chance.choice(("sent", "sent", "sent", "never"))
            if event == "sent":
                self.world.arrived.append((row.peer, now, row.kind))
            outbox.finish(tx, row, Verdict(event, provider_id=str(row.id)), now)
        for row in outbox.claim(tx, "bulk", now, f"L{now}", now + LEASE, 64, WINDOW,
                                gate=rule).rows:  # fmt: skip
            outbox.finish(tx, row, Verdict("human", provider_id=str(row.id)), now)
            self.tap(tx, row, now)

    def tap(self, tx: Tx, row: Outbound, now: int) -> None:
        """At once, or never: what a late tap may do is for the pull-back to mind."""
        if self.chance.random() < 0.3:
            waits = tx.row("outbox_get", id=row.id)
            assert waits is not None
            outbox.move(tx, waits, "expire", now, actor="scheduler")
            return
        peers = [person["peer"] for person in receivers.of(tx, row.id)]
        self.world.arrived += [(peer, now, row.kind) for peer in peers]
        results = tuple(TapResult(peer=peer, ok=True, at=now) for peer in peers)
        taps.report(tx, row, TapStatus(done=True, results=results), now)


def judge(world: World) -> Iterator[str]:
    """Every violation, from what arrived alone."""
    for member in MEMBERS:
        mine = [(at, kind) for who, at, kind in world.arrived if who == member]
        offers = [at for at, kind in mine if kind == "promo"]
        for times, most in (([at for at, _ in mine], (2, 4, 8)), (offers, (1, 1, 3))):
            yield from _caps(member, times, most)
        for at, kind in mine:
            there = local(at, ZONE)
            if not 8 * 60 + 30 <= there.hour * 60 + there.minute < 21 * 60 + 30:
                yield f"{member} at night: {there}"
            if any(
                since < at and (not until or at < until)
                for since, until in world.complaints.get(member, [])
            ):
                yield f"{member} while he complains: {there}"
            if kind == "promo" and at - world.met[member] < 7 * DAY:
                yield f"{member} too early: {there}"
            if kind == "promo" and at > world.out.get(member, at):
                yield f"{member} after he opted out: {there}"


def _caps(member: str, times: Sequence[int], most: tuple[int, int, int]) -> Iterator[str]:
    days = Counter(local(at, ZONE).date() for at in times)
    yield from (f"{member}: {n} on {day}" for day, n in days.items() if n > most[0])
    for span, cap in zip((DAY, 7 * DAY, 31 * DAY), most, strict=True):
        for at in times:
            n = sum(at <= other < at + span for other in times)
            if n > cap:
                yield f"{member}: {n} within {span // DAY} days"


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak),
                                  pytest.param(3, marks=pytest.mark.soak)])  # fmt: skip
def test_nothing_that_was_not_asked_for_passes_a_rule(
    lite: Bench, brand: Setting, seed: int
) -> None:
    play, now = Play(brand, seed), NOW
    while now < NOW + DAYS * DAY:
        lite.write(play.step, now)
        now += play.chance.randrange(30 * MINUTE, 12 * HOUR)
    assert list(judge(play.world)) == []
    assert len(play.world.arrived) > 40, "the rules are no wall"
    refused = Counter({one.code: one.n for one in lite.read(facts.refusals, "2026-01-01",
                                                            "2027-12-31")})  # fmt: skip
    assert len(refused) >= 8, refused


def test_the_judge_sees() -> None:
    noon = NOW + 14 * HOUR
    world = World(met={"wm0": noon}, out={"wm0": noon + DAY},
                  complaints={"wm0": [[noon + HOUR, 0]]})  # fmt: skip
    world.arrived = [("wm0", noon + n * MINUTE, "care") for n in range(3)]
    world.arrived += [("wm0", NOW, "care"), ("wm0", noon + 2 * DAY, "promo")]
    found = " ".join(judge(world))
    for word in ("3 on", "within 1 days", "at night", "complains", "too early", "opted out"):
        assert word in found
