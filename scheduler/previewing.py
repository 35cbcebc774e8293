"""Before a campaign is approved: whom it would reach, why somebody is in or out, what it costs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.library.speech import Setting
from bot.store import audience, campaigns, people
from bot.store.campaigns import DRAFT, Run
from bot.store.engine import Tx
from bot.store.recipients import Group, Recipient
from bot.store.ways import Sets
from scheduler import enrolling
from scheduler.campaigns import Campaign, sittings
from scheduler.enrolling import Job
from scheduler.governor import Looked
from scheduler.lift import lot
from scheduler.reasons import Reason, explain
from scheduler.wording import sizes

WHOLE = 5_000  # members up to whom everybody is looked at
SAMPLED = 1_000  # of a larger audience
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """How many an account would reach, and how often its owner must tap; kf needs no tap."""

    channel: str
    account: str
    members: int
    taps: int


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the audience, and what would become of him."""

    id: str
    name: str
    state: str
    code: str
    account: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """``count`` members belong to the audience, of whom ``looked_at`` were looked at: all of them,
    or a sample from which the other numbers are worked out. ``states``: pending would get it now,
    later waits, out does not get it, control is held out. ``codes``: why not, or not yet."""

    count: int
    looked_at: int
    states: Mapping[str, int]
    codes: Mapping[str, int]
    costs: tuple[Cost, ...]
    sample: tuple[Person, ...]

    @property
    def exact(self) -> bool:
        """True when everybody was looked at."""
        return self.looked_at == self.count


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Whether one member belongs to the audience and which conditions decide it; what would become
    of him, and every rule that the governor looked at."""

    member: str
    belongs: bool
    because: tuple[Reason, ...]
    state: str
    code: str
    channel: str
    account: str
    looked: tuple[Looked, ...]


def preview(
    tx: Tx, setting: Setting, campaign: Campaign, sets: Sets | None = None
) -> Preview:  # fmt: skip
    """What the campaign would do, were it to begin now. ``sets``: what its audience is counted by,
    where there is more than the database."""
    job = trial(tx, setting, campaign)
    wanted = enrolling.whom(tx, setting, campaign)
    total = audience.count(tx, wanted, job.now, sets)
    seed = lot(campaign.id, "preview")
    pages = (audience.chunks(tx, wanted, job.now, sets=sets) if total <= WHOLE
             else [audience.sample(tx, wanted, job.now, SAMPLED, seed, sets)])  # fmt: skip
    rows = [row for page in pages for row in enrolling.judge(tx, job, page)[0]]
    scale = total / len(rows) if rows else 0.0
    return Preview(
        count=total, looked_at=len(rows), states=_scaled(Counter(r.state for r in rows), scale),
        codes=_scaled(Counter(r.code for r in rows if r.code), scale),
        costs=tuple(_costs(tx, job, rows, scale)), sample=_people(tx, rows[:SHOWN]),
    )  # fmt: skip


def why(tx: Tx, setting: Setting, campaign: Campaign, member: str) -> Why:
    """The same for one member, with every reason."""
    job = trial(tx, setting, campaign)
    wanted = enrolling.whom(tx, setting, campaign)
    found = explain(wanted, audience.facts(tx, [member])[member], job.now)
    rows, ruled = enrolling.judge(tx, job, [member])
    return Why(
        member=member, belongs=found.belongs, because=found.because, state=rows[0].state,
        code=rows[0].code, channel=rows[0].channel, account=rows[0].account,
        looked=ruled[0][1].looked if ruled else (),
    )  # fmt: skip


def trial(tx: Tx, setting: Setting, campaign: Campaign) -> Job:
    """A run that is made in the mind only: the one that is planned, else one that begins now."""
    known = [run for run in campaigns.of(tx, campaign.id) if run.version == campaign.version]
    if known:
        return Job(setting, known[-1], campaign)
    now = setting.now
    first = sittings(campaign, max(campaign.after(now) or now, now))[0]
    return Job(setting, Run(id=0, name=campaign.id, step=first.step, version=campaign.version,
                            persona=campaign.file.persona, state=DRAFT, at=first.at,
                            until=max(first.until, now + first.until - first.at)),
               campaign)  # fmt: skip


def _scaled(counted: Mapping[str, int], scale: float) -> dict[str, int]:
    return {key: round(n * scale) for key, n in sorted(counted.items())}


def _costs(tx: Tx, job: Job, rows: Sequence[Recipient], scale: float) -> Iterator[Cost]:
    """A task holds so many and one text; at a pace there is one each time that some may go."""
    going: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.state in ("pending", "later"):
            going.setdefault((row.channel, row.account), []).append(row.member)
    rate, total = job.campaign.rate, sum(map(len, going.values())) * scale
    rounds = math.ceil(total / rate.most) if rate else 1
    most = job.setting.limits.bulk_receivers
    for (channel, account), those in sorted(going.items()):
        n = round(len(those) * scale)
        texts = sizes(tx, job, Group(channel, account, n), those) if channel == "contact" else []
        tasks = sum(math.ceil(same * scale / most) for same in texts)
        yield Cost(channel, account, n, max(tasks, min(rounds, n)) if texts else 0)


def _people(tx: Tx, rows: Sequence[Recipient]) -> tuple[Person, ...]:
    names = people.names_of(tx, [row.member for row in rows])
    return tuple(Person(row.member, names.get(row.member, ""), row.state, row.code, row.account,
                        row.channel) for row in rows)  # fmt: skip
