"""The atmosphere team at work: who has which shift, what he is prompted for, and what he did.

A suggestion that somebody says he posted is in the reply log under his own userid, kind ``staff``;
handing over, doing and leaving are in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.community.atmosphere import Atmosphere, undeclared
from bot.core.body import Text
from bot.core.errors import OneVoiceError
from bot.core.model import Outbound
from bot.store import audit, outbox
from bot.store.engine import Row, Tx

MACHINE, PAGE = "prompt", 200
SAID = {"done": "做了", "left": "没做", "lapsed": "过了时间"}
NOTE_MAX, SAID_MAX = 200, 2_000


class AtmosphereRefused(OneVoiceError):
    """It cannot be done; the message says why, in words for a colleague."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One colleague's shift. ``planned``: who had it by the file, ``userid``: who has it."""

    id: str
    circle: str
    shift: str
    planned: str
    userid: str
    since: int
    until: int
    version: int
    told_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One thing to do. ``key`` tells it from others of its shift; ``about``: a member; ``content``:
    the template that suggests ``text``."""

    ask: str
    key: str
    text: str
    about: str | None = None
    conversation: str = ""
    content: str = ""
    content_version: int | None = None
    persona: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt(Ask):
    """The same as it stands. ``name``: of whom it is about; ``state``: of the lifecycle."""

    id: int
    shift: str
    circle: str
    userid: str
    name: str
    at: int
    until: int
    state: str
    closed_at: int | None
    closed_by: str
    note: str
    chats: Sequence[str] = field(default_factory=tuple)


def plan(tx: Tx, shift: Shift) -> Shift:
    """The shift as it stands: who was handed it keeps it."""
    tx.run("atmosphere_shift_add", **{name: getattr(shift, name) for name in _PLANNED})
    return _shift(tx.row("atmosphere_shift_hold", id=shift.id) or {})


_PLANNED = ("id", "circle", "shift", "planned", "userid", "since", "until", "version")


def get(tx: Tx, id: str) -> Shift | None:
    """One shift that was handed over or has begun."""
    row = tx.row("atmosphere_shift_get", id=id)
    return _shift(row) if row else None


def within(tx: Tx, since: int, until: int) -> dict[str, Shift]:
    """Those that begin in this time, by id."""
    rows = tx.rows("atmosphere_shifts_within", since=since, until=until)
    return {row["id"]: _shift(row) for row in rows}


def _shift(row: Row) -> Shift:
    return Shift(**row)


def begin(tx: Tx, shift: Shift, asks: Iterable[Ask], chats: Sequence[str], now: int) -> int:
    """The shift begins: it is prompted for these, once. How many there are; 0 when it had begun."""
    if not tx.run("atmosphere_shift_told", id=shift.id, now=now):
        return 0
    rows = [{"shift": shift.id, "circle": shift.circle, "userid": shift.userid, "at": now,
             "until": shift.until, "chats": " ".join(chats),
             **{name: getattr(one, name) for name in Ask.__slots__}} for one in asks]  # fmt: skip
    tx.many("atmosphere_prompt_add", rows)
    return len(rows)


def hand(tx: Tx, made: Atmosphere, shift: Shift, to: str, now: int, actor: str, why: str) -> Shift:
    """Somebody else of the team has it from now on, with what is still open. Raises
    AtmosphereRefused."""
    if problem := undeclared(made, to):
        raise AtmosphereRefused(problem)
    if now >= shift.until:
        raise AtmosphereRefused("这个班已经结束了，不用再交")
    held = plan(tx, shift)
    if held.userid == to:
        raise AtmosphereRefused("这个班本来就是他的")
    tx.run("atmosphere_shift_hand", id=shift.id, userid=to, before=held.userid)
    tx.run("atmosphere_prompts_hand", shift=shift.id, userid=to)
    audit.record(tx, [audit.note("atmosphere_shift", shift.id, "hand", at=now, actor=actor,
                                 reason=why[:NOTE_MAX], before=held.userid, after=to)])  # fmt: skip
    return Shift(**{name: getattr(held, name) for name in Shift.__slots__} | {"userid": to})


def prompt(tx: Tx, id: int) -> Row | None:
    """One prompt, as it stands."""
    return tx.row("atmosphere_prompt_get", id=id)


def of(tx: Tx, since: int, userid: str | None = None, n: int = PAGE) -> list[Prompt]:
    """What somebody is asked to do, or everybody, since then; what is open first."""
    return [_prompt(row) for row in tx.rows("atmosphere_prompts_of", userid=userid, since=since,
                                            n=n)]  # fmt: skip


def of_shift(tx: Tx, shift: str) -> list[Prompt]:
    """All prompts of one shift."""
    return [_prompt(row) for row in tx.rows("atmosphere_prompts_in", shift=shift)]


def counts(tx: Tx, since: int, until: int) -> dict[str, dict[str, int]]:
    """How many prompts each shift has, by state."""
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows("atmosphere_prompts_counted", since=since, until=until):
        found.setdefault(row["shift"], {})[row["state"]] = int(row["n"])
    return found


def _prompt(row: Row) -> Prompt:
    given = {name: row[name] for name in _SAME}
    return Prompt(**given, name=row["name"] or "", chats=row["chats"].split())


_SAME = tuple(name for one in (Ask, Prompt) for name in one.__slots__
              if name not in ("name", "chats"))  # fmt: skip


def waiting(tx: Tx, userid: str | None = None) -> int:
    """How many prompts are open."""
    row = tx.row("atmosphere_prompts_open", userid=userid)
    return int(row["n"]) if row else 0


def done(tx: Tx, id: int, now: int, *, actor: str, said: str = "") -> None:
    """He did it. ``said``: what he posted, empty: it was no post. Raises AtmosphereRefused."""
    row = _held(tx, id)
    _move(tx, row, "do", now, actor, said)
    if said:
        for chat in row["chats"].split():
            outbox.note_said(tx, _spoken(row, chat, said), now)


def leave(tx: Tx, id: int, now: int, *, actor: str, why: str) -> None:
    """It was not done, and why. Raises AtmosphereRefused."""
    _move(tx, _held(tx, id), "leave", now, actor, why)


def _held(tx: Tx, id: int) -> Row:
    row = tx.row("atmosphere_prompt_hold", id=id)
    if row is None:
        raise AtmosphereRefused(f"没有第 {id} 件")
    if row["state"] != "open":
        raise AtmosphereRefused(f"这一件已经记过了：{SAID[row['state']]}")
    return row


def lapse(tx: Tx, shift: str, now: int) -> int:
    """The shift is over: what is open was not done. How many."""
    rows = tx.rows("atmosphere_prompts_lapsing", shift=shift)
    for row in rows:
        _move(tx, row, "lapse", now, "scheduler", "")
    return len(rows)


def _move(tx: Tx, row: Row, event: str, now: int, actor: str, note: str) -> None:
    trail = audit.entry(MACHINE, row["id"], row["state"], event, at=now, actor=actor,
                        reason=f"{row['userid']} {row['ask']}")  # fmt: skip
    if tx.run("atmosphere_prompt_move", id=row["id"], before=row["state"], after=trail["after"],
              now=now, actor=actor, note=note[:NOTE_MAX]):  # fmt: skip
        audit.record(tx, [trail])


def _spoken(row: Row, chat: str, said: str) -> Outbound:
    """A colleague's own post, as the reply log has it."""
    return Outbound(
        lane=f"group:{row['userid']}/bulk", pool="bulk", channel="group", account=row["userid"],
        peer=chat, kind="staff", body=Text(said[:SAID_MAX]),
        origin=f"staff:{row['userid']}:atmosphere", persona=row["persona"], persona_version=0,
        content=row["content"], content_version=row["content_version"], operator=row["userid"],
        dedupe=f"atmosphere/{row['id']}/{chat}", send_at=row["at"], state="sent",
    )  # fmt: skip


