"""Codes and how they are read, terms, and what a commission comes to, settlement by settlement."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.core.inviting import Inviting, basis_points, by_category
from bot.members import codes, invites, terms
from bot.members.commission import Balance, Standing, held, payable
from bot.members.formula import Value
from bot.members.terms import Adopted, Terms

CODE = codes.made(("wm1", "", "", ""))
LOOKS = {"2": "Z", "5": "S", "8": "B", "V": "u"}


@given(st.integers(0, 10**9), st.integers(0, 5), st.integers(0, 5), st.data())
def test_a_slip_of_the_finger_is_no_code(
    owner: int, attempt: int, place: int, data: st.DataObject
) -> None:
    code = codes.made((f"wm{owner}", "", "", ""), attempt)
    assert codes.normal(code) == code
    wrong = data.draw(st.sampled_from(codes.LETTERS.replace(code[place], "")))
    assert codes.normal(code[:place] + wrong + code[place + 1 :]) == ""


def test_two_letters_the_wrong_way_round_are_no_code() -> None:
    for n in range(200):
        code = codes.made((f"wm{n}", "", "", ""))
        for i, (one, two) in enumerate(pairwise(code)):
            swapped = code[:i] + two + one + code[i + 2 :]
            assert codes.normal(swapped) == (code if one == two else "")


def test_a_code_is_read_however_it_is_typed() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in CODE)
    looks = "".join(LOOKS.get(letter, letter) for letter in CODE)
    for typed in (CODE, CODE.lower(), f" {wide} ", looks):
        assert codes.normal(typed) == CODE
    for text in (f"邀请码 {CODE}", f"我的邀请码是：{CODE.lower()}，谢谢", f"推薦碼{wide}", CODE,
                 f"朋友推荐我来的，推荐码「{CODE}」"):  # fmt: skip
        assert codes.said(text) == CODE
    for text in ("", "邀请码是多少", "邀请码 ABCDEF", f"订单 {CODE} 到哪了", f"邀请码 {CODE}9"):
        assert codes.said(text) == ""


def test_a_code_is_found_where_an_event_carries_it() -> None:
    def named(kind: Happened, which: str = "", place: str = "", code: str = "") -> str:
        data = {"code": code} if code else {}
        return invites.word(Event(kind=kind, at=1, dedupe="x", which=which, place=place, data=data))

    links = (
        f"https://work.weixin.qq.com/ca/x?customer_channel={CODE}",
        f"https://a.b/?x=1&invite={CODE}#t",
    )
    assert [named(Happened.CLICKED, "k3", link) for link in links] == [CODE, CODE]
    assert named(Happened.ORDERED, "茶叶", code=CODE.lower()) == CODE
    assert {named(kind, CODE) for kind in (Happened.ADDED, Happened.JOINED, Happened.INVITED)} == {
        CODE
    }
    assert named(Happened.ADDED, "poster") == named(Happened.CLICKED, CODE) == ""
    assert named(Happened.SHARED, CODE) == named(Happened.CLICKED, "", f"{links[0]}9") == ""


def test_an_address_carries_one_code() -> None:
    acquires = codes.address("https://work.weixin.qq.com/ca/x", CODE)
    assert acquires == f"https://work.weixin.qq.com/ca/x?customer_channel={CODE}"
    shop = codes.address("https://a.b/c?x=1&invite=OLD&y=#t", CODE)
    assert shop == f"https://a.b/c?x=1&y=&invite={CODE}#t"
    assert codes.carried(acquires) == codes.carried(shop) == CODE
    assert codes.carried("https://a.b/?invite=ABCDEF") == codes.carried("https://[x") == ""


def test_no_two_owners_of_many_have_one_code_for_long() -> None:
    made = [codes.made((f"wm{n}", "", "", "")) for n in range(20_000)]
    again = [codes.made((f"wm{n}", "", "", ""), 1) for n in range(20_000)]
    assert len(set(made)) > 19_950 and not [n for n in range(20_000) if made[n] == again[n]]


def test_the_terms_of_the_time_hold() -> None:
    settings = Inviting(window="2d", rate="5%", rates=("茶叶 8.5%",))
    first, second = terms.of(settings), Terms(rate=100)
    assert (first.window, first.rate, first.rates) == (2 * DAY, 500, {"茶叶": 850})
    known = Adopted(((10, first), (20, second)))
    assert [known.at(at) for at in (0, 10, 19, 20)] == [first, first, first, second]
    assert known.longest.window == second.window and Adopted().at(5) == Terms()
    cents = [("茶叶", 10_000), ("茶具", 10_000), ("茶具", 9), ("茶具", 10), ("茶具", -100)]
    assert [first.commission(*one) for one in cents] == [850, 500, 0, 1, 0]


def test_percentages_are_exact_or_refused() -> None:
    assert [basis_points(text) for text in ("0%", "8.25 %", "100%")] == [0, 825, 10_000]
    for text in ("8", "101%", "8.255%", "-1%", ""):
        with pytest.raises(ValueError, match="percentage"):
            basis_points(text)
    assert by_category(["花草 茶 5%"]) == {"花草 茶": 500}
    for rates in (["茶叶"], ["茶叶 5%", "茶叶 6%"]):
        with pytest.raises(ValueError, match="stands twice"):
            by_category(rates)


def test_a_role_holds_from_its_beginning_to_its_end() -> None:
    def role(kind: Happened, at: int, place: str, until: int | None = None) -> Event:
        return Event(kind=kind, at=at, dedupe=f"{kind}{at}{place}", place=place, which="koc",
                     data={} if until is None else {"until": until})  # fmt: skip

    told = [role(Happened.ROLE, 10, "tea", 50), role(Happened.UNROLE, 20, "tea"),
            role(Happened.ROLE, 30, "pots", 40)]  # fmt: skip
    assert [at for at in range(0, 60, 5) if held(told, at)] == [10, 15, 30, 35]
    assert not held([Event(kind=Happened.ROLE, at=1, dedupe="x", which="kol")], 5)


def stands(earned: int, net: int, settled: int = 0, *, voided: bool = False) -> Balance:
    return Balance(earned=earned, net=net, settled=settled, voided=voided, due_at=100)


@pytest.mark.parametrize(
    ("balance", "before", "after"),
    [
        (stands(50, 50), Standing.HELD, Standing.OPEN),
        (stands(50, 0), Standing.VOID, Standing.VOID),
        (stands(50, 50, 50), Standing.SETTLED, Standing.SETTLED),
        (stands(50, 20, 50), Standing.OWED, Standing.OWED),
        (stands(50, 50, 50, voided=True), Standing.OWED, Standing.OWED),
        (stands(50, 50, voided=True), Standing.VOID, Standing.VOID),
        (stands(0, 0), Standing.NONE, Standing.NONE),
    ],
)
def test_where_a_commission_stands(balance: Balance, before: Standing, after: Standing) -> None:
    assert (balance.standing(99), balance.standing(100)) == (before, after)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.booleans()), min_size=1,
                max_size=6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 99)),
                max_size=8))  # fmt: skip
def test_settlements_pay_what_is_due_and_never_twice(
    orders: list[tuple[int, int, bool]], refunds: list[tuple[int, int]]
) -> None:
    """Whatever is refunded or void in between, what was paid in all is what is left, as soon as the
    KOC owes nothing; and no order was ever paid below nothing."""
    now = [Balance(earned=net, net=net, settled=0, voided=void, due_at=due)
           for net, due, void in orders]  # fmt: skip
    for moment, (which, net) in enumerate([*refunds, (0, 0)], 1):
        parts = payable(now, moment * 20)
        assert sum(parts) > 0 or not any(parts)
        now = [Balance(earned=one.earned, net=one.net, settled=one.settled + part,
                       voided=one.voided, due_at=one.due_at)
               for one, part in zip(now, parts, strict=True)]  # fmt: skip
        assert all(0 <= one.settled <= one.earned for one in now)
        assert not any(payable(now, moment * 20))
        old = now[which % len(now)]
        now[which % len(now)] = Balance(earned=old.earned, net=min(net, old.net),
                                        settled=old.settled, voided=old.voided,
                                        due_at=old.due_at)  # fmt: skip


def test_the_product_is_of_the_exact_factors() -> None:
    value = Value(stock=2, own=1, invited=4, contribution=1_000)
    assert (value.members, value.ltv, value.coefficient) == (7, Fraction(1_000, 7), Fraction(7, 3))
    assert value.product == 2_333
    assert (Value().ltv, Value().coefficient, Value().product) == (0, 1, 0)
    alone = Value(invited=3, contribution=-250)
    assert (alone.coefficient, alone.product) == (1, -250)
