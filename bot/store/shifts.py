"""The rota: who of the staff is on duty when. What it comes to is worked out in core.rota."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import rota
from bot.core.clock import DAY, local
from bot.core.errors import OneVoiceError
from bot.core.rota import DAY_MINUTES, Shift
from bot.store import audit
from bot.store.engine import Row, Tx

NOTE_MAX = 100
SPAN_MAX = 366 * DAY
MOST = 2_000
REFUSALS = {
    "login": "there is no such account, or it is disabled",
    "kind": "an entry of the rota is weekly, once or away",
    "weekday": "a weekday is 0 (Monday) to 6",
    "time": "it ends before it begins, or lasts a day and more",
    "past": "it is over already",
    "long": "an absence or shift lasts at most a year",
    "note": f"a note has at most {NOTE_MAX} characters",
    "overlap": "he is on duty, or away, at that time already",
    "full": f"a rota has at most {MOST} entries",
    "gone": "this entry is gone already",
}


class ShiftRefused(OneVoiceError):
    """The rota cannot be changed like this; nothing was changed. ``other`` is the entry that stands
    in the way of an ``overlap``."""

    def __init__(self, code: str, other: Shift | None = None) -> None:
        self.code, self.other = code, other
        super().__init__(REFUSALS[code])


def standing(tx: Tx, since: int) -> list[Shift]:
    """Every entry that counts at ``since`` or later, of everybody who may sign in."""
    return [_shift(row) for row in tx.rows("shifts_standing", since=since)]


def on_duty(tx: Tx, now: int, zone: str, persona: str = "", account: str = "") -> list[str]:
    """Logins of whoever is on duty, for a persona and ``channel:account``, or for anything."""
    return rota.on_duty(standing(tx, now), now, zone, persona, account)


def add(tx: Tx, shift: Shift, staff: str, now: int, zone: str) -> int:
    """One more entry; its id. Raises ShiftRefused."""
    if code := _fault(shift, now):
        raise ShiftRefused(code)
    if not tx.rows("shifts_hold", login=shift.login):
        raise ShiftRefused("login")
    others = standing(tx, now - 2 * DAY)
    if len(others) >= MOST:
        raise ShiftRefused("full")
    if other := rota.overlap(shift, others, zone, now):
        raise ShiftRefused("overlap", other)
    [row] = tx.rows("shift_add", login=shift.login, kind=shift.kind, weekday=shift.weekday,
                    opens=shift.opens, closes=shift.closes, begins_at=shift.since,
                    ends_at=shift.until, covers=" ".join(shift.covers),
                    note=shift.note, staff=staff, now=now)  # fmt: skip
    _record(tx, row["id"], "planned", staff, now, shift, zone)
    return int(row["id"])


def _fault(shift: Shift, now: int) -> str:
    if shift.kind not in rota.KINDS:
        return "kind"
    if len(shift.note) > NOTE_MAX:
        return "note"
    return _weekly_fault(shift) if shift.kind == "weekly" else _dated_fault(shift, now)


def _weekly_fault(shift: Shift) -> str:
    if not 0 <= shift.weekday <= 6:
        return "weekday"
    good = 0 <= shift.opens < DAY_MINUTES and 0 < shift.closes - shift.opens < DAY_MINUTES
    return "" if good else "time"


def _dated_fault(shift: Shift, now: int) -> str:
    length = shift.until - shift.since
    if length <= 0 or (shift.kind == "once" and length >= DAY):
        return "time"
    if shift.until <= now:
        return "past"
    return "long" if length > SPAN_MAX or shift.since > now + SPAN_MAX else ""


def remove(tx: Tx, number: int, staff: str, now: int, zone: str) -> Shift:
    """Takes an entry off the rota; what it was. Raises ShiftRefused."""
    row = tx.row("shift_get", id=number)
    if row is None or not tx.run("shift_remove", id=number, staff=staff, now=now):
        raise ShiftRefused("gone")
    shift = _shift(row)
    _record(tx, number, "unplanned", staff, now, shift, zone)
    return shift


def _shift(row: Row) -> Shift:
    return Shift(id=row["id"], login=row["login"], kind=row["kind"], weekday=row["weekday"],
                 opens=row["opens"], closes=row["closes"], since=row["begins_at"],
                 until=row["ends_at"], covers=tuple(row["covers"].split()),
                 note=row["note"])  # fmt: skip


def _record(
    tx: Tx, number: int, event: str, staff: str, now: int, shift: Shift, zone: str
) -> None:  # fmt: skip
    audit.record(tx, [audit.note("shift", number, event, at=now, actor=staff,
                                 reason=_told(shift, zone))])  # fmt: skip


_DAYS = "一二三四五六日"


def _told(shift: Shift, zone: str) -> str:
    if shift.kind == "weekly":
        when = f"每周{_DAYS[shift.weekday]} {clock(shift.opens)}-{clock(shift.closes)}"
    else:
        when = f"{local(shift.since, zone):%Y-%m-%d %H:%M} - {local(shift.until, zone):%m-%d %H:%M}"
    away = " 不在" if shift.kind == "away" else ""
    return f"{shift.login} {when}{away}{_covered(shift.covers)}"


def _covered(covers: Sequence[str]) -> str:
    return f"（{'、'.join(covers)}）" if covers else ""


def clock(minute: int) -> str:
    """``09:00`` of a minute of the day, or of the day after."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
