"""What is remembered of a member: scopes in the store, and who waits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.persona import memory
from bot.persona.persona import MemoryPolicy
from bot.store import conversations, outbox, turns
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, answer, claim_turns, hear, nothing_said, said

FACTS = ("tea", "city", "pet")
SCOPES = st.sampled_from(memory.SCOPES)
_count = iter(range(10**9))


def learn(db: Bench, account: str, member: str, policy: MemoryPolicy, fact: str) -> dict[str, str]:
    """One turn in which a fact is told, as the pipeline does it; what was known before."""
    number = next(_count)
    hear(db, replace(said(number, peer=member), account=account))
    [held] = claim_turns(db)
    stored = held.memories.get("p", {})
    own = f"account:{account}"
    whole = memory.join({"persona": stored.get("persona", {}), "account": stored.get(own, {}),
                         "conversation": held.conversation.memory})  # fmt: skip
    note = memory.Note(at=NOW, source=str(number))
    parts = memory.split(memory.learn(whole, {fact: f"{member}{account}"}, policy, note), policy)
    db.write(turns.finish, held, nothing_said(
        memory=parts["conversation"], persona="p",
        shared={"persona": parts["persona"], own: parts["account"]}), NOW)  # fmt: skip
    return memory.facts(whole)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scopes=st.fixed_dictionaries(dict.fromkeys(FACTS, SCOPES)),
    moves=st.lists(st.tuples(st.sampled_from(["wk1", "wk2"]), st.sampled_from(["a", "b"]),
                             st.sampled_from(FACTS)), max_size=8),
)  # fmt: skip
def test_stored_facts_stay_in_their_scope(
    db: Bench, scopes: dict[str, str], moves: list[tuple[str, str, str]]
) -> None:
    policy = MemoryPolicy(**{s: tuple(n for n in FACTS if scopes[n] == s) for s in memory.SCOPES})
    run = str(next(_count))
    told: list[tuple[str, str, str]] = []
    for account, letter, fact in moves:
        member = f"{letter}{run}"
        seen = learn(db, account, member, policy, fact)
        for name in seen:
            shared = scopes[name] == "persona"
            assert any(n == name and m == member and (shared or a == account)
                       for a, m, n in told)  # fmt: skip
            assert seen[name].startswith(member)
        told.append((account, member, fact))


def test_somebody_waits_once_and_only_where_the_persona_speaks(db: Bench) -> None:
    hear(db, said(1))
    [held] = claim_turns(db)
    db.write(turns.finish, held, nothing_said(), NOW)
    assert db.write(conversations.wait, TALK, NOW + 5, "夜里留的话")
    assert not db.write(conversations.wait, TALK, NOW + 9, "again")
    row = db.read(conversations.get, TALK)
    assert row and (row["waiting_since"], row["waiting_for"]) == (NOW + 5, "夜里留的话")
    assert not db.read(conversations.answered_by_person, row, NOW)
    db.write(outbox.note_said, answer(1, operator="lin.xi"), NOW + 6)
    assert db.read(conversations.answered_by_person, row, NOW)
    assert not db.read(conversations.answered_by_person, row, NOW + 7)
