"""Who is gone: judged by what one saw oneself, on one's own clock."""

from __future__ import annotations

from bot.core.watch import BEAT, BELIEF, BLINK, GONE, Seen, Watch

STILL = {"tick": Seen("a", 7)}


def watch(watcher: Watch, looks: range, leases: dict[str, Seen]) -> dict[str, Seen]:
    """One look at each of these moments; what the last one found."""
    found: dict[str, Seen] = {}
    for now in looks:
        found = watcher.look(now, now, leases)
    return found


def test_what_stands_still_is_gone_after_six_seconds_and_not_before() -> None:
    watcher = Watch()
    assert watch(watcher, range(0, GONE, BEAT), STILL) == {}
    assert watcher.look(GONE, GONE, STILL) == STILL


def test_whoever_beats_is_never_gone() -> None:
    watcher = Watch()
    for now in range(0, 10 * GONE, BEAT):
        assert watcher.look(now, now, {"tick": Seen("a", now // (2 * BEAT))}) == {}


def test_a_new_holder_is_given_time_of_his_own() -> None:
    watcher = Watch()
    watch(watcher, range(0, GONE, BEAT), STILL)
    assert watch(watcher, range(GONE, 2 * GONE, BEAT), {"tick": Seen("b", 7)}) == {}


def test_a_watcher_who_slept_has_seen_nothing_meanwhile() -> None:
    """The database was away or this machine was: nobody could have beaten, or been seen."""
    watcher = Watch()
    watcher.look(0, 0, STILL)
    later = 10 * GONE
    assert watcher.look(later, later, STILL) == {}
    assert watch(watcher, range(later + BEAT, later + GONE + 1, BEAT), STILL) == STILL


def test_a_slow_look_counts_from_its_end_and_only_to_its_beginning() -> None:
    watcher = Watch()
    watcher.look(0, 2 * BEAT, STILL)
    watch(watcher, range(3 * BEAT, GONE + 2 * BEAT, BEAT), STILL)
    assert watcher.look(GONE + BEAT, GONE + 4 * BEAT, STILL) == {}


def test_a_holder_gives_up_before_anybody_can_take_over() -> None:
    assert 2 * BEAT <= BELIEF <= GONE - 2 * BEAT
    assert BEAT < BLINK < GONE
