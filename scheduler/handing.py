"""Handing over: pending recipients become messages, one for each in kf, one task for many where an
account's owner must tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.model import AMOUNTS, Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.linking import marked
from bot.library.speech import Setting
from bot.store import campaigns, outbox, recipients
from bot.store.engine import Tx
from bot.store.outbox import Receiver
from bot.store.recipients import Fate, Group, Pending
from scheduler.admission import ask_all, refused
from scheduler.allot import room, spent
from scheduler.enrolling import DUPLICATE, UNREACHABLE, Job, Ruled, asking, reached
from scheduler.governor import Ruling
from scheduler.reaching import Chosen
from scheduler.wording import Wording, wordings

NO_WORDS = "no_words"
KF_AT_ONCE = 500  # rows of their own in one transaction
# For everybody alike, so that the whole run waits for it and nobody by himself.
ALIKE = frozenset({"quiet_hours", "blackout"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """What was decided about some pending recipients, not written yet.

    ``going``: those who get it now, by what they read; ``fates``: the others. ``wake_at``: all of
    them wait until then as they are.
    """

    group: Group
    going: tuple[Wording, ...] = ()
    talks: Mapping[str, str] = field(default_factory=dict)
    fates: tuple[Fate, ...] = ()
    ruled: tuple[Ruled, ...] = ()
    wake_at: int = 0

    @property
    def n(self) -> int:
        """How many get it now."""
        return sum(len(one.those) for one in self.going)


def size(setting: Setting, group: Group) -> int:
    """How many of a group are handed over in one transaction."""
    return KF_AT_ONCE if group.channel == "kf" else setting.limits.bulk_receivers


def limit(job: Job) -> tuple[int | None, int]:
    """(how many may be handed over now, when more may where that is 0); None: everybody."""
    run, ceiling = job.run, job.campaign.file.ceiling
    most, opens = room(job.campaign.rate, run.released, run.released_at, job.now)
    if not ceiling:
        return most, opens
    left = max(ceiling - run.handed, 0)
    return left if most is None else min(most, left), opens


def full(job: Job) -> bool:
    """True when as many got it as the file allows."""
    ceiling = job.campaign.file.ceiling
    return bool(ceiling) and job.run.handed >= ceiling


def look(tx: Tx, job: Job, group: Group, n: int) -> Hand | None:
    """The next ``n`` of a group; None when none is left. Raises CannotRender."""
    waiting = recipients.upcoming(tx, job.run.id, group, n)
    if not waiting:
        return None
    found = reached(tx, job, [one.member for one in waiting])
    same = {one.member: one for one in waiting if _same(found.get(one.member), group)}
    asks = asking(job, {member: found[member] for member in same})
    rulings = ask_all(tx, job.setting, asks)
    ruled = tuple(zip(asks, rulings, strict=True))
    if len(same) == len(waiting) and (until := _together(rulings)):
        return Hand(group=group, ruled=ruled, wake_at=until)
    going, fates = [], []
    for one, ruling in zip(same.values(), rulings, strict=True):
        if ruling.answer == "yes":
            going.append(one)
        else:
            fates.append(_refused(one, ruling, job))
    fates += [_elsewhere(one, found.get(one.member), job.now) for one in waiting
              if one.member not in same]  # fmt: skip
    said = wordings(tx, job, group, going)
    fates += [Fate(member=one.member, state="cancelled", code=NO_WORDS, at=job.now,
                   account=one.account, channel=one.channel) for one in said.silent]  # fmt: skip
    return Hand(group=group, going=said.found, fates=tuple(fates), ruled=ruled,
                talks={one.member: found[one.member].conversation for one in going})  # fmt: skip


def _same(way: Chosen | None, group: Group) -> bool:
    return way is not None and (way.channel, way.account) == (group.channel, group.account)


def _together(rulings: Sequence[Ruling]) -> int:
    """Until when all of them wait for one and the same reason; 0 when they do not."""
    if {ruling.answer for ruling in rulings} != {"later"}:
        return 0
    alike = {ruling.code for ruling in rulings} <= ALIKE
    return min(ruling.until or 0 for ruling in rulings) if alike else 0


def _refused(one: Pending, ruling: Ruling, job: Job) -> Fate:
    """He was to get it, so he counts among those who were: he is no longer simply out."""
    state, at = "cancelled", job.now
    if ruling.until is not None and ruling.until < job.run.until:
        state, at = "later", ruling.until
    return Fate(member=one.member, state=state, code=ruling.code, at=at, account=one.account,
                channel=one.channel)  # fmt: skip


def _elsewhere(one: Pending, way: Chosen | None, now: int) -> Fate:
    """Another account knows him better by now, or nobody does any more."""
    if way is None:
        return Fate(member=one.member, state="cancelled", code=UNREACHABLE, at=now,
                    account=one.account, channel=one.channel)  # fmt: skip
    return Fate(member=one.member, state="pending", at=now, account=way.account,
                channel=way.channel)  # fmt: skip


def keep(tx: Tx, job: Job, hand: Hand, *, last: bool = False) -> bool:
    """Queues what goes and writes down the rest. False, and nothing is written, when somebody else
    handed over meanwhile, or the run goes on no more.

    ``last``: of what may go at its pace. What the governor took out of it waits for the next time,
    or an owner would have many small tasks to tap.
    """
    run, rate = job.run, job.campaign.rate
    used = spent(rate, run.released, run.released_at, hand.n, job.now)
    if last and rate is not None and not hand.wake_at:
        used = rate.most, job.now
    if not campaigns.released(tx, run, hand.n, *used, hand.wake_at):
        return False
    carry = _by_kf if hand.group.channel == "kf" else _by_bulk
    gone = [fate for wording in hand.going for fate in carry(tx, job, hand, wording)]
    recipients.put(tx, run.id, [*gone, *hand.fates])
    refused(tx, job.setting, hand.ruled)
    return True


def _by_kf(tx: Tx, job: Job, hand: Hand, wording: Wording) -> list[Fate]:
    """One row each, which leaves by itself."""
    base, found = _outbound(job, hand, wording), list[Fate]()
    for one in wording.those:
        talk = hand.talks[one.member]
        row = base.evolve(
            lane=f"{talk}/bulk", pool="reply", peer=_peer(talk), member=one.member,
            conversation=talk, expires_at=job.run.until,
            dedupe=f"{base.dedupe}/{one.member}/{one.tries}",
        )  # fmt: skip
        made = outbox.enqueue(tx, marked(tx, job.setting, row), job.now)
        found.append(_carried(one, hand.group, job.now, made))
    return found


def _peer(talk: str) -> str:
    """Whom a conversation is with: the id that the account knows, which may not be the one that he
    goes by."""
    return talk.split(":", 2)[2]


def _by_bulk(tx: Tx, job: Job, hand: Hand, wording: Wording) -> list[Fate]:
    """One task; a receiver is in one of them only, so the first tells it from others."""
    base, account, those = _outbound(job, hand, wording), hand.group.account, wording.those
    task = base.evolve(
        lane=f"contact:{account}/bulk", peer=account, operator=account,
        expires_at=min(job.run.until, job.now + TAP_WITHIN),
        dedupe=f"{base.dedupe}/{account}/{those[0].member}/{those[0].tries}",
    )  # fmt: skip
    # by their names, as the indexes of the reply log have them
    names = sorted(one.member for one in those)
    task = marked(tx, job.setting, task)
    made = outbox.enqueue(tx, task, job.now, [Receiver(name, name) for name in names])
    return [_carried(one, hand.group, job.now, made) for one in those]


def _outbound(job: Job, hand: Hand, wording: Wording) -> Outbound:
    run, made = job.run, wording.made
    return Outbound(
        lane="", pool="bulk", channel=hand.group.channel, account=hand.group.account, peer="",
        kind=job.campaign.kind, body=made.body, origin=run.origin, persona=run.persona,
        persona_version=job.setting.cast.scripts[run.persona].version, content=wording.content,
        content_version=made.version, dedupe=f"campaign/{run.id}", send_at=job.now,
        retry_at=job.now, data={AMOUNTS: list(made.amounts)} if made.amounts else {},
    )  # fmt: skip


def _carried(one: Pending, group: Group, now: int, row: int | None) -> Fate:
    """What was queued before under the same intention is not queued again."""
    state, code = ("queued", "") if row is not None else ("cancelled", DUPLICATE)
    return Fate(member=one.member, state=state, code=code, at=now, account=group.account,
                channel=group.channel, outbox=row)  # fmt: skip
