"""States change only by named queries, each of which belongs to a lifecycle and leaves a trail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from bot.core.lifecycle import MACHINES
from bot.store.sql import migrations, queries
from bot.store.tables import CARRIED, LEFT_OUT
from tests.architecture.source import Function, Module, modules

# The column in which each lifecycle keeps its state.
LIFECYCLES = {"inbox": ("inbox", "state"), "outbox": ("outbox", "state"),
              "conversation": ("conversation", "mode"),
              "content": ("review", "state"), "campaign": ("campaign", "state"),
              "tap": ("tap", "state"), "due": ("due", "state"),
              "flow_run": ("flow_run", "state"), "activity_run": ("activity_run", "state"),
              "mission": ("mission_take", "state"),
              "reward_grant": ("reward_grant", "state"),
              "prompt": ("atmosphere_prompt", "state"),
              "moderation": ("moderation", "state")}  # fmt: skip

# Every query that sets a state, and the lifecycle that allows it.
CHANGES = {
    "inbox_lose": "inbox",
    "inbox_take": "inbox",
    "inbox_finish": "inbox",
    "inbox_give_up": "inbox",
    "inbox_set_aside": "inbox",
    "inbox_again": "inbox",
    "inbox_dismiss": "inbox",
    "outbox_claim": "outbox",
    "outbox_finish": "outbox",
    "outbox_pace": "outbox",
    "outbox_move": "outbox",
    "draft_approve": "outbox",
    "conversation_mode": "conversation",
    "review_move": "content",
    "campaign_move": "campaign",
    "tap_move": "tap",
    "tap_pull": "tap",
    "due_done": "due",
    "due_drop": "due",
    "due_drop_ids": "due",
    "due_drop_run": "due",
    "due_drop_steps": "due",
    "due_overdue": "due",
    "flow_end": "flow_run",
    "activity_run_move": "activity_run",
    "grant_move": "reward_grant",
    "atmosphere_prompt_move": "prompt",
    "moderation_move": "moderation",
}
# Columns named ``state`` that are no lifecycle, with the reason.
PLAIN = {
    "application": "derived: the log holds what changed it",
    "entry": "derived from the event log, which is its trail",
    "ballot": "the same",
    "helping": "the same",
    "seed": "the same",
    "friend": "the code of the contact way, as the platform calls it",
    "purchase": "derived from the event log, which is its trail",
    "recipient": "a ledger: what goes to a recipient has its trail as a row of the outbox",
}
# the second is the benchmark's floor, which is a claim and nothing else
PLAIN_CHANGES = {
    "friend_add", "bench_due_claim", "entry_put", "ballot_put", "helping_put",
    "recipient_ripe", "recipient_put", "recipient_close", "recipient_doubt", "recipient_again",
    "recipient_moved", "recipient_back", "recipient_settle", "recipient_undelivered",
}  # fmt: skip

_SET = re.compile(r"\bSET\b(.*?)(?:\bWHERE\b|\bRETURNING\b|\Z)", re.S)


def _columns_set(sql: str) -> set[str]:
    return set(re.findall(r"(?:^|,)\s*(\w+)\s*=", " , ".join(_SET.findall(sql))))


def _tables_with_state() -> set[str]:
    text = "\n".join(sql for _, _, sql in migrations())
    tables = re.findall(r"CREATE TABLE (\w+) \((.*?)\n\)[^;]*;", text, re.S)
    return {name for name, body in tables if re.search(r"^\s*(state|mode) ", body, re.M)}


def test_every_table_with_a_state_is_a_lifecycle_or_says_why_not() -> None:
    lifecycles = {table for table, _ in LIFECYCLES.values()}
    assert _tables_with_state() == lifecycles | PLAIN.keys()
    assert set(MACHINES) == LIFECYCLES.keys()


def test_every_query_that_sets_a_state_is_listed() -> None:
    found = {name for name, sql in queries().items() if _columns_set(sql) & {"state", "mode"}}
    assert found == CHANGES.keys() | PLAIN_CHANGES


def test_a_listed_query_changes_the_table_of_its_lifecycle() -> None:
    for name, machine in CHANGES.items():
        table, column = LIFECYCLES[machine]
        assert re.search(rf"UPDATE {table}\b", queries()[name]), name
        assert column in _columns_set(queries()[name]), name


def test_a_state_is_never_changed_without_naming_the_state_before() -> None:
    """A change that does not look at the state before can break the lifecycle silently."""
    for name, machine in CHANGES.items():
        column = LIFECYCLES[machine][1]
        condition = queries()[name].partition("WHERE")[2]
        assert re.search(rf"\b{column} = |COALESCE\({column}, ''\) = ", condition), name


def test_every_table_is_carried_by_a_backup_or_left_out_for_a_reason() -> None:
    """Whoever adds a table decides whether it is the business or the state of processes."""
    made = {name for _, _, sql in migrations() for name in re.findall(r"CREATE TABLE (\w+)", sql)}
    assert made <= set(CARRIED) | LEFT_OUT.keys(), "name it in bot/store/tables.py"
    assert len(CARRIED) == len(set(CARRIED)), "what stands twice is copied twice"
    assert set(CARRIED) <= made, "a carried table that no migration makes"
    assert not set(CARRIED) & LEFT_OUT.keys() and all(LEFT_OUT.values())


def test_a_deletion_never_takes_the_last_row_of_a_numbered_table() -> None:
    """SQLite gives its id to the next row, and replies and audit would then mean that one."""
    for name, sql in queries().items():
        table = re.search(r"DELETE FROM (\w+)", sql)
        if table and name.startswith("retention_"):
            assert f"id < (SELECT MAX(id) FROM {table[1]})" in sql, name


def _queries_run(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        named = isinstance(node.args[0], ast.Constant)
        if named and re.fullmatch(r"tx\.(run|rows?|many|each)", ast.unparse(node.func)):
            yield str(node.args[0].value)


def _writes_audit(function: Function) -> bool:
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        for node in ast.walk(function)
    )


def test_whoever_changes_a_state_writes_the_trail_in_the_same_function() -> None:
    silent = [
        f"{source.path}: {function.name} runs {query}"
        for source in modules("bot", "scheduler")
        for function in source.functions()
        for query in _queries_run(function)
        if query in CHANGES and not _writes_audit(function)
    ]
    assert not silent, "\n".join(silent)


def test_queries_are_run_only_in_the_store_and_exist() -> None:
    def used(source: Module) -> set[str]:
        return {query for function in source.functions() for query in _queries_run(function)}

    outside = {s.path: used(s) for s in modules("bot", "scheduler")
               if not s.name.startswith("bot.store") and used(s)}  # fmt: skip
    assert not outside
    unknown = {q for s in modules("bot/store") for q in used(s)} - queries().keys()
    assert not unknown


def test_what_was_approved_or_published_is_never_updated() -> None:
    found = {name for name, sql in queries().items()
             if re.search(r"UPDATE version\b|DELETE FROM (version|audit|replies)\b", sql)
             or re.search(r"UPDATE audit\b", sql)}  # fmt: skip
    # what config.toml says is old enough may go, with its time in the sentence; of a person who is
    # erased the words about him
    assert found == {"retention_audit", "retention_replies", "erased_trail"}
    assert all("at < :before" in queries()[name] for name in found - {"erased_trail"})


def test_an_event_is_never_changed_but_by_erasing_whom_it_is_about() -> None:
    found = {name for name, sql in queries().items()
             if re.search(r"UPDATE event\b|DELETE FROM event\b", sql)}  # fmt: skip
    gone = {name for name in found if "at < :before" in queries()[name]}
    assert gone == {"retention_event"}
    assert found - gone and all(name.startswith("erased_") for name in found - gone), found


def test_no_query_leaves_the_common_dialect() -> None:
    """One text for two engines: named parameters, and no statement that only one engine knows."""
    foreign = re.compile(
        r"\?|INSERT OR |ON CONFLICT DO|datetime\(|strftime\(|json_|->>|ROWID|CURRENT_|\bNOW\(|RANDOM\(",
        re.I,
    )
    assert not [name for name, sql in queries().items() if foreign.search(sql)]
