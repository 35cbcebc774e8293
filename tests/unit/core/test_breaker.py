"""The circuit breaker."""

from bot.core.breaker import Breaker


def test_it_opens_after_failures_in_a_row_and_lets_one_try_after_the_rest() -> None:
    breaker = Breaker(2, 1_000)
    breaker.note(False, 0)
    breaker.note(True, 1)
    breaker.note(False, 2)
    assert breaker.admits(3) and breaker.state(3) == "ok"
    breaker.note(False, 4)
    assert not breaker.admits(5) and breaker.state(5) == "resting"
    assert breaker.admits(1_004) and not breaker.admits(1_005)
    breaker.note(False, 1_006)
    assert not breaker.admits(2_000)
    assert breaker.admits(2_006)
    breaker.note(True, 2_007)
    assert breaker.admits(2_008) and breaker.admits(2_008)
