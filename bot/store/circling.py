"""What people do with circles: ask to be let in, admit, turn away, leave, lead, hold a role. Each
is an event, and a row of the audit."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import OneVoiceError
from bot.core.event import Event, Happened
from bot.store import audit, circles, events, happened, people, persons, schedule, stays
from bot.store.engine import Tx

RULE = "rule"  # he withdrew because the words of the file fit him no more
AUTO = "auto"
REJECTED, ENTERED = "circle_rejected", "circle_entered"


class CircleRefused(OneVoiceError):
    """It cannot be done; the message says why."""


def apply(tx: Tx, circle: str, member: str, answers: Mapping[str, str], now: int) -> None:
    """He asks to be let in. Raises CircleRefused when he is in already."""
    person = _person(tx, member, now)
    if stays.inside(tx, "circle", circle, person):
        raise CircleRefused(f"{member} is in {circle} already")
    _record(tx, Happened.APPLIED, circle, member, now, data=dict(answers))


def admit(
    tx: Tx, circle: str, member: str, now: int, *, rule: str, actor: str, inviter: str = "",
    persona: str = "",
) -> bool:  # fmt: skip
    """He is in from now on; False when he was. ``rule``: what let him in; ``persona``: whose flows
    may begin with it, where it is not for all."""
    person = _person(tx, member, now)
    if stays.inside(tx, "circle", circle, person):
        return False
    _record(tx, Happened.ENTERED, circle, member, now, which=rule, other=inviter,
            data={"by": actor})  # fmt: skip
    audit.record(tx, [audit.note("circle", circle, "admit", at=now, actor=actor, reason=rule,
                                 after=person)])  # fmt: skip
    happened.tell(tx, ENTERED, f"{circle}/{person}/{now}", person, now, which=circle,
                  persona=persona)  # fmt: skip
    return True


def reject(
    tx: Tx, circle: str, member: str, now: int, *, why: str, actor: str, persona: str = ""
) -> None:
    """He is told politely that it is not to be, by the flow that waits for it. Raises CircleRefused
    when no application of his waits."""
    person = _person(tx, member, now)
    asked = circles.application(tx, circle, person)
    if asked is None or asked["state"] != "waiting":
        raise CircleRefused(f"no application of {member} to {circle} waits")
    _record(tx, Happened.REJECTED, circle, member, now, which=why, data={"by": actor})
    audit.record(tx, [audit.note("circle", circle, "reject", at=now, actor=actor, reason=why,
                                 before=person)])  # fmt: skip
    happened.tell(tx, REJECTED, f"{circle}/{person}/{asked['at']}", person, now, which=circle,
                  persona=persona)  # fmt: skip


def withdraw(tx: Tx, circle: str, member: str, now: int, *, by: str, actor: str) -> bool:
    """He is out, or does not want in any more; False when he neither was nor did."""
    person = _person(tx, member, now)
    asked = circles.application(tx, circle, person)
    waits = asked is not None and asked["state"] == "waiting"
    if not waits and not stays.inside(tx, "circle", circle, person):
        return False
    for one in persons.ids_of(tx, person):  # he is in as long as one of his ids is
        _record(tx, Happened.WITHDREW, circle, one, now, which=by, data={"by": actor})
    audit.record(tx, [audit.note("circle", circle, "withdraw", at=now, actor=actor, reason=by,
                                 before=person)])  # fmt: skip
    return True


def lead(
    tx: Tx, circle: str, now: int, *, persona: str = "", member: str = "", actor: str,
    note: str = "",
) -> None:  # fmt: skip
    """The circle is led by a persona or a member from now on."""
    before = next(iter(circles.leaders(tx, circle)), {"persona": "", "member": ""})
    events.record(tx, [Event(
        kind=Happened.LED, at=now, dedupe=f"led/{circle}/{persona}/{member}/{now}", place=circle,
        persona=persona, member=member, data={"by": actor, "note": note})], now)  # fmt: skip
    audit.record(tx, [audit.note("circle", circle, "lead", at=now, actor=actor, reason=note,
                                 before=before["persona"] or before["member"],
                                 after=persona or member)])  # fmt: skip


def grant(
    tx: Tx, role: str, circle: str, member: str, now: int, *, actor: str, until: int | None = None,
    owner: str = "",
) -> None:  # fmt: skip
    """He holds a role from now on; a planned end is kept by the tick."""
    person = _person(tx, member, now)
    ends = {} if until is None else {"until": until}
    _record(tx, Happened.ROLE, circle, member, now, which=role, account=owner,
            data=ends | {"by": actor})  # fmt: skip
    audit.record(tx, [audit.note("member", person, "role", at=now, actor=actor, after=role,
                                 reason=circle)])  # fmt: skip
    if until is not None:
        plan = {"role": role, "circle": circle, "member": person, "until": until}
        schedule.add_due(tx, f"unrole/{role}/{circle}/{person}/{until}", "unrole", until, plan)


def revoke(tx: Tx, role: str, circle: str, member: str, now: int, *, actor: str) -> bool:
    """He holds it no more; False when he did not."""
    person = _person(tx, member, now)
    held = [row for row in circles.roles_of(tx, person)
            if (row["role"], row["circle"], row["until"]) == (role, circle, None)]  # fmt: skip
    if not held:
        return False
    _record(tx, Happened.UNROLE, circle, member, now, which=role, data={"by": actor})
    audit.record(tx, [audit.note("member", person, "unrole", at=now, actor=actor, before=role,
                                 reason=circle)])  # fmt: skip
    return True


def _person(tx: Tx, member: str, now: int) -> str:
    people.ensure_member(tx, member, now)
    return persons.person_of(tx, [member])[member]


def _record(
    tx: Tx, kind: Happened, circle: str, member: str, now: int, *, which: str = "",
    other: str = "", account: str = "", data: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    dedupe = f"{kind.value}/{circle}/{member}/{which}/{now}"
    events.record(tx, [Event(kind=kind, at=now, dedupe=dedupe, member=member, place=circle,
                             which=which, other=other, account=account,
                             data=data or {})], now)  # fmt: skip
