"""Planning a run: the audience becomes the ledger, a page at a time.

A page is read first and written then, together with the place that was reached: a process that
dies in between has done nothing, and the next one looks at the same page again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.audience import Audience
from bot.core.clock import local
from bot.core.model import is_promotion
from bot.library.selling import sells_with
from bot.library.speech import Setting
from bot.store import audience, campaigns, recipients, segments
from bot.store.campaigns import Run
from bot.store.engine import Tx
from bot.store.recipients import Recipient
from bot.studio.render import CannotRender
from scheduler import reaching
from scheduler.admission import ask_all, refused
from scheduler.campaigns import Campaign, audience_of, occurrence
from scheduler.governor import Ask, Ruling
from scheduler.lift import held_out, lot
from scheduler.reaching import Chosen

PAGE = 1_000  # members
UNREACHABLE, DUPLICATE, HOLDOUT = "unreachable", "duplicate", "holdout"
Ruled = tuple[Ask, Ruling]


@dataclass(frozen=True, slots=True)
class Job:
    """A run, the version of the campaign that it carries out, and the moment."""

    setting: Setting
    run: Run
    campaign: Campaign

    @property
    def now(self) -> int:
        """UTC ms."""
        return self.setting.now

    @property
    def template(self) -> str:
        """What it says."""
        return self.campaign.template_of(self.run.step)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What planning found of some members, not written yet."""

    rows: tuple[Recipient, ...] = ()
    ruled: tuple[Ruled, ...] = ()
    cursor: str
    n: int
    done: bool


def check(job: Job) -> None:
    """Raises CannotRender when nobody may hear it now: the run had better wait for a person than
    leave out everybody."""
    cast, name = job.setting.cast, job.template
    template, day = cast.shelf.get(name), local(job.now, cast.zone).date()
    why = cast.silence(job.run.persona, job.now) or cast.withheld.get(name, "")
    if not why and template is None:
        why = "it is not published any more"
    if not why and template is not None and not template.valid_on(day):
        why = f"not valid on {day.isoformat()}"
    if why:
        raise CannotRender(name, why)


def look(tx: Tx, job: Job, n: int = PAGE) -> Page:
    """The next members of the audience, as it was when the run began, and what is to become of
    each."""
    run = job.run
    wanted = whom(tx, job.setting, job.campaign)
    members = audience.page(tx, wanted, run.started_at or job.now, run.cursor, n)
    rows, ruled = judge(tx, job, members)
    return Page(rows=rows, ruled=ruled, cursor=members[-1] if members else run.cursor,
                n=len(members), done=len(members) < n)  # fmt: skip


def keep(tx: Tx, job: Job, page: Page) -> bool:
    """Writes a page. False, and nothing is written, when somebody else did or the run is over."""
    if not campaigns.planned(tx, job.run, page.cursor, page.n, job.now, done=page.done):
        return False
    recipients.add(tx, job.run.id, page.rows)
    refused(tx, job.setting, page.ruled)
    return True


def whom(tx: Tx, setting: Setting, campaign: Campaign) -> Audience:
    """The audience of a campaign, as the segments that it names are now. Raises BadInput."""
    known = segments.words(tx, campaign.file.audience)
    return audience_of(campaign, accounts(setting), known, setting.cast.thresholds)


def accounts(setting: Setting) -> dict[str, Sequence[str]]:
    """The staff accounts of every persona, as the words of an audience need them."""
    return {name: setting.cast.accounts_of(name, "contact") for name in setting.cast.scripts}


def judge(
    tx: Tx, job: Job, members: Sequence[str]
) -> tuple[tuple[Recipient, ...], tuple[Ruled, ...]]:
    """A row for each member, in their order, and the rulings that led to it."""
    if not members:
        return (), ()
    run, found = job.run, reached(tx, job, members)
    had = recipients.had(tx, run.id, run.name, run.step, members)
    asked = {member: found[member] for member in members if member in found and member not in had}
    asks = asking(job, asked)
    rulings = dict(zip(asked, ask_all(tx, job.setting, asks), strict=True))
    key = f"{run.name}/{occurrence(run.step)}"

    def row(member: str) -> Recipient:
        base = Recipient(member=member, state="out", at=job.now, lot=lot(key, member))
        if member in had or member not in found:
            return replace(base, code=DUPLICATE if member in had else UNREACHABLE)
        way = found[member]
        return _ruled(replace(base, channel=way.channel, account=way.account), rulings[member],
                      run.until, job.campaign.file.holdout)  # fmt: skip

    return tuple(map(row, members)), tuple(zip(asks, rulings.values(), strict=True))


def reached(tx: Tx, job: Job, members: Sequence[str]) -> dict[str, Chosen]:
    """The way to each member; who cannot be reached is left out."""
    via = reaching.ways_of(job.setting, job.campaign, job.template)
    return reaching.choose(tx, job.setting, job.run.persona, via, members)


def _ruled(base: Recipient, ruling: Ruling, until: int, share: float) -> Recipient:
    """Held out is only whom the others are like: somebody who might have got it."""
    late = ruling.until is not None and ruling.until >= until
    if ruling.answer == "no" or late:
        return replace(base, code=ruling.code)
    if held_out(base.lot, share):
        return replace(base, state="control", code=HOLDOUT)
    if ruling.until is not None:
        return replace(base, state="later", code=ruling.code, at=ruling.until)
    return replace(base, state="pending")


def asking(job: Job, found: Mapping[str, Chosen]) -> list[Ask]:
    """What the governor is asked for each member, in their order."""
    run, campaign, cast = job.run, job.campaign, job.setting.cast
    sells = is_promotion(campaign.kind, run.origin) or sells_with(cast, job.template)
    return [Ask(persona=run.persona, member=member, account=way.account, channel=way.channel,
                kind=campaign.kind, origin=run.origin, sells=sells, content=job.template,
                tap=way.channel == "contact") for member, way in found.items()]  # fmt: skip
