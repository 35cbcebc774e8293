"""What was said that somebody has to look at: one case for each message or entry at most.

What happens by itself (the quiet reminder, telling a lead) is decided by the tick
(``scheduler/moderating.py``); here cases are kept, found and decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.community.moderating import Flag, Moderation, Past, Where, floods
from bot.core.errors import OneVoiceError
from bot.store import audit, persons, schedule
from bot.store.codec import from_json
from bot.store.engine import Row, Tx

MACHINE, DUE = "moderation", "moderate"
OPEN = ("waiting", "escalated")
SHOWN, TEXT_MAX, WHY_MAX, TIMES_MAX = 50, 500, 200, 101
# What an entry becomes when a case about it is decided, and the other way round.
VERDICTS = {"accept": True, "remove": False}


class ModerationRefused(OneVoiceError):
    """It cannot be done; the message says why, in words for a colleague."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Something that somebody said where rules look. ``source``: what makes it one; ``member``: of
    a customer, ``staff``: the userid of a colleague; ``flags``: what words and links say."""

    source: str
    spot: Where
    place: str
    text: str
    said_at: int
    account: str = ""
    persona: str = ""
    member: str = ""
    staff: str = ""
    flags: tuple[Flag, ...] = ()


def keep(tx: Tx, heard: Heard, rules: Moderation, now: int) -> int | None:
    """A case, when a rule found something, once for each source; its id. What is done about it is
    due at once."""
    burst = _burst(tx, heard, rules)
    flag = next(iter((*heard.flags, *([burst] if burst else []))), None)
    if flag is None:
        return None
    row = tx.row(
        "moderation_add", source=heard.source, spot=heard.spot, place=heard.place,
        account=heard.account, persona=heard.persona, member=_person(tx, heard.member),
        staff=heard.staff, rule=flag.rule, found=flag.found, text=heard.text[:TEXT_MAX],
        said_at=heard.said_at, at=now)  # fmt: skip
    if row is None:
        return None
    audit.record(tx, [audit.note(MACHINE, row["id"], "flag", at=now, actor="bot", after="waiting",
                                 reason=flag.rule)])  # fmt: skip
    schedule.add_due(tx, f"{DUE}/{row['id']}", DUE, now, {"case": row["id"], "act": flag.act})
    return int(row["id"])


def _person(tx: Tx, member: str) -> str | None:
    return persons.person_of(tx, [member]).get(member, member) if member else None


def _burst(tx: Tx, heard: Heard, rules: Moderation) -> Flag | None:
    if rules.flood is None or heard.spot not in rules.flood.where:
        return None
    who = heard.member or heard.staff
    row = tx.row("moderation_burst_get", place=heard.place, member=who)
    times = [int(at) for at in row["times"].split()] if row else []
    times = sorted([at for at in times if abs(heard.said_at - at) < rules.flood.within_ms]
                   + [heard.said_at])[-TIMES_MAX:]  # fmt: skip
    tx.run("moderation_burst_put", place=heard.place, member=who, at=times[-1],
           times=" ".join(map(str, times)))  # fmt: skip
    return floods(rules, heard.spot, times)


def get(tx: Tx, id: int) -> Row | None:
    """One case."""
    return tx.row("moderation_get", id=id)


def hold(tx: Tx, id: int) -> Row | None:
    """The same; nobody else decides it before this transaction ends."""
    return tx.row("moderation_hold", id=id)


def past(tx: Tx, case: Row, since: int) -> Past:
    """What is known of whoever said it."""
    ids = persons.ids_of(tx, case["member"]) if case["member"] else [""]
    row = tx.row("moderation_past", id=case["id"], members=ids, staff=case["staff"], since=since)
    return Past(row["reminded_at"], int(row["cases"] or 0)) if row else Past()


def reminded(tx: Tx, case: Row, now: int, actor: str) -> bool:
    """He is told in private, for the first and only time; False when he was."""
    if not tx.run("moderation_reminded", id=case["id"], now=now):
        return False
    audit.record(tx, [audit.note(MACHINE, case["id"], "remind", at=now, actor=actor)])
    return True


def not_reminded(tx: Tx, case: Row, why: str) -> None:
    """Why he was not told: cooldown, unreachable or flow."""
    tx.run("moderation_held", id=case["id"], why=why)


def move(tx: Tx, case: Row, event: str, now: int, *, actor: str, why: str = "") -> bool:
    """The case goes on; False when somebody else was faster. Raises IllegalTransition."""
    trail = audit.entry(MACHINE, case["id"], case["state"], event, at=now, actor=actor,
                        reason=why[:WHY_MAX])  # fmt: skip
    decided = None if trail["after"] in OPEN else now
    if not tx.run("moderation_move", id=case["id"], before=case["state"], after=trail["after"],
                  decided=decided, actor=actor, why=why[:WHY_MAX]):  # fmt: skip
        return False
    audit.record(tx, [trail])
    return True


def judged(tx: Tx, event: str, now: int, *, yes: bool, actor: str, why: str) -> None:
    """A colleague has judged an entry, wherever he did: a case about it is decided by that."""
    case = tx.row("moderation_of_source", source=event)
    if case is not None and case["state"] in OPEN:
        move(tx, case, "accept" if yes else "remove", now, actor=actor, why=why)


def queue(tx: Tx, spot: str | None = None, n: int = SHOWN) -> list[Row]:
    """Cases that wait, of one spot or of all: what was escalated first."""
    return tx.rows("moderation_queue", spot=spot, n=n)


def entries(tx: Tx, n: int = SHOWN) -> list[Row]:
    """Entries that wait for a colleague and of which no rule has made a case."""
    return [row | {"text": said(from_json(row["data"]))} for row in
            tx.rows("moderation_entries", n=n)]  # fmt: skip


def decided(tx: Tx, since: int, n: int = SHOWN) -> list[Row]:
    """What was decided of late, the latest first."""
    return tx.rows("moderation_decided", since=since, n=n)


def waiting(tx: Tx) -> int:
    """How much waits to be looked at."""
    found = (tx.row("moderation_open"), tx.row("moderation_entries_open"))
    return sum(int(row["n"]) for row in found if row)


def counts(tx: Tx) -> dict[str, int]:
    """How many cases wait, by spot."""
    return {row["spot"]: int(row["n"]) for row in tx.rows("moderation_counts")}


def entry_heard(tx: Tx, dedupe: str) -> Heard | None:
    """What was handed in, as rules look at it; None: the log has it no more, or it has no words."""
    row = tx.row("moderation_entry", dedupe=dedupe)
    words = said(from_json(row["data"])) if row else ""
    if row is None or not words:
        return None
    return Heard(source=dedupe, spot="entry", place=row["place"], text=words, said_at=row["at"],
                 account=row["account"], persona=row["persona"], member=row["member"])  # fmt: skip


def said(data: dict[str, object]) -> str:
    """The words of an entry or a check-in."""
    return str(data.get("text") or data.get("answer") or "")
