"""Campaigns that go to groups or feeds: one ruling for all, one task for each owner."""

from __future__ import annotations

from bot.core.model import Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.linking import marked
from bot.library.selling import sells_with
from bot.library.speech import prepare
from bot.store import campaigns, outbox, recipients
from bot.store.engine import Tx
from scheduler.admission import ask_feed
from scheduler.calendar import Entry
from scheduler.enrolling import Job
from scheduler.governor import Ruling
from scheduler.posts import MAKERS

NOBODY = "nobody to post to"


def post(tx: Tx, job: Job) -> bool:
    """Queues the posts of a run, unless the governor holds them back. False when somebody else did.
    Raises CannotRender."""
    run = job.run
    ruling = ask_feed(tx, job.setting, run.persona, job.campaign.file.do,
                      sells=sells_with(job.setting.cast, job.template))  # fmt: skip
    if ruling.answer != "yes":
        return _held(tx, job, ruling)
    base, entry = _base(job), _entry(job)
    if not campaigns.planned(tx, run, run.cursor, 0, job.now, done=True):
        return False
    made = 0
    for out, people in MAKERS[entry.do](tx, job.setting, entry, base):
        row = outbox.enqueue(tx, marked(tx, job.setting, out), job.now, people)
        if row is not None:
            recipients.posted(tx, run.id, [one.peer for one in people], out.account, out.channel,
                              row, job.now)  # fmt: skip
            made += len(people)
    return bool(made) or campaigns.move(tx, run, "stop", job.now, reason=NOBODY)


def _held(tx: Tx, job: Job, ruling: Ruling) -> bool:
    """It waits while there is time, else it does not take place."""
    run = job.run
    if ruling.until is not None and ruling.until < run.until:
        return campaigns.released(tx, run, 0, run.released, run.released_at, ruling.until)
    return campaigns.move(tx, run, "stop", job.now, reason=ruling.code)


def _entry(job: Job) -> Entry:
    """The same as a line of the calendar, which knows who posts where."""
    file = job.campaign.file
    inside = file.do == "internal_post"
    return Entry(id=file.id, when="", do="moment" if file.do == "moment" else "group_post",
                 persona=file.persona, template=file.template,
                 groups="internal" if inside else file.groups)  # fmt: skip


def _base(job: Job) -> Outbound:
    run, now = job.run, job.now
    made = prepare(job.setting, run.persona, job.template)
    return Outbound(
        lane="", pool="bulk", channel="", account="", peer="", kind=job.campaign.kind,
        body=made.body, origin=run.origin, persona=run.persona,
        persona_version=job.setting.cast.scripts[run.persona].version, content=job.template,
        content_version=made.version, dedupe=f"campaign/{run.id}", send_at=now, retry_at=now,
        expires_at=min(run.until, now + TAP_WITHIN),
    )  # fmt: skip
