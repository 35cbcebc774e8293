"""The judge of rehearsals is judged: each rule is broken once, and what is fine is let pass."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.judge import DAY, MINUTE, Law, Truth, Verdict, judge

NOON = 1_795_449_600_000 + 12 * 60 * MINUTE  # 2026-11-24 12:00 in Shanghai
LAW = Law(offer=("新品",), care=("问候",), opt_out=("退订",), opt_in=("恢复",),
          complaint=("投诉",), settled=("处理好",))  # fmt: skip


def got(at: int, text: str = "新品", channel: str = "contact", bulk: str = "") -> dict[str, Any]:
    return {"at": at, "channel": channel, "text": text, "raw": {"bulk": bulk} if bulk else {}}


def verdict(*received: dict[str, Any], words: tuple[tuple[int, str], ...] = (),
            added: int = NOON - 30 * DAY) -> Verdict:  # fmt: skip
    said = [(at, "wm1", text) for at, text in words]
    return judge(Truth(received={"wm1": received}, words=said, added=[(added, "wm1", "lin")]), LAW)


def test_what_keeps_to_the_rules_is_fine() -> None:
    found = verdict(got(NOON), got(NOON + 8 * DAY), got(NOON + DAY, "问候"),
                    got(NOON, "别的话"), got(NOON, channel="moment"))  # fmt: skip
    assert (found.broken, found.judged, found.offers) == ([], 3, 2)


def test_the_bubbles_of_one_bulk_message_are_one() -> None:
    found = verdict(got(NOON, bulk="b1"), got(NOON, bulk="b1"), got(NOON, "问候", bulk="b1"))
    assert (found.broken, found.judged) == ([], 1)


@pytest.mark.parametrize(
    ("rule", "received"),
    [
        ("quiet", [got(NOON + 10 * 60 * MINUTE, "问候")]),
        ("quiet", [got(NOON - 4 * 60 * MINUTE, "问候", "kf")]),
        ("cap_1", [got(NOON + n, "问候") for n in range(3)]),
        ("cap_7", [got(NOON + n * DAY, "问候") for n in range(5)]),
        ("cap_31", [got(NOON + n * 3 * DAY, "问候") for n in range(9)]),
        ("promo_cap_1", [got(NOON), got(NOON + DAY - 1_001)]),
        ("promo_cap_7", [got(NOON), got(NOON + 6 * DAY)]),
        ("promo_cap_31", [got(NOON + n * 8 * DAY) for n in range(4)]),
    ],
)
def test_caps_and_quiet_hours(rule: str, received: list[dict[str, Any]]) -> None:
    assert rule in verdict(*received).by_rule


def test_a_new_friend_hears_no_offer_before_he_knows_us() -> None:
    assert verdict(got(NOON), added=NOON - DAY).by_rule == {"trust": 1}
    assert not verdict(got(NOON, "问候"), added=NOON - DAY).broken
    assert not verdict(got(NOON), added=NOON - 7 * DAY).broken


def test_no_offer_after_an_opt_out_until_he_wants_it_again() -> None:
    words = ((NOON, "退订"), (NOON + 2 * DAY, "恢复推送"))
    assert verdict(got(NOON + DAY), words=words).by_rule == {"opted_out": 1}
    assert not verdict(got(NOON - 1), words=words).broken
    assert not verdict(got(NOON + 3 * DAY), words=words).broken
    assert not verdict(got(NOON + DAY, "问候"), words=words).broken


def test_a_tap_right_after_an_opt_out_is_told_apart_and_a_call_is_not_excused() -> None:
    tapped = verdict(got(NOON + MINUTE), words=((NOON, "退订"),))
    assert (tapped.broken, tapped.late) == ([], {"opted_out": 1})
    assert verdict(got(NOON + MINUTE, channel="kf"), words=((NOON, "退订"),)).broken
    assert verdict(got(NOON + MINUTE + 1), words=((NOON, "退订"),)).broken


def test_no_offer_while_a_complaint_is_open() -> None:
    words = ((NOON, "我要投诉"),)
    settled = got(NOON + 60 * MINUTE, "已经处理好", "kf")
    assert verdict(got(NOON + 30 * MINUTE), settled, words=words).by_rule == {"complaint": 1}
    assert not verdict(settled, got(NOON + 61 * MINUTE), words=words).broken