def chats(tx: Tx, names: Sequence[str]) -> list[Row]:
    """Customer groups that go by these names or ids."""
    wanted = list(names) or [""]
    return tx.rows("atmosphere_chats", names=wanted, ids=wanted)


def birthdays(tx: Tx, chats: Sequence[str], days: Sequence[int], n: int) -> list[str]:
    """Whose birthday is on one of these days (926), of those who sit in the groups."""
    rows = tx.rows("atmosphere_birthdays", chats=list(chats), days=list(days), n=n)
    return [row["member"] for row in rows]


def silent(tx: Tx, chats: Sequence[str], before: int, asked: int, n: int) -> list[str]:
    """Who sits in the groups and did nothing since ``before``, of whom nobody was asked since
    ``asked``."""
    rows = tx.rows("atmosphere_silent", chats=list(chats), before=before, asked=asked, n=n)
    return [row["member"] for row in rows]


def unanswered(tx: Tx, chats: Sequence[str], n: int) -> list[Row]:
    """Talks that wait for a person, with people who sit in the groups."""
    return tx.rows("atmosphere_unanswered", chats=list(chats), n=n)


def runs(tx: Tx, circle: str, now: int) -> list[Row]:
    """Runs of the circle in which one may take part now."""
    return tx.rows("atmosphere_runs", circle=circle, now=now)
