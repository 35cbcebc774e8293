"""Memory: bounded, and nothing crosses a scope that the policy does not open."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.persona import memory
from bot.persona.persona import MemoryPolicy

POLICY = MemoryPolicy(account=("shelf",), conversation=("order_no",), limit=3)
NAMES = st.sampled_from(["order_no", "shelf", "taste", "city", "size", "birthday"])


@given(st.dictionaries(NAMES, st.text(max_size=9)), st.dictionaries(NAMES, st.integers(1, 9)))
def test_split_and_join_are_inverse_and_keep_scopes_apart(
    facts: dict[str, str], seen: dict[str, int]
) -> None:
    whole = memory.saw(memory.learn({"seen": seen, "away": "2026-11-19"}, facts, POLICY), "a")
    parts = memory.split(whole, POLICY)
    assert memory.join(parts) == whole
    assert set(parts["conversation"].get("facts", {})) <= {"order_no"}
    assert set(parts["account"].get("facts", {})) <= {"shelf"}
    assert not {"order_no", "shelf"} & set(parts["persona"].get("facts", {}))
    assert parts["persona"]["seen"] == whole["seen"]
    assert parts["conversation"]["away"] == "2026-11-19"


def test_the_oldest_fact_of_a_full_scope_is_forgotten() -> None:
    kept: dict[str, object] = {}
    for name in "abcd":
        kept = memory.learn(kept, {name: name * 999, "order_no": "1"}, POLICY)
    assert memory.facts(kept).keys() == {"b", "c", "d", "order_no"}
    assert max(map(len, memory.facts(kept).values())) == memory.FACT_MAX


def test_counts_are_bounded_and_never_change_what_they_came_from() -> None:
    first = memory.saw({}, "a")
    kept = first
    for number in range(memory.SEEN_MAX):
        kept = memory.saw(kept, str(number))
    assert memory.times_seen(first, "a") == 1
    assert memory.times_seen(kept, "a") == 0
    assert len(kept["seen"]) == memory.SEEN_MAX
