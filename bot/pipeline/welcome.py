"""What a new friend meets: flows that begin, and the welcome within its 20 seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.clock import DAY, SECOND, local
from bot.core.config import Limits
from bot.core.model import Inbound, Member, Outbound
from bot.library.cast import Cast
from bot.library.speech import Setting, prepare
from bot.studio.render import CannotRender, Rendered
from scheduler import flows
from scheduler.flows import Flow

# The code must arrive before its end, and CreateTime is in whole seconds.
MARGIN = 1 * SECOND


ADDED = frozenset({"contact.added", "contact.half_added"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A flow that begins for the member of a turn, because of ``cause``; ``zone`` is the corp's."""

    flow: Flow
    persona: str
    zone: str
    cause: str


def code_of(messages: Iterable[Inbound]) -> str:
    """The welcome code in this burst, or empty."""
    found = (m.data.get("welcome_code") for m in messages if m.channel == "contact")
    return next((str(code) for code in found if code), "")


def code_end(event: Inbound, limits: Limits) -> int:
    """Until when the code of an event may be used."""
    return event.sent_at + limits.welcome_seconds * SECOND - MARGIN


def starts(messages: Iterable[Inbound], cast: Cast, persona: str) -> tuple[Start, ...]:
    """Flows that begin with a new friend. A half-added friend is one: the order of the two events
    is not promised. Other happenings are told to the tick (``bot.store.happened``)."""
    added = next((m for m in messages if m.event in ADDED), None)
    if added is None:
        return ()
    cause = f"contact_added/{added.account}/{added.sent_at // DAY}"
    return tuple(Start(flow=flow, persona=persona, zone=cast.zone, cause=cause)
                 for flow in flows.triggered(cast.flows, "contact_added", persona))  # fmt: skip


def named(cast: Cast, name: str, persona: str, now: int) -> tuple[Start, ...]:
    """The flow of that id, if it is there and open to the persona."""
    return tuple(Start(flow=flow, persona=persona, zone=cast.zone, cause=f"rule/{now}")
                 for flow in cast.flows if flow.id == name and flow.serves(persona))  # fmt: skip


def welcome(
    base: Outbound,
    begun: Sequence[Start],
    messages: Sequence[Inbound],
    setting: Setting,
    member: Member,
) -> tuple[Outbound | None, str]:
    """The welcome that answers these events, if any, and what staff should know about it.

    ``base`` is addressed already. What cannot be rendered, or must not be said, gives way to the
    template's prepared wording.
    """
    code = code_of(messages)
    found = next(((s.flow, step) for s in begun if (step := flows.welcome_step(s.flow))
                  and not s.flow.holds_out(base.peer)), None)  # fmt: skip
    if not code or found is None:
        return None, ""
    flow, step = found
    day = local(setting.now, setting.cast.zone).date()
    template = setting.cast.shelf.chosen(step.template, base.peer, day)
    rendered, why = _render(base.persona, template, setting, member)
    if rendered is None:
        return None, why
    event = next(m for m in messages if m.data.get("welcome_code") == code)
    greeting = base.evolve(
        pool="welcome", kind="welcome", body=rendered.body, content=template,
        content_version=rendered.version, dedupe=f"welcome/{code}", priority=0,
        expires_at=code_end(event, setting.limits), data={"code": code},
        origin=f"flow:{flow.id}:{step.id}",
    )  # fmt: skip
    return greeting, why


def _render(
    persona: str, said: str, setting: Setting, member: Member
) -> tuple[Rendered | None, str]:  # fmt: skip
    try:
        return prepare(setting, persona, said, member.name, member.facts), ""
    except CannotRender as exc:
        why = f"欢迎语说不出来（{exc.reason}）"
    shelf = setting.cast.shelf
    template = shelf.get(said)
    fallback = template.fallback if template is not None else ""
    if not fallback:
        return None, f"{why}，又没有备用文案，这次没有欢迎"
    version = shelf.versions.get(said)
    return Rendered(text=fallback, version=version), f"{why}，改发备用文案"
