"""Lifecycles are tables; what they do not list is an error that names state and event."""

from __future__ import annotations

import pytest

from bot.core.errors import IllegalTransition
from bot.core.lifecycle import MACHINES, advance, sources

STATES = {m: sorted({s for s, _ in t} | set(t.values())) for m, t in MACHINES.items()}
EVENTS = {m: sorted({e for _, e in t}) for m, t in MACHINES.items()}


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_every_pair_is_either_listed_or_refused_by_name(machine: str) -> None:
    for state in STATES[machine]:
        for event in [*EVENTS[machine], "nonsense"]:
            if (state, event) in MACHINES[machine]:
                assert advance(machine, state, event) in STATES[machine]
                continue
            with pytest.raises(IllegalTransition) as caught:
                advance(machine, state, event)
            assert all(repr(word) in str(caught.value) for word in (state, event))
            assert machine in str(caught.value)


def test_an_unknown_machine_or_state_is_refused_too() -> None:
    with pytest.raises(IllegalTransition):
        advance("nothing", "new", "claim")
    with pytest.raises(IllegalTransition):
        advance("inbox", "nowhere", "claim")


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_sources_are_the_states_in_which_an_event_is_legal(machine: str) -> None:
    for event in EVENTS[machine]:
        legal = {state for state in STATES[machine] if (state, event) in MACHINES[machine]}
        assert set(sources(machine, event)) == legal
    assert sources(machine, "nonsense") == ()


@pytest.mark.parametrize(
    ("machine", "last"),
    [("inbox", {"done"}), ("outbox", {"dead", "expired", "cancelled"}), ("conversation", set()),
     ("content", set()), ("campaign", {"stopped"}), ("tap", {"over"})],
)  # fmt: skip
def test_the_states_that_nothing_leaves(machine: str, last: set[str]) -> None:
    assert {s for s in STATES[machine] if not any(k[0] == s for k in MACHINES[machine])} == last


def test_an_unsure_message_is_never_sent_again() -> None:
    found = {t for (s, _), t in MACHINES["outbox"].items() if s == "unsure"}
    assert found == {"sent", "dead", "waiting"}


def test_the_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MACHINES["inbox"][("done", "again")] = "new"  # type: ignore[index]
