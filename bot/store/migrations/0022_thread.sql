-- Words of staff that the guard stopped and that a lead is asked about, in a note. found: what the
-- guard said, as JSON. outbox: the row with which they left, 0 when the lead said no.
CREATE TABLE appeal (
    note BIGINT PRIMARY KEY,
    conversation TEXT NOT NULL,
    staff TEXT NOT NULL,
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    found TEXT NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    outbox BIGINT NOT NULL DEFAULT 0
) $CLUSTERED;
