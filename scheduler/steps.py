"""A flow step whose time has come: which way it takes, or why it is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.body import Body, dump
from bot.core.clock import HOUR, MINUTE, local
from bot.core.model import Outbound, ReplyKind, conversation_key, is_promotion
from bot.library.speech import Setting, prepare
from bot.store import consent, outbox, people, schedule
from bot.store.codec import to_json
from bot.store.engine import Row, Tx
from bot.store.unwanted import OPTED_OUT
from bot.studio.render import CannotRender
from scheduler.flows import Flow, Step

# A step leaves room for a live answer: the quota of the kf window is five.
KEPT_FOR_ANSWERS = 2
WINDOW_MARGIN = 10 * MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One step, rendered for one member."""

    run: Row
    step: Step
    kind: ReplyKind
    body: Body
    content: str
    version: int | None
    origin: str
    due_at: int


def run_step(tx: Tx, setting: Setting, due: Row) -> str:
    """Queues one step of one member. Empty, or the reason why it is left out."""
    run = schedule.flow_run(tx, due["data"]["run"])
    if run is None or run["state"] != "running":
        return "the flow has ended for this member"
    flow = next((f for f in setting.cast.flows if f.id == run["flow"]), None)
    step = flow.step(due["data"]["step"]) if flow else None
    if flow is None or step is None:
        return "the step is not in the flow any more"
    if step is flow.file.step[-1]:
        schedule.end_flow(tx, run["id"], "done")
    try:
        message = _render(setting, run, flow, step, due["at"])
    except CannotRender as exc:
        return str(exc)
    if isinstance(message, str):
        return message
    if is_promotion(message.kind, message.origin) and not consent.of_member(tx, run["member"])[0]:
        return OPTED_OUT
    return _first_way(tx, setting, message)


def _first_way(tx: Tx, setting: Setting, message: Message) -> str:
    refusals = []
    for name in message.step.via:
        refusal = WAYS[name](tx, setting, message)
        if not refusal:
            return ""
        refusals.append(refusal)
    return "; ".join(refusals)


def _render(setting: Setting, run: Row, flow: Flow, step: Step, due_at: int) -> Message | str:
    persona, now = run["persona"], setting.now
    if persona not in setting.cast.scripts or not setting.cast.is_valid(persona, now):
        return f"persona {persona} does not serve now"
    template = setting.cast.shelf.get(step.template)
    if template is None:
        withheld = setting.cast.withheld.get(step.template)
        return withheld or f"there is no template {step.template}"
    day = local(now, setting.cast.zone).date()
    content = setting.cast.shelf.chosen(step.template, run["member"], day)
    made = prepare(setting, persona, content)
    return Message(run=run, step=step, kind=template.kind, body=made.body, content=content,
                   version=made.version, origin=f"flow:{flow.id}:{step.id}",
                   due_at=due_at)  # fmt: skip


def _by_kf(tx: Tx, setting: Setting, message: Message) -> str:
    """Through the persona's kf chat, while the platform's window is open."""
    run, limits = message.run, setting.limits
    since = setting.now - limits.kf_hours * HOUR + WINDOW_MARGIN
    quota = limits.kf_messages - KEPT_FOR_ANSWERS
    accounts = setting.cast.accounts_of(run["persona"], "kf")
    talks = people.open_windows(tx, run["member"], since, quota)
    talk = next((t for t in talks if t["account"] in accounts), None)
    if talk is None:
        return "no kf window is open"
    key = conversation_key("kf", talk["account"], run["member"])
    outbox.enqueue(tx, _outbound(setting, message).evolve(
        lane=f"{key}/bulk", channel="kf", account=talk["account"], peer=run["member"],
        conversation=key, member=run["member"], pool="reply",
        dedupe=f"flow/{run['id']}/{message.step.id}"), setting.now)  # fmt: skip
    return ""


def _by_bulk(tx: Tx, setting: Setting, message: Message) -> str:
    """Pooled with equal texts of the same account until the owner's one tap sends them all."""
    run = message.run
    account = _reachable_through(tx, setting, run)
    if account is None:
        return "not a friend of any account of the persona"
    body = to_json(dump(message.body))
    schedule.pool(
        tx, key=f"flow/{run['id']}/{message.step.id}", account=account, persona=run["persona"],
        persona_version=setting.cast.scripts[run["persona"]].version, member=run["member"],
        kind=message.kind, origin=message.origin, content=message.content,
        content_version=message.version, body=body, due_at=message.due_at,
        digest=hashlib.sha256(f"{message.origin}{body}".encode()).hexdigest(),
    )  # fmt: skip
    return ""


def _reachable_through(tx: Tx, setting: Setting, run: Row) -> str | None:
    """The account he met first, else his oldest friendship among the persona's accounts."""
    ours = setting.cast.accounts_of(run["persona"], "contact")
    friends = [a for a in people.accounts_of(tx, run["member"]) if a in ours]
    return run["account"] if run["account"] in friends else next(iter(friends), None)


def _by_welcome(tx: Tx, setting: Setting, message: Message) -> str:
    return "the welcome goes out with its event only"


def _outbound(setting: Setting, message: Message) -> Outbound:
    persona = message.run["persona"]
    return Outbound(
        lane="", pool="bulk", channel="", account="", peer="", kind=message.kind,
        body=message.body, origin=message.origin, persona=persona,
        persona_version=setting.cast.scripts[persona].version, content=message.content,
        content_version=message.version, dedupe="", send_at=setting.now, retry_at=setting.now,
    )  # fmt: skip


WAYS: Mapping[str, Callable[[Tx, Setting, Message], str]] = {
    "kf": _by_kf, "bulk": _by_bulk, "welcome": _by_welcome,
}  # fmt: skip
