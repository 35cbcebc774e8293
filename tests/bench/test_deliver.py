"""A short run of ``deliver``: the stub saw each message once, and the records say so."""

from __future__ import annotations

from typing import Any

import pytest

from bot.bench import deliver
from bot.bench.deliver import Plan, Senders
from bot.bench.frame import BenchFailed

TINY = Plan(rounds=1, messages=120, slow_ms=1)


def test_every_message_is_delivered_once_and_logged() -> None:
    said: list[str] = []
    found = {result.name: result for result in deliver.measure(said.append, TINY)}
    assert list(found) == ["deliver", "deliver.rows", "deliver.slow_disk"] and len(said) == 2
    assert all(result.value > 0 and result.floor > 0 for result in found.values())
    # a round of each of three, and one that is timed
    assert found["deliver"].detail["delivered"] == 4 * TINY.messages
    shares = ("claim_us", "finish_us", "replies_us", "audit_us", "events_us", "commit_us",
              "rows_us")  # fmt: skip
    assert all(float(found["deliver.rows"].detail[share]) > 0 for share in shares)
    assert {"gateway_us", "guard_us"} <= found["deliver"].detail.keys()


class Answers:
    """A process that gives prepared answers."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def ask(self, **_: Any) -> dict[str, Any]:
        return self._answer


GOOD = {"seconds": 1.0, "cpu": 0.1, "said": {"sent": 10}}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (GOOD, {"calls": 11, "messages": 10}),
        (GOOD, {"calls": 9, "messages": 9}),
        (GOOD | {"said": {"sent": 9, "queued": 1}}, {"calls": 10, "messages": 10}),
    ],
)
def test_a_lost_doubled_or_unlogged_message_is_no_result(
    sent: dict[str, Any], seen: dict[str, Any]
) -> None:
    senders = Senders(Answers(sent), Answers(seen), 1, 10)  # type: ignore[arg-type]
    with pytest.raises(BenchFailed, match="10 messages"):
        senders.on("ours")()
