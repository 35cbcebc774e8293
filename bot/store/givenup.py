"""Messages that the product gave up on, whose fate is unknown, or that it could not work on; and
what colleagues do about each. Of two who press at the same time one comes second, and is told
(GivenUpRefused)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.errors import OneVoiceError
from bot.core.handoff import AUTOMATIC
from bot.core.model import Outbound
from bot.store import audit, codec, outbox
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow, Receiver
from bot.store.taps import AGAIN

MOST = 1_000  # counts and lists go no further
State = Literal["dead", "unsure"]
LAST = 1 << 60
# What somebody says who has looked.
THERE, MISSING = "看过，已送到", "看过，没有送到"
# What somebody waits for; a second attempt has as much time as the first.
ANSWERS = frozenset({"reply", "staff"})


class GivenUpRefused(OneVoiceError):
    """Nothing was changed. ``code`` says why (words of ``given_no`` in the console)."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages were given up on, are of unknown fate, and could not be worked on."""

    dead: int = 0
    unsure: int = 0
    stuck: int = 0

    @property
    def all(self) -> int:
        """Whatever wants somebody."""
        return self.dead + self.unsure + self.stuck


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """Which of them: of one account (``channel:account``), sent within a time in ms."""

    account: str = ""
    since: int = 0
    until: int = LAST


def counts(tx: Tx) -> Count:
    """What nobody has dealt with; MOST of each at the most."""
    row = tx.row("given_up_counts", most=MOST) or {}
    return Count(**{name: int(n) for name, n in row.items()})


def latest(tx: Tx, state: State, within: Within) -> list[Row]:
    """id, channel, account, send_at and note, the latest first; MOST at the most."""
    given = {"state": state, "since": within.since, "until": within.until, "n": MOST}
    if not within.account:
        return tx.rows("given_up_out", **given)
    channel, _, account = within.account.partition(":")
    return tx.rows("given_up_out_of", channel=channel, account=account, **given)


def whole(tx: Tx, ids: Sequence[int]) -> list[Row]:
    """Everything of these, in their order: with the name of the member, who holds his conversation,
    and (``ended_at``) when each came to be what it is."""
    rows = {row["id"]: row for row in tx.rows("given_up_rows", ids=list(ids))}
    subjects = {f"outbox:{id}": id for id in ids}
    ends = {subjects[row["subject"]]: row["at"]
            for row in tx.rows("given_up_trail", subjects=list(subjects))}  # fmt: skip
    return [rows[id] | {"ended_at": ends.get(id)} for id in ids if id in rows]


def stuck(tx: Tx) -> tuple[list[Row], list[Row]]:
    """Turns that were given up, and what the door took in and nobody could sort."""
    return tx.rows("given_up_inbox", n=MOST), tx.rows("given_up_intake", n=MOST)


def in_the_way(row: Outbound, now: int, campaigns: Collection[str]) -> str:
    """Why this one cannot be sent anew, whoever asks: a code; empty when it may be tried.
    ``campaigns``: origins whose own list says whom to reach again."""
    if row.kind == "notice" or row.pool == "welcome":
        return "notice" if row.kind == "notice" else "welcome"
    if not row.peer:
        return "erased"
    if row.origin in campaigns:
        return "campaign"
    return "over" if not _renewed(row) and (row.expires_at or LAST) <= now else ""


def _renewed(row: Outbound) -> bool:
    """True when the time that it has begins anew with the attempt."""
    return row.kind in ANSWERS or row.pool == "bulk"


def again(tx: Tx, id: int, staff: str, now: int, window: KfWindow) -> int:
    """Queues it once more, as any message: it is guarded, governed and paced like one. The number
    of the new row. Raises GivenUpRefused: somebody dealt with it, or it cannot leave."""
    row = _deal(tx, id, now, "dead")
    out = codec.outbound(row)
    if code := in_the_way(out, now, campaigns(tx, [out.origin])):
        raise GivenUpRefused(code)
    people = _left(tx, out)
    fresh = _fresh(out, staff, now)
    _refuse_closed(tx, fresh, now, window)
    made = outbox.enqueue(tx, fresh, now, people)
    assert made is not None, "its key is that of the row, which is dealt with once"
    audit.record(tx, [audit.note("outbox", id, "resend", at=now, actor=staff, before="dead",
                                 after="dead", reason=f"outbox:{made}")])  # fmt: skip
    return made


def _fresh(row: Outbound, staff: str, now: int) -> Outbound:
    span = None if row.expires_at is None else max(row.expires_at - row.send_at, 0)
    return row.evolve(
        id=0, dedupe=f"resend/{row.id}", send_at=now, retry_at=now, state="ready", attempts=0,
        lease=None, provider_id=None, note="",
        operator=staff if row.kind == "staff" else row.operator,
        expires_at=now + span if _renewed(row) and span is not None else row.expires_at,
        data={name: value for name, value in row.data.items() if name != AGAIN},
    )  # fmt: skip


