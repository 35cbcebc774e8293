-- Segments: audiences with a name; and whose facts changed without an event, for the sets in memory.

CREATE TABLE segment (
    name TEXT PRIMARY KEY,
    words TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- no: a member's number (member_no). Kept for a day: who follows it looks every minute or begins
-- anew.
CREATE TABLE touched (
    id $ID,
    no BIGINT NOT NULL,
    at BIGINT NOT NULL
);
