"""Calendar entries whose time has come: group posts and moments."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.clock import DAY, local
from bot.core.model import Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.linking import marked
from bot.library.selling import sells_with
from bot.library.speech import Setting, prepare
from bot.store import outbox, people, schedule
from bot.store.engine import Row, Tx
from bot.store.outbox import Receiver
from bot.studio.render import CannotRender, Rendered
from scheduler import admission
from scheduler.calendar import Entry, due_at, is_late
from scheduler.fate import Fate
from scheduler.governor import Ask

Post = tuple[Outbound, list[Receiver]]


def run_entry(tx: Tx, setting: Setting, due: Row) -> Fate:
    """Queues one occurrence of one entry, if the governor lets it; else it waits as long as the
    entry may be late, or is left out with the reason."""
    entry, planned = setting.cast.calendar.get(due["data"]["entry"]), due["data"]["at"]
    refusal = _refuse(setting, entry, planned)
    if entry is not None:
        plan_next(tx, setting, entry, planned)
    if refusal or entry is None:
        return Fate.of(refusal)
    try:
        made = prepare(setting, entry.persona, entry.template)
    except CannotRender as exc:
        return Fate.of(str(exc))
    if held := _held(tx, setting, entry, planned):
        return held
    base = _outbound(setting, entry, planned, made)
    found = list(MAKERS[entry.do](tx, setting, entry, base))
    for out, receivers in found:
        outbox.enqueue(tx, marked(tx, setting, out), setting.now, receivers)
    return Fate.of("" if found else "nobody to post to")


def _held(tx: Tx, setting: Setting, entry: Entry, planned: int) -> Fate | None:
    """What the governor has against it; None when nothing."""
    offers = sells_with(setting.cast, entry.template)
    ruling = admission.ask_feed(tx, setting, entry.persona, entry.do, sells=offers)
    if ruling.answer == "yes":
        return None
    ask = Ask(persona=entry.persona, member="", channel="", kind=entry.do, sells=offers,
              origin=f"campaign:{entry.id}", content=entry.template)  # fmt: skip
    admission.refused(tx, setting, [(ask, ruling)])
    until = ruling.until
    if ruling.answer == "no" or until is None or is_late(entry, planned, until):
        return Fate("skip", ruling.code)
    return Fate("wait", ruling.code, until)


def upcoming(setting: Setting, entry: Entry, since: int) -> int | None:
    """The entry's next occurrence; None: it never comes again. One that came after the calendar
    began to serve (``since``) and may still be made up for counts, too: a plan is often approved
    minutes before its time, and the process that plans hears of it a little later."""
    recurrence, now = setting.cast.calendar.recurrence(entry), setting.now
    if now - DAY < since < now:
        at = recurrence.after(since)
        if at is None or at > now or not is_late(entry, at, now):
            return at
    return recurrence.after(now)


def key_of(entry: Entry, at: int) -> str:
    """The key under which an occurrence is planned."""
    return f"calendar/{entry.id}/{at}"


def plan(tx: Tx, entry: Entry, at: int) -> None:
    """Puts an occurrence into the table."""
    schedule.add_due(tx, key_of(entry, at), "calendar", due_at(entry, at),
                     {"entry": entry.id, "at": at})  # fmt: skip


def plan_next(tx: Tx, setting: Setting, entry: Entry, after: int) -> None:
    """Puts the first occurrence later than ``after`` into the table.

    Each occurrence plans its successor, so after an outage all that were missed have a row that
    says what became of them.
    """
    at = setting.cast.calendar.recurrence(entry).after(after)
    if at is not None:
        plan(tx, entry, at)


def _refuse(setting: Setting, entry: Entry | None, planned: int) -> str:
    if entry is None:
        return "the entry is not in the calendar any more"
    recurrence = setting.cast.calendar.recurrence(entry)
    if recurrence.after(planned - 1000) != planned:
        return "the entry comes at another time now"
    if is_late(entry, planned, setting.now):
        return f"more than {entry.late} late"
    served = entry.persona in setting.cast.scripts
    if not served or not setting.cast.is_valid(entry.persona, setting.now):
        return f"persona {entry.persona} does not serve now"
    return ""


def _outbound(setting: Setting, entry: Entry, planned: int, made: Rendered) -> Outbound:
    day = local(planned, setting.cast.zone).strftime("%Y%m%dT%H%M")
    return Outbound(
        lane="", pool="bulk", channel="", account="", peer="",
        kind="moment" if entry.do == "moment" else "group_post", body=made.body,
        origin=f"campaign:{entry.id}:{day}", persona=entry.persona,
        persona_version=setting.cast.scripts[entry.persona].version, content=entry.template,
        content_version=made.version, dedupe=f"campaign/{entry.id}/{day}",
        send_at=setting.now, retry_at=setting.now, expires_at=setting.now + TAP_WITHIN,
    )  # fmt: skip


def _group_post(tx: Tx, setting: Setting, entry: Entry, base: Outbound) -> Iterator[Post]:
    if entry.groups in ("customer", "both"):
        yield from _customer_groups(tx, setting, entry, base)
    if entry.groups in ("internal", "both"):
        yield from _internal_groups(setting, entry, base)


def _customer_groups(tx: Tx, setting: Setting, entry: Entry, base: Outbound) -> Iterator[Post]:
    """One task for each owner: nobody can post into a customer group without his tap."""
    owners: dict[str, list[Receiver]] = {}
    for chat in people.groups_of(tx, setting.cast.accounts_of(entry.persona, "contact")):
        owners.setdefault(chat["owner"], []).append(Receiver(chat["id"]))
    for owner, chats in owners.items():
        yield base.evolve(
            lane=f"group:{owner}/bulk", channel="group", account=owner, peer=owner,
            operator=owner, dedupe=f"{base.dedupe}/{owner}",
        ), chats  # fmt: skip


def _internal_groups(setting: Setting, entry: Entry, base: Outbound) -> Iterator[Post]:
    for hook in setting.cast.accounts_of(entry.persona, "webhook"):
        yield base.evolve(
            lane=f"webhook:{hook}/bulk", channel="webhook", account=hook, peer=hook,
            dedupe=f"{base.dedupe}/{hook}",
        ), [Receiver(hook)]  # fmt: skip


def _moment(tx: Tx, setting: Setting, entry: Entry, base: Outbound) -> Iterator[Post]:
    """One task for each account: its owner must publish it."""
    for account in setting.cast.accounts_of(entry.persona, "contact"):
        yield base.evolve(
            lane=f"moment:{account}/bulk", channel="moment", account=account, peer=account,
            operator=account, dedupe=f"{base.dedupe}/{account}",
        ), [Receiver(account)]  # fmt: skip


MAKERS = {"group_post": _group_post, "moment": _moment}
