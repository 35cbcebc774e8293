"""Orders: reports become events, and an order is what its events come to, however they are read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.event import Event, Happened
from bot.core.money import amount, cents
from bot.members import told
from bot.members.orders import Purchase, Report, fold, news

T = 1_790_000_000_000
ROW = {"order_id": "o1", "member": "wm1", "at": "2026-05-31T18:30:00", "amount": "119.90",
       "category": "绿茶"}  # fmt: skip
PAID = Report(order="o1", member="wm1", at=T, amount=12_000, category="绿茶")


def after(*reports: Report, now: int = T) -> tuple[Purchase, list[Event]]:
    events: list[Event] = []
    known = None
    for one in reports:
        events += news(one, known, "csv", now)
        known = fold(events)
    assert known is not None
    return known, events


def test_a_report_that_says_nothing_new_is_no_event() -> None:
    known, events = after(PAID, PAID, PAID)
    assert [one.kind for one in events] == [Happened.ORDERED]
    assert (known.paid_cents, known.refunded_cents, known.state) == (12_000, 0, "paid")


def test_going_back_to_what_was_said_first_is_news_again() -> None:
    known, events = after(PAID, replace(PAID, amount=9_900), PAID)
    assert known.paid_cents == 12_000
    assert len({one.dedupe for one in events}) == 3


@pytest.mark.parametrize(
    ("later", "paid", "refunded", "state"),
    [
        ([replace(PAID, state="refunded")], 12_000, 12_000, "refunded"),
        ([replace(PAID, state="cancelled")], 0, 0, "cancelled"),
        ([replace(PAID, refunded=3_000)], 12_000, 3_000, "paid"),
        ([replace(PAID, refunded=3_000), PAID], 12_000, 3_000, "paid"),
        ([replace(PAID, refunded=3_000), replace(PAID, state="shipped")], 12_000, 3_000, "shipped"),
        ([replace(PAID, state="refunded"), PAID], 12_000, 0, "paid"),
        ([replace(PAID, refunded=3_000), replace(PAID, state="cancelled"), PAID], 12_000, 0, "paid"),
        ([replace(PAID, state="cancelled"), replace(PAID, state="cancelled", category="红茶")],
         0, 0, "cancelled"),
        ([replace(PAID, refunded=3_000), replace(PAID, amount=2_000)], 2_000, 0, "paid"),
        ([replace(PAID, state="cancelled"), replace(PAID, state="refunded")],
         12_000, 12_000, "refunded"),
    ],
)  # fmt: skip
def test_what_holds_is_what_was_said_last(
    later: list[Report], paid: int, refunded: int, state: str
) -> None:
    known, _ = after(PAID, *later)
    assert (known.paid_cents, known.refunded_cents, known.state) == (paid, refunded, state)


def test_an_older_report_that_comes_late_changes_nothing() -> None:
    new = replace(PAID, state="shipped", tracking="SF1", said_at=T + 9)
    known, events = after(replace(PAID, said_at=T), new, replace(PAID, said_at=T + 5))
    assert (known.state, known.tracking, len(events)) == ("shipped", "SF1", 2)


def test_who_is_somebody_else_by_now_is_no_news() -> None:
    known = replace(after(PAID)[0], member="wm9")
    assert news(PAID, known, "csv", T, {"wm1": "wm9"}) == []
    assert news(replace(PAID, beneficiary="wm1"), known, "csv", T, {"wm1": "wm9"}) == []
    assert news(replace(PAID, beneficiary="wm2"), known, "csv", T, {"wm1": "wm9"}) != []


STATES = st.sampled_from(["paid", "shipped", "delivered", "refunded", "cancelled"])
REPORTS = st.builds(
    Report, order=st.just("o1"), member=st.sampled_from(["wm1", "wm2"]), at=st.integers(T, T + 9),
    amount=st.integers(0, 5), category=st.sampled_from("红绿"), state=STATES,
    beneficiary=st.sampled_from([None, "", "wm2", "wm3"]), tracking=st.sampled_from([None, "SF1"]),
    refunded=st.none() | st.integers(0, 5), said_at=st.none() | st.integers(T, T + 5),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(REPORTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_events_may_come_in_any_order_and_twice(reports: list[Report], random: object) -> None:
    known, events = after(*reports)
    again = [*events, *events]
    random.shuffle(again)  # type: ignore[attr-defined]
    unique = {one.dedupe: one for one in again}
    assert len(unique) == len(events)
    assert fold(unique.values()) == known
    assert 0 <= known.refunded_cents <= known.paid_cents
    last = replace(reports[-1], said_at=None)
    said, _ = after(*reports, last)
    assert news(last, said, "csv", T) == []
    assert said.paid_cents == (0 if last.state == "cancelled" else last.amount)
    assert last.state != "refunded" or said.net_cents == 0


def test_a_row_is_read_to_the_cent_and_in_the_corps_zone() -> None:
    read = told.report(ROW | {"status": "已发货", "tracking": "SF1"}, "Asia/Shanghai")
    assert (read.amount, read.state, read.tracking, read.beneficiary) == (
        11_990, "shipped", "SF1", None)  # fmt: skip
    assert read.at == 1_780_223_400_000
    assert told.report(ROW | {"at": "2026-05-31T18:30:00+09:00"}, "UTC").at == read.at - 3_600_000


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"amount": "12.345"}, "amount: '12.345' is no amount"),
        ({"amount": "-1"}, "amount: -1.00 is below 0"),
        ({"amount": "1e3"}, "no amount"),
        ({"amount": ""}, "amount: is empty"),
        ({"at": "31/5/2026"}, "at: '31/5/2026' is no time"),
        ({"status": "payed"}, "did you mean 'paid'"),
        ({"order_id": ""}, "order_id: is empty"),
        ({"refunded": "120"}, "refunded: 120.00 is more than the amount 119.90"),
        ({"categroy": "茶"}, "did you mean 'category'"),
        ({"category": "茶\n"}, "control characters"),
    ],
)
def test_what_is_wrong_with_a_row_names_the_column_and_the_fix(
    cells: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=r".+: ") as found:
        told.report(ROW | cells, "UTC")
    assert says in str(found.value)


@pytest.mark.parametrize("text", ["0", "119.9", "-3.05", "120.00", "99999999999.99"])
def test_money_keeps_every_cent(text: str) -> None:
    assert cents(amount(cents(text))) == cents(text)


@pytest.mark.parametrize("text", ["", "1,200", "1.001", "¥1", "1e2", "NaN", "١٢", "+1", "1."])
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        cents(text)