def _left(tx: Tx, row: Outbound) -> list[Receiver] | None:
    """Whom a task has not reached; None: it has one receiver, whom the row names."""
    if row.pool != "bulk":
        return None
    rows = [one for one in tx.rows("reply_receivers", outbox=row.id)
            if one["status"] == "failed" and (one["peer"] or row.channel == "moment")]  # fmt: skip
    if not rows:
        raise GivenUpRefused("nobody")
    return [Receiver(one["peer"], one["member"]) for one in rows]


def _refuse_closed(tx: Tx, row: Outbound, now: int, window: KfWindow) -> None:
    talk = tx.row("conversation_get", id=row.conversation) if row.conversation else None
    if talk is not None and row.operator in AUTOMATIC and talk["mode"] != "auto":
        raise GivenUpRefused("held", talk["held_by"])
    verdict = outbox.refuse(row.evolve(id=LAST, attempts=1), talk, now, window)
    if verdict is not None:
        raise GivenUpRefused("closed", verdict.note)


def dismiss(tx: Tx, id: int, staff: str, why: str, now: int) -> None:
    """It is let go, and listed no more; its status stays. Raises GivenUpRefused."""
    row = _deal(tx, id, now)
    audit.record(tx, [audit.note("outbox", id, "dismiss", at=now, actor=staff, before=row["state"],
                                 after=row["state"], reason=why)])  # fmt: skip


def settle(tx: Tx, id: int, staff: str, arrived: bool, now: int) -> None:
    """Somebody looked, and says whether it arrived. What did not is given up on: only now can it be
    sent anew. Raises GivenUpRefused: that is known by now."""
    row = tx.row("outbox_get", id=id)
    if row is None or row["state"] != "unsure" or row["dealt_at"] is not None:
        raise GivenUpRefused("dealt")
    event, why = ("sent", THERE) if arrived else ("never", MISSING)
    if not outbox.move(tx, row, event, now, actor=staff, reason=f"{staff} {why}"):
        raise GivenUpRefused("dealt")


def _deal(tx: Tx, id: int, now: int, state: str = "") -> Row:
    row = tx.row("given_up_deal", id=id, now=now)
    if row is None or (state and row["state"] != state):
        raise GivenUpRefused("dealt" if row is None else "unsure")
    return row


def turn_again(tx: Tx, id: int, staff: str, now: int) -> None:
    """What a customer said is decided anew, as if it had just come. Raises GivenUpRefused."""
    row = _stuck(tx, id)
    talk = tx.row("desk_hold", id=row["conversation"])
    if talk is None:
        raise GivenUpRefused("gone")
    if talk["mode"] != "auto":
        raise GivenUpRefused("held", talk["held_by"])
    if not tx.run("inbox_again", id=id):
        raise GivenUpRefused("dealt")
    tx.run("conversation_again", id=row["conversation"], now=now)
    audit.record(tx, [audit.entry("inbox", id, "dead", "again", at=now, actor=staff)])


def turn_dismiss(tx: Tx, id: int, staff: str, why: str, now: int) -> None:
    """Nobody is to answer it any more. Raises GivenUpRefused."""
    if not tx.run("inbox_dismiss", id=id):
        raise GivenUpRefused("dealt")
    audit.record(tx, [audit.entry("inbox", id, "dead", "dismiss", at=now, actor=staff,
                                  reason=why)])  # fmt: skip


def _stuck(tx: Tx, id: int) -> Row:
    row = tx.row("inbox_get", id=id)
    if row is None or row["state"] != "dead":
        raise GivenUpRefused("dealt")
    return row


def sort_again(tx: Tx, id: int, staff: str, now: int) -> None:
    """Something that could not be sorted waits to be. Raises GivenUpRefused."""
    if not tx.run("intake_one_again", id=id):
        raise GivenUpRefused("dealt")
    audit.record(tx, [audit.note("intake", id, "again", at=now, actor=staff)])


def sort_dismiss(tx: Tx, id: int, staff: str, why: str, now: int) -> None:
    """It is thrown away. Raises GivenUpRefused."""
    if not tx.run("intake_dismiss", id=id):
        raise GivenUpRefused("dealt")
    audit.record(tx, [audit.note("intake", id, "dismiss", at=now, actor=staff,
                                 reason=why)])  # fmt: skip


def campaigns(tx: Tx, origins: Collection[str]) -> Mapping[str, str]:
    """Which of these origins are campaigns with a list of their own, by origin: their names."""
    names = {one: one.split(":")[1] for one in origins if one.startswith("campaign:")}
    return {origin: name for origin, name in names.items()
            if tx.row("given_up_campaign", name=name) is not None}  # fmt: skip
