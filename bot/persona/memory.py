"""What a persona remembers of one member: a plain mapping, bounded, stored as JSON.

``facts`` name -> text; ``notes`` name -> when, from which message and for what purpose the fact is
kept (facts of older versions have none); ``tags`` what the persona marked, and ``seen`` rule -> how
often this member got it from the persona (both always of persona scope, so that every account says
the next variant); ``away`` the night of the last away line and ``state`` what is under way (both
always of conversation scope). ``split`` and ``join`` are how the store keeps scopes apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.core.member import ORDER, Member
from bot.persona.persona import MemoryPolicy, Scope

SEEN_MAX = 256  # rules counted per member; the one met longest ago is forgotten
FACT_MAX = 200  # characters of one fact
TAGS_MAX = 64
FROM_MAX = 120  # characters of a message's identity
SCOPES: tuple[Scope, ...] = ("persona", "account", "conversation")

_SHARED = ("seen", "tags")

Memory = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Where a fact comes from: ``at`` UTC ms, ``source`` and ``agreed`` identities of messages.

    ``consent`` is the purpose that the member agreed to in the message ``agreed``, or empty.
    """

    at: int
    source: str = ""
    consent: str = ""
    agreed: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is stored; what is empty is left out."""
        return {k: v[:FROM_MAX] if isinstance(v, str) else v for k, v in asdict(self).items() if v}


def facts(memory: Memory) -> dict[str, str]:
    """The remembered facts."""
    return dict(memory.get("facts") or {})


def known(member: Member, memory: Memory) -> dict[str, str]:
    """All facts that may be used: the portrait's, over them what this persona remembers, and over
    that what staff put right."""
    return {**member.facts, **facts(memory), **member.corrected}


def standing(member: Member, memory: Memory) -> dict[str, str]:
    """What conditions go by: all that may be used, and the state of his latest order."""
    latest = {ORDER: member.orders[0].state} if member.orders else {}
    return latest | known(member, memory)


def times_seen(memory: Memory, rule: str) -> int:
    """How often this member got ``rule``."""
    return int((memory.get("seen") or {}).get(rule, 0))


def saw(memory: Memory, rule: str) -> dict[str, Any]:
    """The memory after this member got ``rule`` once more."""
    seen = dict(memory.get("seen") or {})
    seen[rule] = int(seen.pop(rule, 0)) + 1
    return {**memory, "seen": dict(list(seen.items())[-SEEN_MAX:])}


def learn(
    memory: Memory, found: Mapping[str, str], policy: MemoryPolicy, note: Note | None = None
) -> dict[str, Any]:
    """The memory with ``found`` added; beyond the policy's limit a scope forgets its oldest."""
    known, noted = facts(memory), dict(memory.get("notes") or {})
    for name, value in found.items():
        known.pop(name, None)
        noted.pop(name, None)
        known[name] = value[:FACT_MAX]
        if note:
            noted[name] = note.as_json()
    if not known:
        return dict(memory)
    kept = _bounded(known, policy)
    return _with_notes({**memory, "facts": kept}, {k: v for k, v in noted.items() if k in kept})


def _with_notes(memory: Memory, noted: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in memory.items() if key != "notes"}
    return {**rest, "notes": dict(noted)} if noted else rest


def agreed(memory: Memory, purpose: str) -> bool:
    """True while a fact is kept that the member agreed to for this purpose."""
    return any(note.get("consent") == purpose for note in (memory.get("notes") or {}).values())


def tags(memory: Memory) -> tuple[str, ...]:
    """The tags that the persona gave this member, oldest first."""
    return tuple(memory.get("tags") or ())


def mark(memory: Memory, given: Iterable[str]) -> dict[str, Any]:
    """The memory after the persona gave these tags; the oldest ones go when they are too many."""
    new = tuple(given)
    kept = [tag for tag in tags(memory) if tag not in new]
    return {**memory, "tags": [*kept, *dict.fromkeys(new)][-TAGS_MAX:]} if new else dict(memory)


def _bounded(known: dict[str, str], policy: MemoryPolicy) -> dict[str, str]:
    for scope in SCOPES:
        names = [name for name in known if policy.scope_of(name) == scope]
        for name in names[: max(0, len(names) - policy.limit)]:
            del known[name]
    return known


def split(memory: Memory, policy: MemoryPolicy) -> dict[Scope, dict[str, Any]]:
    """The parts of ``memory`` by the scope that may see them. The inverse of ``join``."""
    parts: dict[Scope, dict[str, Any]] = {scope: {} for scope in SCOPES}
    for name, value in facts(memory).items():
        parts[policy.scope_of(name)].setdefault("facts", {})[name] = value
    for name, value in (memory.get("notes") or {}).items():
        parts[policy.scope_of(name)].setdefault("notes", {})[name] = value
    for key, value in memory.items():
        if key not in ("facts", "notes"):
            parts["persona" if key in _SHARED else "conversation"][key] = value
    return parts


def join(parts: Mapping[Scope, Memory]) -> dict[str, Any]:
    """One memory out of the parts that a conversation may see."""
    whole: dict[str, Any] = {}
    known: dict[str, str] = {}
    noted: dict[str, Any] = {}
    for scope in SCOPES:
        part = parts.get(scope, {})
        known |= facts(part)
        noted |= part.get("notes") or {}
        whole |= {key: value for key, value in part.items() if key not in ("facts", "notes")}
    return _with_notes({**whole, "facts": known} if known else whole, noted)
