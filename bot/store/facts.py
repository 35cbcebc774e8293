"""What is known of people, read for dialogues, texts and pages. The rules of what counts are pure
(``bot/members/portrait.py``), the tables follow from the log (``portrait.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.knowing import INNER, key_of, mark_of, written
from bot.members.portrait import RANKS, STAFF, Consent, Fact
from bot.store import codes, communityterms
from bot.store.engine import Row, Tx

PAGE = 500
INVITE_CODE = "invite_code"  # as templates and answers name it
_SOURCES = {rank: source for source, rank in RANKS.items()}


# What somebody is called by taking part in a circle.
CALLED = ("codename", "level", "title")


@dataclass(slots=True)
class Known:
    """What may be used of one person: ``corrected`` are those of ``facts`` that staff put right."""

    facts: dict[str, str] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)

    def within(self, called: Mapping[str, str]) -> dict[str, str]:
        """The facts where he is called so: what he is called elsewhere has no place there."""
        own = {name: value for name, value in self.facts.items() if name not in CALLED}
        return own | dict(called)


def known(tx: Tx, members: Sequence[str]) -> dict[str, Known]:
    """What dialogues and texts may use, of those of whom anything is known. Left out are facts for
    staff alone, and people who refuse that their facts are used in what is written to them. Whoever
    has an invitation code has it among his facts, and who takes part in circles his names there."""
    found: dict[str, Known] = {}
    for start in range(0, len(members), PAGE):
        for row in tx.rows("facts_known", members=list(members[start : start + PAGE])):
            if row["name"] not in INNER:
                one = found.setdefault(row["member"], Known())
                one.facts[row["name"]] = row["value"]
                if row["source"] == RANKS[STAFF]:
                    one.corrected[row["name"]] = row["value"]
    for member, code in codes.own(tx, members).items():
        found.setdefault(member, Known()).facts[INVITE_CODE] = code
    for start in range(0, len(members), PAGE):
        for member, called in _called(tx, members[start : start + PAGE]):
            found.setdefault(member, Known()).facts.update(called)
    return found


def called_in(tx: Tx, circle: str, members: Sequence[str]) -> dict[str, dict[str, str]]:
    """What these are called in one circle, of those who are called anything there and may be."""
    return {member: called for start in range(0, len(members), PAGE)
            for member, called in _called(tx, members[start : start + PAGE], circle)}  # fmt: skip


def _called(
    tx: Tx, members: Sequence[str], circle: str = ""
) -> Iterator[tuple[str, dict[str, str]]]:  # fmt: skip
    """What these are called in circles, by taking part: ``CALLED``; of several circles (``circle``:
    this one alone) what stands in the one with the most points counts."""
    rows = tx.rows("community_known", members=list(members)) if members else []
    words = communityterms.words(tx) if rows else {}
    for row in reversed(rows):
        if circle not in ("", row["circle"]):
            continue
        level = words[row["circle"]].level(row["level"]) if row["circle"] in words else None
        named = {"codename": row["codename"]} if row["codename"] else {}
        ranked = {"level": level.title, "title": level.call or level.title} if level else {}
        if named or ranked:
            yield row["member"], {**named, **ranked}


def of(tx: Tx, member: str) -> list[Fact]:
    """Every source's word on every fact of a person: by name, the one that ranks highest first."""
    return [_fact(row) for row in tx.rows("facts_of", member=member)]


def _fact(row: Row) -> Fact:
    return Fact(
        name=row["name"], value=row["value"], source=_SOURCES[row["source"]], at=row["at"],
        confidence=row["confidence"], origin=row["origin"], persona=row["persona"],
        purpose=row["purpose"], held=bool(row["held"]), won=bool(row["won"]),
    )  # fmt: skip


def said_at(tx: Tx, origins: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Where the messages stand that something was learned from: conversation and number, by their
    origin."""
    asked = sorted({one for one in origins if one})
    return {row["dedupe"]: (row["conversation"], row["id"])
            for row in (tx.rows("spoken_at", origins=asked) if asked else ())}  # fmt: skip


def consents(tx: Tx, member: str) -> dict[str, Consent]:
    """His last word on each purpose."""
    return {row["purpose"]: Consent(given=bool(row["given"]), at=row["at"], origin=row["origin"])
            for row in tx.rows("consents_of", member=member)}  # fmt: skip


def having(tx: Tx, name: str, value: str, after: int, n: int) -> list[Row]:
    """Members of whom this is known (``no``, ``member``), behind a number, in the order of
    numbers. ``value`` may be in any form: 杭州市 finds 杭州."""
    key = key_of(name)
    return tx.rows("facts_having", mark=mark_of(key, written(key, value)), after=after, n=n)


def born(tx: Tx, days: Iterable[int], after: int, n: int) -> list[Row]:
    """Members (``no``, ``member``) whose birthday is one of these days (305: the 5th of March)."""
    return tx.rows("facts_on_days", days=list(days), name="birthday", after=after, n=n)
