"""Questions that a script had no good answer to, until somebody decides about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import audit
from bot.store.engine import Row, Tx

# asked: the member was asked back; unknown: the script fell back; handed: a person was called;
# model: a language model answered; weak: an answer was given that may well be the wrong one.
Why = Literal["asked", "unknown", "handed", "model", "weak"]
Fate = Literal["wording", "answer", "aside"]
ASIDE: Fate = "aside"
MOST = 500  # different questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """One such question. ``norm`` is the text as the matcher sees it, ``rule`` the nearest rule,
    ``inbox`` the first message of the turn."""

    inbox: int
    text: str
    norm: str
    score: float
    rule: str
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """All equal questions that nothing was decided about; times in UTC ms. ``text``, ``why`` and
    ``conversation`` are of the latest, ``people`` counts conversations."""

    norm: str
    text: str
    times: int
    people: int
    first_at: int
    last_at: int
    score: float
    why: str
    conversation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What became of a question; ``target`` is the FAQ rule that has it now."""

    norm: str
    text: str
    times: int
    fate: str
    at: int
    actor: str
    target: str


def add(
    tx: Tx, persona: str, conversation: str, member: str, missed: Iterable[Missed], now: int
) -> None:
    """Keeps questions of one turn."""
    for one in missed:
        tx.run("unmatched_add", persona=persona, at=now, conversation=conversation, member=member,
               inbox=one.inbox, text=one.text, norm=one.norm, score=one.score, rule=one.rule,
               why=one.why)  # fmt: skip


def open_of(tx: Tx, persona: str, since: int = 0, n: int = MOST) -> list[Open]:
    """What waits for a decision, the most asked first."""
    rows = tx.rows("unmatched_open", persona=persona, since=since, n=n)
    words = {row["id"]: row for row in _words(tx, [row["last"] for row in rows])}
    return [Open(norm=row["norm"], text=words[row["last"]]["text"], times=row["times"],
                 people=row["people"], first_at=row["first_at"], last_at=row["last_at"],
                 score=row["score"], why=words[row["last"]]["why"],
                 conversation=words[row["last"]]["conversation"]) for row in rows]  # fmt: skip


def counts(tx: Tx, since: int = 0) -> dict[str, int]:
    """How many questions wait, by persona."""
    return {row["persona"]: row["times"] for row in tx.rows("unmatched_counts", since=since)}


def decide(
    tx: Tx, persona: str, norms: Sequence[str], fate: Fate, actor: str, now: int, target: str = ""
) -> int:  # fmt: skip
    """Notes what became of questions that are equal to one of ``norms``; how many people's."""
    ids = [row["id"] for row in tx.rows("unmatched_hold", persona=persona, norms=list(norms))]
    if not ids:
        return 0
    tx.run("unmatched_decide", ids=ids, fate=fate, actor=actor, now=now, target=target)
    audit.record(tx, [audit.note("unmatched", f"{persona}/{norm[:80]}", fate, at=now, actor=actor,
                                 reason=target) for norm in norms])  # fmt: skip
    return len(ids)


def reopen(tx: Tx, persona: str, norm: str, actor: str, now: int) -> bool:
    """What was set aside is asked about again. False when it was not."""
    if not tx.run("unmatched_reopen", persona=persona, norm=norm):
        return False
    audit.record(tx, [audit.note("unmatched", f"{persona}/{norm[:80]}", "reopen", at=now,
                                 actor=actor)])  # fmt: skip
    return True


def decided(tx: Tx, persona: str, n: int = 200) -> list[Decided]:
    """What was decided, the latest first."""
    return [Decided(norm=row["norm"], text=row["text"], times=row["times"], fate=row["fate"],
                    at=row["fate_at"], actor=row["fate_by"], target=row["target"])
            for row in tx.rows("unmatched_decided", persona=persona, n=n)]  # fmt: skip


def _words(tx: Tx, ids: list[int]) -> list[Row]:
    return tx.rows("unmatched_words", ids=ids) if ids else []
