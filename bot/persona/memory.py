"""What a persona remembers of one member: a plain mapping, bounded, stored as JSON.

``facts`` name -> text; ``seen`` rule -> how often this member got it from the persona (always of
persona scope, so that every account says the next variant); ``away`` the night of the last away
line (always of conversation scope). ``split`` and ``join`` are how the store keeps scopes apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.persona.persona import MemoryPolicy, Scope

SEEN_MAX = 256  # rules counted per member; the one met longest ago is forgotten
FACT_MAX = 200  # characters of one fact
SCOPES: tuple[Scope, ...] = ("persona", "account", "conversation")

Memory = Mapping[str, Any]


def facts(memory: Memory) -> dict[str, str]:
    """The remembered facts."""
    return dict(memory.get("facts") or {})


def times_seen(memory: Memory, rule: str) -> int:
    """How often this member got ``rule``."""
    return int((memory.get("seen") or {}).get(rule, 0))


def saw(memory: Memory, rule: str) -> dict[str, Any]:
    """The memory after this member got ``rule`` once more."""
    seen = dict(memory.get("seen") or {})
    seen[rule] = int(seen.pop(rule, 0)) + 1
    return {**memory, "seen": dict(list(seen.items())[-SEEN_MAX:])}


def learn(memory: Memory, found: Mapping[str, str], policy: MemoryPolicy) -> dict[str, Any]:
    """The memory with ``found`` added; beyond the policy's limit a scope forgets its oldest."""
    known = facts(memory)
    for name, value in found.items():
        known.pop(name, None)
        known[name] = value[:FACT_MAX]
    if not known:
        return dict(memory)
    return {**memory, "facts": _bounded(known, policy)}


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
    for key, value in memory.items():
        if key != "facts":
            parts["persona" if key == "seen" else "conversation"][key] = value
    return parts


def join(parts: Mapping[Scope, Memory]) -> dict[str, Any]:
    """One memory out of the parts that a conversation may see."""
    whole: dict[str, Any] = {}
    known: dict[str, str] = {}
    for scope in SCOPES:
        part = parts.get(scope, {})
        known |= facts(part)
        whole |= {key: value for key, value in part.items() if key != "facts"}
    return {**whole, "facts": known} if known else whole
