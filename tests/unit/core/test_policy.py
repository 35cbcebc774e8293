"""What becomes of a message after one attempt."""

from __future__ import annotations

import pytest

from bot.core.body import Text
from bot.core.lifecycle import advance
from bot.core.model import Later, NeedsHuman, Never, Outbound, Outcome, Sent, Unsure
from bot.core.policy import BACKOFF, MAX_ATTEMPTS, UNKNOWN, backoff, judge

NOW = 1_790_000_000_000
LATER, UNSURE = Later(1_000, "busy"), Unsure("no answer")
FINAL = Unsure("the code is spent", final=True)


def row(attempts: int = 1, channel: str = "kf", kind: str = "reply", **more: object) -> Outbound:
    return Outbound(
        lane="l", pool="reply", channel=channel, account="a", peer="p", kind=kind, body=Text("x"),
        origin="reply:1:0", persona="p", persona_version=1, dedupe="d", send_at=NOW,
        attempts=attempts, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "attempts", "left", "event", "retry_in"),
    [
        # outcome, attempt, ms until it expires (None: never), event, ms until the next attempt
        (Sent("id"), 1, None, "sent", None),
        (Sent("id"), MAX_ATTEMPTS, 0, "sent", None),
        (NeedsHuman("t"), 1, None, "human", 0),
        (NeedsHuman("t"), MAX_ATTEMPTS, 0, "human", 0),
        (Never("48002", "no"), 1, None, "never", None),
        (Never("48002", "no"), MAX_ATTEMPTS, 0, "never", None),
        (LATER, 1, None, "later", 1_000),
        (LATER, 2, None, "later", 2_000),
        (LATER, MAX_ATTEMPTS - 1, None, "later", 900_000),
        (LATER, MAX_ATTEMPTS, None, "never", None),
        (LATER, MAX_ATTEMPTS + 1, None, "never", None),
        (LATER, 1, 1_001, "later", 1_000),
        (LATER, 1, 1_000, "expire", None),
        (LATER, 1, 0, "expire", None),
        (LATER, MAX_ATTEMPTS, 500, "expire", None),
        (Later(60_000, "45009"), 1, None, "later", 60_000),
        (Later(60_000, "45009"), 1, 60_000, "expire", None),
        (UNSURE, 1, None, "repeat", 1_000),
        (UNSURE, 3, None, "repeat", 5_000),
        (UNSURE, MAX_ATTEMPTS, None, "unsure", None),
        (UNSURE, 1, 1_000, "unsure", None),
        (UNSURE, 1, 1_001, "repeat", 1_000),
        (FINAL, 1, None, "unsure", None),
        (FINAL, MAX_ATTEMPTS, 0, "unsure", None),
    ],
)
def test_judge_of_a_repeatable_message(
    outcome: Outcome, attempts: int, left: int | None, event: str, retry_in: int | None
) -> None:
    expires = None if left is None else NOW + left
    verdict = judge(row(attempts, expires_at=expires), outcome, NOW)
    assert verdict.event == event
    assert verdict.retry_at == (0 if retry_in is None else NOW + retry_in)
    advance("outbox", "sending", verdict.event)


@pytest.mark.parametrize(
    ("channel", "kind", "event"),
    [
        ("kf", "reply", "repeat"),
        ("kf", "care", "repeat"),
        ("kf", "staff", "repeat"),
        ("kf", "welcome", "repeat"),
        ("contact", "welcome", "repeat"),
        # no id of ours goes with these: a second call could be a second message
        ("contact", "care", "unsure"),
        ("contact", "promo", "unsure"),
        ("group", "group_post", "unsure"),
        ("moment", "moment", "unsure"),
        ("webhook", "group_post", "unsure"),
        ("app", "notice", "unsure"),
    ],
)
def test_only_what_the_platform_recognises_is_repeated(channel: str, kind: str, event: str) -> None:
    assert judge(row(channel=channel, kind=kind), UNSURE, NOW).event == event


def test_what_was_sent_keeps_its_id_and_its_note() -> None:
    verdict = judge(row(), Sent("m1", note="the first attempt had arrived"), NOW)
    assert (verdict.provider_id, verdict.note) == ("m1", "the first attempt had arrived")
    assert judge(row(), NeedsHuman("task1"), NOW).provider_id == "task1"


def test_a_note_says_why() -> None:
    assert judge(row(), Never("48002", "not callable"), NOW).note == "48002: not callable"
    assert judge(row(), LATER, NOW).note == "busy"
    assert judge(row(), UNSURE, NOW).note == f"{UNKNOWN}no answer"
    assert judge(row(MAX_ATTEMPTS), LATER, NOW).note == f"busy; {MAX_ATTEMPTS} attempts"
    assert judge(row(expires_at=NOW), LATER, NOW).note == "busy; no time left"


@pytest.mark.parametrize(
    ("attempts", "left", "event"),
    [(2, None, "later"), (2, 1_000, "unsure"), (MAX_ATTEMPTS, None, "unsure")],
)
def test_an_unknown_fate_is_not_forgotten_when_a_later_attempt_is_put_off(
    attempts: int, left: int | None, event: str
) -> None:
    """The first call may have arrived: a busy answer to the second does not change that."""
    expires = None if left is None else NOW + left
    unknown = row(attempts, note=f"{UNKNOWN}no answer", expires_at=expires)
    verdict = judge(unknown, LATER, NOW)
    assert verdict.event == event
    assert verdict.note.startswith(UNKNOWN)


def test_an_unknown_fate_does_not_become_a_refusal() -> None:
    unknown = row(2, note=f"{UNKNOWN}no answer")
    assert judge(unknown, Never("95018", "held by a person"), NOW).event == "unsure"


def test_the_waits_grow_and_then_stay() -> None:
    waits = [backoff(n) for n in range(len(BACKOFF) + 3)]
    assert waits == sorted(waits)
    assert waits[0] == waits[1] == 1_000
    assert waits[-1] == waits[-2] == 900_000
