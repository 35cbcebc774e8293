"""What an errcode means for a send."""

from __future__ import annotations

import pytest

from bot.core.model import Later, Never, Unsure
from bot.wecom.errors import LATER, NEVER, REFRESH_ONCE, ApiError, CallFailed, outcome_of


@pytest.mark.parametrize(
    ("code", "after"),
    [(-1, 2_000), (6000, 2_000), (45009, 60_000), (45033, 300), (41063, 60_000), (40001, 30_000),
     (40014, 1_000), (42001, 1_000), (60020, 300_000), (50003, 300_000)],
)  # fmt: skip
def test_what_passes_by_itself_is_tried_later(code: int, after: int) -> None:
    outcome = outcome_of(ApiError("kf/send_msg", code, "hint"))
    assert isinstance(outcome, Later)
    assert outcome.after == after
    assert outcome.why.startswith(f"{code}: ")


@pytest.mark.parametrize("code", [40003, 40058, 40096, 41050, 41051, 48002, 84061, 93000, 95001,
                                  95002, 95013, 95018])  # fmt: skip
def test_what_is_refused_for_good_is_never_tried_again(code: int) -> None:
    outcome = outcome_of(ApiError("kf/send_msg", code, "errmsg of the platform"))
    assert outcome == Never(str(code), NEVER[code])


def test_an_unknown_code_is_never_with_the_platforms_own_words_cut_short() -> None:
    outcome = outcome_of(ApiError("kf/send_msg", 987654, "strange " * 100))
    assert isinstance(outcome, Never)
    assert outcome.code == "987654"
    assert outcome.why.startswith("strange ")
    assert len(outcome.why) <= 200


def test_no_code_is_both_later_and_never() -> None:
    assert not LATER.keys() & NEVER.keys()
    assert LATER.keys() >= REFRESH_ONCE


def test_every_reason_is_a_sentence_and_every_wait_is_bounded() -> None:
    assert all(why and not why.endswith(".") for why in NEVER.values())
    assert all(0 < after <= 300_000 and why for after, why in LATER.values())


def test_a_call_that_did_not_arrive_is_tried_later() -> None:
    outcome = outcome_of(CallFailed("kf/send_msg", "not connected", arrived=False))
    assert isinstance(outcome, Later)
    assert outcome.after == 1_000


def test_a_call_that_may_have_arrived_is_unsure_and_may_still_be_asked_again() -> None:
    outcome = outcome_of(CallFailed("kf/send_msg", "no answer", arrived=True))
    assert outcome == Unsure("kf/send_msg: no answer")
    assert not outcome.final
