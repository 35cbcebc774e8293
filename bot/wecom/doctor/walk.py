"""Walks steps in order. A step whose ground is missing is left out; the others go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from bot.core.findings import Finding, has_errors
from bot.wecom.doctor.case import Case, Spot, find, ip_in, said
from bot.wecom.errors import ApiError, CallFailed

SECONDS = 5.0
CODES: Mapping[int, str] = {
    40001: "app-secret",
    40013: "corp-id",
    40056: "agent-unknown",
    45009: "rate-limited",
    45031: "app-secret",
    45033: "rate-limited",
    50003: "app-disabled",
    60020: "ip-not-trusted",
    301002: "agent-of-another",
}
# Where a code of the table says which key is wrong, the line of that key.
_KEYS: Mapping[str, str] = {
    "agent-unknown": "agent_id", "agent-of-another": "agent_id", "contact-not-permitted": "contact",
    "kf-not-permitted": "kf", "oa-appid": "appid", "robot-secret": "bot_id",
    "robot-url-mode": "mode",
}  # fmt: skip


class Subject(Protocol):
    """Whatever is examined step by step."""

    @property
    def case(self) -> Case: ...

    @property
    def who(self) -> str:
        """How messages call it."""
        ...

    @property
    def key(self) -> tuple[str, ...]:
        """Its table in config.toml."""
        ...


S = TypeVar("S", bound=Subject)
Probe = Callable[[S], Awaitable[Iterable[Finding]]]


@dataclass(frozen=True, kw_only=True)
class Step(Generic[S]):
    """One question. ``codes``: what an error code means here rather than in general;
    ``otherwise``: what all the others mean here, where that is known."""

    name: str
    probe: Probe[S]
    needs: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)
    otherwise: str = ""


async def walk(subject: S, steps: Sequence[Step[S]]) -> list[Finding]:
    """Findings of all steps whose ground held."""
    found: list[Finding] = []
    held = {""}
    for step in steps:
        if step.needs not in held:
            continue
        try:
            new = list(await step.probe(subject))
        except (ApiError, CallFailed) as exc:
            found.append(_unanswered(subject, exc, step))
            continue
        found += new
        if not has_errors(new):
            held.add(step.name)
    return found


def _unanswered(subject: S, exc: ApiError | CallFailed, step: Step[S]) -> Finding:
    if isinstance(exc, ApiError):
        return refused(subject, exc, step)
    return find("platform-unreachable", subject.case.spot("wecom", "api"), subject.who, str(exc))


def refused(subject: S, error: ApiError, step: Step[S]) -> Finding:
    """The finding for an error code."""
    general = CODES.get(error.errcode, "platform-error")
    rule = step.codes.get(error.errcode) or step.otherwise or general
    return find(rule, _spot(subject, rule), subject.who, said(error), ip=ip_in(error))


def _spot(subject: Subject, rule: str) -> Spot:
    if rule == "corp-id":
        return subject.case.spot("wecom", "corp_id")
    if rule in _KEYS:
        return subject.case.spot(*subject.key, _KEYS[rule])
    part = "key" if subject.key[1] == "webhooks" else "secret"
    return subject.case.secret_spot(*subject.key, part)
