-- What stands around the staff inbox: the rota, alarms, satisfaction, people who are kept out.

-- Who is on duty when. kind: weekly (weekday, minutes of the local day), once and away (ms).
-- covers: personas and channel:account with a space between them, empty for all.
CREATE TABLE shift (
    id $ID,
    login TEXT NOT NULL,
    kind TEXT NOT NULL,
    weekday INTEGER NOT NULL DEFAULT 0,
    opens INTEGER NOT NULL DEFAULT 0,
    closes INTEGER NOT NULL DEFAULT 0,
    begins_at BIGINT NOT NULL DEFAULT 0,
    ends_at BIGINT NOT NULL DEFAULT 0,
    covers TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    gone_by TEXT NOT NULL DEFAULT '',
    gone_at BIGINT
);
CREATE INDEX shift_now ON shift (kind, ends_at) WHERE gone_at IS NULL;

-- Somebody waits too long. since: waiting_since of the conversation, which names the episode.
-- level: 1 whoever is on duty was told, 2 the lead.
CREATE TABLE alarm (
    id $ID,
    conversation TEXT NOT NULL,
    since BIGINT NOT NULL,
    level INTEGER NOT NULL,
    at BIGINT NOT NULL,
    cleared_at BIGINT,
    UNIQUE (conversation, since, level)
);
CREATE INDEX alarm_open ON alarm (since, id) WHERE cleared_at IS NULL;

-- How it was, in the member's words. score: 1 to 5, NULL as long as he has not said.
CREATE TABLE rating (
    id $ID,
    conversation TEXT NOT NULL,
    member TEXT NOT NULL,
    persona TEXT NOT NULL,
    account TEXT NOT NULL,
    staff TEXT NOT NULL,
    score INTEGER,
    words TEXT NOT NULL DEFAULT '',
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    -- the question in the outbox
    outbox BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX rating_member ON rating (member, asked_at);
CREATE INDEX rating_at ON rating (asked_at, id);
CREATE INDEX rating_open ON rating (conversation, id) WHERE answered_at IS NULL;
CREATE INDEX rating_talk ON rating (conversation, asked_at);

-- Who does not want to be asked.
CREATE TABLE rating_refused (
    member TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Who was kept out of a conversation, by whom, why, and until when. promo: 1 when promotion was
-- welcome before.
CREATE TABLE block (
    id $ID,
    conversation TEXT NOT NULL,
    member TEXT,
    staff TEXT NOT NULL,
    reason TEXT NOT NULL,
    promo INTEGER NOT NULL DEFAULT 0,
    at BIGINT NOT NULL,
    lifted_by TEXT NOT NULL DEFAULT '',
    lifted_why TEXT NOT NULL DEFAULT '',
    lifted_at BIGINT
);
CREATE INDEX block_open ON block (conversation) WHERE lifted_at IS NULL;
