"""What the governor rules, rule by rule; and that no cap, gate or night is ever passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clock import DAY, HOUR, local
from bot.core.governing import Governing, Rules
from scheduler.governor import CODES, SENTENCES, Ask, Barred, Feed, Ruling, Said, Standing, rule
from scheduler.governor import rule_feed as ruled_feed
from scheduler.rules import RULES
from scheduler.rules_feed import FEED_RULES

NOON = 1_795_320_000_000  # 2026-11-22 12:00 in Shanghai
ZONE = "Asia/Shanghai"
USUAL = Governing().general
OLD = NOON - 90 * DAY
PROMO = Ask(persona="xiaozhan", member="wm1", channel="contact", kind="promo",
            origin="campaign:spring:1", sells=True, tap=True)  # fmt: skip
CARE = replace(PROMO, kind="care", origin="flow:care7:day3", sells=False)
KNOWN = Standing(since=OLD)


def ago(*spans: int, sells: bool = False) -> tuple[Said, ...]:
    return tuple(Said(NOON - span, sells) for span in spans)


def judged(ask: Ask = PROMO, now: int = NOON, rules: Rules | None = None, **known: Any) -> Ruling:
    return rule(ask, replace(KNOWN, **known), rules or USUAL, now)


def short(made: Ruling) -> tuple[str, str, int | None]:
    return made.answer, made.code, None if made.until is None else made.until - NOON


def test_who_is_known_and_content_gets_his_offer() -> None:
    made = judged()
    assert short(made) == ("yes", "", None)
    assert [one.code for one in made.looked] == [code for code, _ in RULES if code != "care_link"]
    assert all(one.holds and one.said for one in made.looked)


OFFER = ago(20 * DAY, sells=True)
REFUSED = [
    ("no", "opted_out", None, {"promo_ok": False}),
    ("no", "persona_dates", None, {"persona": Barred("persona_gone", {"name": "x"})}),
    ("no", "content_dates", None, {"content": Barred("content_out", {"start": "a", "end": "b"})}),
    ("no", "consent", None, {"withheld": Barred("consent_gone", {"name": "x"})}),
    ("no", "content_withheld", None, {"withheld": Barred("content_withheld", {"name": "x"})}),
    ("no", "unreachable", None, {"way": Barred("no_friend", {"account": "lin.xi"})}),
    ("later", "blackout", DAY, {"blackout": Barred("blackout", {"why": "x"}, NOON + DAY)}),
    ("later", "fewer", 10 * DAY, {"promo_less": True, "said": OFFER, "served": 9}),
    ("later", "trust", 4 * DAY, {"since": NOON - 3 * DAY, "contacts": 2}),
    ("later", "trust", 7 * DAY, {"since": None}),
    ("later", "open_complaint", 2 * HOUR, {"complaint_at": NOON - DAY}),
    ("later", "handed_off", 2 * HOUR, {"handed_at": NOON - DAY}),
    ("later", "open_question", 2 * HOUR, {"question_at": NOON - 1}),
    ("later", "mood", DAY, {"upset_at": NOON - 2 * DAY}),
    ("later", "ratio", DAY, {"said": OFFER, "served": 2}),
    ("later", "cap_week", 2 * DAY, {"said": ago(5 * DAY, sells=True), "served": 9}),
    ("later", "cap_day", DAY - HOUR, {"said": ago(HOUR, 2 * HOUR), "served": 9,
                                     "since": OLD}),
    ("later", "quota_month", 3 * DAY, {"bulk": 30, "month_days": 30, "month_ends": NOON + 3 * DAY}),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "code", "wait", "known"), REFUSED)
def test_an_offer_is_held_back(answer: str, code: str, wait: int | None, known: Any) -> None:
    made = judged(**known)
    held = [one for one in made.looked if not one.holds]
    assert (made.answer, made.code) == (answer, code), held
    if code == "cap_day":
        wait = DAY - 2 * HOUR
    assert short(made)[2] == wait
    assert len(held) == 1 and "{" not in held[0].said


@pytest.mark.parametrize("known", [
    {"promo_ok": False}, {"promo_less": True, "said": OFFER}, {"since": NOON - 3 * DAY},
    {"handed_at": NOON - DAY}, {"question_at": NOON}, {"upset_at": NOON - 1}, {"said": OFFER},
])  # fmt: skip
def test_what_only_offers_are_held_back_for_lets_a_kind_word_pass(known: Any) -> None:
    assert judged(CARE, **known).answer == "yes"


def test_care_that_leads_to_goods_is_refused_for_good_and_an_offer_is_not() -> None:
    trade = Barred("care_link", {"url": "https://shop.example"})
    assert short(judged(CARE, trade=trade)) == ("no", "care_link", None)
    assert judged(trade=trade).answer == "yes"


def test_while_a_complaint_is_open_nothing_unasked_leaves() -> None:
    assert short(judged(CARE, complaint_at=NOON - DAY)) == ("later", "open_complaint", 2 * HOUR)


def test_nobody_rules_on_an_answer() -> None:
    for kind, origin in (("reply", "reply:1:0"), ("staff", "staff:lin:1"), ("welcome", "flow:a:b"),
                         ("activity", "reply:4:0")):  # fmt: skip
        ask = replace(PROMO, kind=kind, origin=origin, sells=False)
        assert judged(ask, complaint_at=NOON, promo_ok=False) == Ruling(answer="yes")


def test_the_time_of_trust_ends_with_the_days_or_with_service() -> None:
    new = {"since": NOON - 7 * DAY + 1}
    assert judged(contacts=2, **new).code == "trust"
    assert judged(contacts=3, **new).answer == "yes"
    assert judged(contacts=0, since=NOON - 7 * DAY).answer == "yes"
    days_only = replace(USUAL, trust_contacts=0)
    assert judged(rules=days_only, contacts=99, **new).code == "trust"


def test_what_is_on_its_way_counts_as_if_it_arrived_now() -> None:
    made = judged(CARE, said=(Said(None), Said(None)))
    assert short(made) == ("later", "cap_day", DAY)
    assert judged(said=(Said(None, True),), served=9).code in ("cap_week", "cap_day")


def test_a_no_goes_before_a_later_and_the_longest_wait_counts() -> None:
    busy = ago(HOUR, 2 * HOUR)
    assert judged(promo_ok=False, said=busy).code == "opted_out"
    made = judged(since=NOON - DAY, said=busy)
    assert short(made) == ("later", "trust", 6 * DAY)
    assert {one.code for one in made.looked if not one.holds} == {"trust", "cap_day"}


def test_a_wait_ends_when_the_member_is_awake() -> None:
    night = NOON + 12 * HOUR
    made = judged(now=night)
    assert (made.code, made.until) == ("quiet_hours", NOON + 20 * HOUR + HOUR // 2)
    late = replace(KNOWN, complaint_at=NOON)
    made = rule(CARE, late, USUAL, NOON + 9 * HOUR)  # 21:00: in two hours it is night
    assert made.until == NOON + 20 * HOUR + HOUR // 2
    there = judged(now=night, zone="America/New_York")
    assert there.answer == "yes"


def test_a_cap_of_nothing_lets_nothing_pass() -> None:
    assert judged(CARE, rules=replace(USUAL, week=0)).code == "cap_week"
    assert judged(CARE, rules=replace(USUAL, promo_month=0)).answer == "yes"
    assert judged(rules=replace(USUAL, promo_month=0)).code == "cap_month"


def test_only_a_bulk_message_uses_up_the_platforms_number() -> None:
    full = {"bulk": 31, "month_ends": NOON + DAY}
    assert judged(CARE, **full).code == "quota_month"
    assert judged(replace(CARE, channel="kf", tap=False), **full).answer == "yes"
    assert judged(CARE, bulk=4, month_ends=NOON + DAY, rules=replace(USUAL, platform_month=4)).code == (
        "quota_month")  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 90 * 24 * 60), st.booleans()), max_size=120),
    st.sampled_from((ZONE, "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")),
    st.integers(1_500_000_000_000, 1_800_000_000_000),
)
@settings(deadline=None)
def test_whatever_is_asked_no_cap_and_no_night_is_passed_over(
    asked: list[tuple[int, bool]], zone: str, start: int
) -> None:
    rules = replace(
        USUAL, day=2, week=4, month=8, promo_day=1, promo_week=1, promo_month=2, ratio=0
    )
    told: list[Said] = []
    for minute, sells in sorted(asked):
        now = start + minute * 60_000
        ask = PROMO if sells else CARE
        known = Standing(zone=zone, since=start - 90 * DAY, said=tuple(told))
        if rule(ask, known, rules, now).answer == "yes":
            told.append(Said(now, sells))
    offers = [one for one in told if one.sells]
    for said, most in ((told, (2, 4, 8)), (offers, (1, 1, 2))):
        _within(said, zone, *most)
    for one in told:
        there = local(one.at or 0, zone)
        assert 8 * 60 + 30 <= there.hour * 60 + there.minute < 21 * 60 + 30


def _within(said: Sequence[Said], zone: str, day: int, week: int, month: int) -> None:
    """An independent count: any 24 hours, any 7 and 31 days, any day and month of the calendar."""
    times = [one.at or 0 for one in said]
    for span, most in ((DAY, day), (7 * DAY, week), (31 * DAY, month)):
        assert all(sum(t <= other < t + span for other in times) <= most for t in times)
    days = [local(t, zone).date() for t in times]
    assert all(days.count(one) <= day for one in days)
    months = [date(one.year, one.month, 1) for one in days]
    assert all(months.count(one) <= month for one in months)


@given(st.lists(st.tuples(st.integers(0, 40 * 24 * 60), st.booleans()), max_size=12),
       st.integers(0, 24 * 60), st.integers(0, 8), st.booleans())  # fmt: skip
@settings(deadline=None)
def test_whoever_asks_again_when_told_gets_further(
    said: list[tuple[int, bool]], minute: int, served: int, less: bool
) -> None:
    """If nothing else happens meanwhile, a finite number of waits leads to a yes."""
    now = NOON + minute * 60_000
    told = tuple(Said(NOON - back * 60_000, sells) for back, sells in said)
    known = replace(KNOWN, said=told, served=served, promo_less=less)
    for _ in range(64):
        made = rule(PROMO, known, USUAL, now)
        if made.answer == "yes":
            return
        assert made.answer == "later" and made.until is not None and made.until > now
        now = made.until
    raise AssertionError(f"still {made.code} after 64 waits")


def test_every_code_and_sentence_is_known() -> None:
    ruled = {code for code, _ in (*RULES, *FEED_RULES)}
    assert ruled <= CODES.keys()
    assert CODES.keys() - ruled == {"consent", "rate", "duplicate", "holdout"}
    assert all(sentence and "—" not in sentence for sentence in SENTENCES.values())


def posts(*old: tuple[int, bool]) -> tuple[Said, ...]:
    return tuple(sorted(Said(NOON - span, sells) for span, sells in old))


def feed(now: int = NOON, sells: bool = True, rules: Rules | None = None, **known: Any) -> Ruling:
    return ruled_feed(Feed(**known), rules or USUAL, now, sells=sells)


PLAIN = tuple((DAY * n + HOUR * 5, False) for n in range(1, 6))
HALF_DAY = 12 * HOUR
FED = [
    ("yes", "", None, {"posts": posts(*PLAIN)}),
    ("later", "share", DAY, {"posts": posts(*PLAIN, (DAY * 6, True))}),
    ("later", "share", DAY, {"share": 0.0}),
    ("later", "spacing", DAY, {"share": 1.0, "posts": posts(*PLAIN[1:4], (DAY * 5, True))}),
    ("yes", "", None, {"share": 1.0, "posts": posts(*PLAIN[1:5], (DAY * 6, True))}),
    ("later", "cap_day", HALF_DAY, {"posts": posts((HOUR, False), (HALF_DAY, False))}),
    ("yes", "", None, {"posts": posts((HOUR, False), (HALF_DAY + 1, False))}),
    ("later", "moment_quota", HALF_DAY, {"moment": True, "posts": posts((1, False), (2, False))}),
    ("later", "quota_month", 8 * DAY + HALF_DAY, {"bulk": 30, "month_days": 30}),
    ("no", "persona_dates", None, {"persona": Barred("persona_gone", {"name": "x"})}),
    ("later", "blackout", DAY, {"blackout": Barred("blackout", {"why": "x"}, NOON + DAY)}),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "code", "wait", "known"), FED)
def test_a_post_obeys_its_feed(answer: str, code: str, wait: int | None, known: Any) -> None:
    made = feed(**known)
    assert (made.answer, made.code) == (answer, code), [one.said for one in made.looked]
    assert short(made)[2] == wait


def test_what_sells_nothing_needs_no_share_and_a_moment_may_come_at_night() -> None:
    assert feed(sells=False, share=0.0).answer == "yes"
    night = NOON + 12 * HOUR
    assert (feed(night, False).code, feed(night, False, moment=True).code) == ("quiet_hours", "")
