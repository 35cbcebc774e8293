"""What a shop or mini program tells: a report of an order, as a row of a file or an object of the
API; and that somebody passed something on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.clock import to_ms
from bot.core.decode import nearest
from bot.core.money import amount, cents
from bot.members.orders import CANCELLED, DELIVERED, PAID, REFUNDED, SHIPPED, Report

REQUIRED = ("order_id", "member", "at", "amount", "category")
OPTIONAL = ("beneficiary", "status", "refunded", "tracking", "code", "updated_at")
COLUMNS = (*REQUIRED, *OPTIONAL)
NEEDED = ("order_id", "member", "at", "amount")  # the category may be left empty
CELL_MAX = 200  # characters
_STATES = {
    PAID: ("", "paid", "已付款", "已支付", "待发货"), SHIPPED: ("shipped", "已发货", "运输中"),
    DELIVERED: ("delivered", "已签收", "已完成"), REFUNDED: ("refunded", "已退款"),
    CANCELLED: ("cancelled", "canceled", "已取消", "已关闭"),
}  # fmt: skip
STATES: Mapping[str, str] = {word: state for state, words in _STATES.items() for word in words}


SHARED = ("member", "at", "what")  # of a share; `category` may be left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A member passed on ``what`` (an address, a page, a template) at that time."""

    member: str
    at: int
    what: str
    category: str = ""


def share(cells: Mapping[str, str], zone: str) -> Share:
    """Reads one share. Raises ValueError that names the column and the fix."""
    _check(cells, (*SHARED, "category"), SHARED, "share")
    return Share(member=cells["member"], at=_time("at", cells["at"], zone), what=cells["what"],
                 category=cells.get("category", ""))  # fmt: skip


def report(cells: Mapping[str, str], zone: str) -> Report:
    """Reads one report; a time without a zone is one of ``zone``.

    Raises ValueError that names the column and the fix.
    """
    _check(cells, COLUMNS, NEEDED, "order")
    paid = _money(cells, "amount")
    refunded = _money(cells, "refunded") if cells.get("refunded") else None
    for column, value in (("amount", paid), ("refunded", refunded or 0)):
        if value < 0:
            raise ValueError(f"{column}: {amount(value)} is below 0; what was given back goes "
                             "into refunded")  # fmt: skip
    if refunded is not None and refunded > paid:
        raise ValueError(f"refunded: {amount(refunded)} is more than the amount {amount(paid)}")
    updated = cells.get("updated_at", "")
    return Report(
        order=cells["order_id"], member=cells["member"], at=_time("at", cells["at"], zone),
        amount=paid, category=cells.get("category", ""), state=_state(cells.get("status", "")),
        beneficiary=cells.get("beneficiary"), refunded=refunded,
        tracking=cells.get("tracking") or None, code=cells.get("code") or None,
        said_at=_time("updated_at", updated, zone) if updated else None,
    )  # fmt: skip


def _check(
    cells: Mapping[str, str], columns: Sequence[str], needed: Sequence[str], what: str
) -> None:  # fmt: skip
    for name in cells:
        if name not in columns:
            raise ValueError(f"{name}: no such column; {nearest(name, columns)}")
    for name in needed:
        if not cells.get(name):
            raise ValueError(f"{name}: is empty; every {what} has one")
    for name, cell in cells.items():
        if len(cell) > CELL_MAX or not cell.isprintable():
            raise ValueError(f"{name}: up to {CELL_MAX} characters without control characters")


def _money(cells: Mapping[str, str], name: str) -> int:
    try:
        return cents(cells[name])
    except ValueError as exc:
        raise ValueError(f"{name}: {exc}") from None


def _time(name: str, text: str, zone: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        if not 1970 < moment.year <= 2200:
            raise ValueError
    except ValueError:
        raise ValueError(f"{name}: {text!r} is no time; write 2026-05-31T18:30:00") from None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def _state(text: str) -> str:
    state = STATES.get(text.lower())
    if state is None:
        raise ValueError(f"status: there is no {text!r}; {nearest(text, _STATES)}")
    return state
