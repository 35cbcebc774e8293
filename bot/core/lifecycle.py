"""Lifecycles as tables: (state, event) -> state. What is not listed is an error.

docs/lifecycles.md shows these tables, in two languages, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.errors import IllegalTransition

Table = Mapping[tuple[str, str], str]


def _table(rows: str) -> Table:
    made = {}
    for row in rows.strip().splitlines():
        state, event, _, target = row.split()
        made[(state, event)] = target
    return MappingProxyType(made)


INBOX = _table("""
    new      claim     -> working
    working  finish    -> done
    working  lost      -> new
    working  give_up   -> dead
    new      restore   -> dead
    working  restore   -> dead
    dead     again     -> new
    dead     dismiss   -> done
""")

OUTBOX = _table("""
    draft    approve   -> ready
    draft    cancel    -> cancelled
    draft    expire    -> expired
    ready    claim     -> sending
    ready    cancel    -> cancelled
    ready    expire    -> expired
    ready    restore   -> unsure
    sending  sent      -> sent
    sending  later     -> ready
    sending  never     -> dead
    sending  unsure    -> unsure
    sending  repeat    -> ready
    sending  pace      -> ready
    sending  human     -> waiting
    sending  cancel    -> cancelled
    sending  expire    -> expired
    sending  restore   -> unsure
    waiting  sent      -> sent
    waiting  never     -> dead
    waiting  cancel    -> cancelled
    waiting  expire    -> expired
    unsure   sent      -> sent
    unsure   human     -> waiting
    unsure   never     -> dead
    sent     failed    -> dead
""")

CONVERSATION = _table("""
    auto     take      -> staff
    auto     transfer  -> client
    auto     mute      -> muted
    auto     snooze    -> auto
    auto     resolve   -> auto
    staff    pick_up   -> staff
    staff    pass_on   -> staff
    staff    snooze    -> staff
    staff    drop      -> staff
    staff    release   -> auto
    staff    resolve   -> auto
    staff    transfer  -> client
    staff    mute      -> muted
    client   end       -> auto
    muted    unmute    -> auto
""")

CONTENT = _table("""
    draft    submit    -> review
    draft    publish   -> approved
    review   approve   -> approved
    review   reject    -> draft
    review   withdraw  -> draft
    approved retire    -> retired
    retired  reinstate -> approved
""")

CAMPAIGN = _table("""
    draft    approve   -> approved
    approved start     -> running
    running  pause     -> paused
    paused   resume    -> running
    running  finish    -> done
    running  stop      -> stopped
    paused   stop      -> stopped
    approved stop      -> stopped
    done     again     -> running
""")

DUE = _table("""
    waiting  finish    -> done
    waiting  skip      -> skipped
    waiting  drop      -> dropped
""")

FLOW_RUN = _table("""
    running  move      -> running
    running  finish    -> done
    running  stop      -> stopped
""")

ACTIVITY_RUN = _table("""
    announced open     -> open
    open      close    -> closed
    closed    judge    -> judged
    judged    award    -> awarded
    announced cancel   -> cancelled
    open      cancel   -> cancelled
    closed    cancel   -> cancelled
""")

MISSION = _table("""
    taken    prove     -> proved
    taken    expire    -> expired
    taken    drop      -> dropped
    proved   accept    -> accepted
    proved   refuse    -> refused
    proved   drop      -> dropped
    refused  prove     -> proved
    refused  expire    -> expired
    refused  drop      -> dropped
""")

REWARD_GRANT = _table("""
    held     accept   -> granted
    held     refuse   -> failed
    held     claw     -> clawed
    granted  hand     -> sent
    granted  pay      -> paying
    granted  fail     -> failed
    granted  claw     -> clawed
    granted  restore  -> unsure
    paying   sent     -> sent
    paying   later    -> granted
    paying   never    -> failed
    paying   doubt    -> unsure
    paying   restore  -> unsure
    unsure   sent     -> sent
    unsure   absent   -> granted
    unsure   never    -> failed
    sent     settle   -> settled
    sent     back     -> failed
    sent     claw     -> clawed
    settled  claw     -> clawed
    failed   again    -> granted
    clawed   again    -> granted
""")

PROMPT = _table("""
    open     do        -> done
    open     leave     -> left
    open     lapse     -> lapsed
""")

MODERATION = _table("""
    waiting   escalate -> escalated
    waiting   accept   -> accepted
    waiting   remove   -> removed
    waiting   warn     -> warned
    escalated accept   -> accepted
    escalated remove   -> removed
    escalated warn     -> warned
""")

TAP = _table("""
    open     pull      -> pulling
    open     tap       -> tapped
    open     close     -> over
    pulling  tap       -> tapped
    pulling  close     -> over
    tapped   close     -> over
""")

MACHINES: Mapping[str, Table] = MappingProxyType(
    {
        "inbox": INBOX,
        "outbox": OUTBOX,
        "conversation": CONVERSATION,
        "content": CONTENT,
        "campaign": CAMPAIGN,
        "due": DUE,
        "flow_run": FLOW_RUN,
        "activity_run": ACTIVITY_RUN,
        "mission": MISSION,
        "reward_grant": REWARD_GRANT,
        "prompt": PROMPT,
        "moderation": MODERATION,
        "tap": TAP,
    }
)


def advance(machine: str, state: str, event: str) -> str:
    """The next state. Raises IllegalTransition naming machine, state and event."""
    try:
        return MACHINES[machine][(state, event)]
    except KeyError:
        raise IllegalTransition(machine, state, event) from None


def sources(machine: str, event: str) -> tuple[str, ...]:
    """All states in which the event is legal: what an UPDATE may name in its WHERE."""
    return tuple(state for (state, name) in MACHINES[machine] if name == event)
