"""What staff put right in a portrait: a fact, what somebody said about it, what he agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.event import Event, Happened
from bot.core.knowing import key_of, written
from bot.members.portrait import SAID, STAFF
from bot.store import audit, codec, events, persons, turns
from bot.store.engine import Tx


def correct(tx: Tx, member: str, name: str, value: str, now: int, actor: str) -> str:
    """A colleague says how it is; that goes before all other sources until it is struck out. The
    value as it is kept. Raises ValueError with a sentence when it is none."""
    key = key_of(name)
    kept = written(key, value)
    if not key or not kept:
        raise ValueError(f"{value!r} is no {name or 'fact'}")
    events.record(tx, [Event(
        kind=Happened.FACT, at=now, dedupe=f"fact/{member}/{key}/staff/{actor}/{now}",
        member=member, which=key, place=STAFF, data={"value": kept, "from": f"staff:{actor}"},
    )], now)  # fmt: skip
    _noted(tx, member, "fact_correct", key, now, actor)
    return kept


def strike(tx: Tx, member: str, name: str, source: str, now: int, actor: str) -> None:
    """A colleague strikes out what one source said of a fact, or (empty) all of them, or (no name)
    all facts of a source; personas forget it, too. What is said later counts again."""
    key = key_of(name)
    events.record(tx, [Event(
        kind=Happened.UNFACT, at=now, dedupe=f"unfact/{member}/{key}/{source}/{actor}/{now}",
        member=member, which=key, place=source, data={"from": f"staff:{actor}"},
    )], now)  # fmt: skip
    if source in ("", SAID):
        forget(tx, member, now, actor, name=key)
    _noted(tx, member, "fact_strike", f"{key} {source}".strip(), now, actor)


def consent(
    tx: Tx, member: str, purpose: str, given: bool, now: int, actor: str, reason: str = ""
) -> None:  # fmt: skip
    """A colleague notes what he said about a purpose. What was told for a purpose that he refuses
    is not used any more, and personas forget it."""
    events.record(tx, [Event(
        kind=Happened.CONSENTED if given else Happened.REFUSED, at=now, member=member,
        dedupe=f"consent/{member}/{purpose}/{actor}/{now}", which=purpose,
        data={"from": f"staff:{actor}"},
    )], now)  # fmt: skip
    if not given:
        forget(tx, member, now, actor, purpose=purpose)
    _noted(tx, member, "consented" if given else "refused", purpose, now, actor, reason)


def _noted(
    tx: Tx, member: str, event: str, what: str, now: int, actor: str, reason: str = ""
) -> None:  # fmt: skip
    """The trail names the fact, not what it says: that stands in the log alone."""
    audit.record(tx, [audit.note("member", member, event, at=now, actor=actor, after=what,
                                 reason=reason)])  # fmt: skip


def forget(
    tx: Tx, member: str, now: int, actor: str, *, name: str = "", purpose: str = ""
) -> None:  # fmt: skip
    """Personas forget a fact, or (no name) all that was told for a purpose, or (neither) all of
    them. A turn that is being decided with it is decided anew."""
    for who in persons.ids_of(tx, member):
        for row in tx.rows("memory_get", members=[who]):
            if (kept := _without(row["data"], name, purpose)) is not None:
                tx.run("memory_put", persona=row["persona"], member=who, scope=row["scope"],
                       data=kept, now=now)  # fmt: skip
        for row in tx.rows("conversation_memories", member=who):
            turns.kick(tx, row["id"], now, actor=actor, reason="a fact of the member was struck")
            if (kept := _without(row["memory"], name, purpose)) is not None:
                tx.run("conversation_remember", id=row["id"], memory=kept)


def _without(text: str, name: str, purpose: str) -> str | None:
    """A memory (bot/persona/memory.py) without these facts; None when it has none of them."""
    data: Mapping[str, Any] = codec.from_json(text)
    facts, notes = dict(data.get("facts") or {}), dict(data.get("notes") or {})
    gone = [key for key in facts if name in ("", key)
            and (not purpose or (notes.get(key) or {}).get("consent") == purpose)]  # fmt: skip
    if not gone:
        return None
    for key in gone:
        del facts[key]
        notes.pop(key, None)
    return codec.to_json({**data, "facts": facts, "notes": notes})
