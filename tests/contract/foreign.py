"""Databases that are not ours, by what is odd about them: sentences that either engine takes."""

from __future__ import annotations

FOREIGN = {
    "another program's tables": ("CREATE TABLE users (id INTEGER)",),
    "a ledger of another program": ("CREATE TABLE migration (id INTEGER)", "CREATE TABLE owner (who TEXT)"),
    "the same shape, another owner": (
        "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT, applied_at BIGINT)",
        "CREATE TABLE owner (name TEXT PRIMARY KEY)", "INSERT INTO owner VALUES ('mautrix')"),
}  # fmt: skip
