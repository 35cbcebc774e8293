-- name: schema
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, msgid TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, created INTEGER NOT NULL, received REAL NOT NULL);

-- name: wal
PRAGMA journal_mode=WAL;

-- name: full
PRAGMA synchronous=FULL;

-- name: add
INSERT OR IGNORE INTO message (msgid, sender, kind, content, created, received)
VALUES (?, ?, ?, ?, ?, ?);

-- name: count
SELECT COUNT(*) FROM message;
