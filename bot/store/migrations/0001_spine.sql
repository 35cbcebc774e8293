-- The spine: what came in, what goes out, and the decisions between them.
-- One text for two engines; the engine fills in $ID (a self-numbering primary key).
-- Times are integer UTC milliseconds, flags are 0/1, JSON is text that no query looks into.

CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    peer TEXT NOT NULL,
    member TEXT,
    mode TEXT NOT NULL DEFAULT 'auto',
    memory TEXT NOT NULL DEFAULT '{}',
    misses INTEGER NOT NULL DEFAULT 0,
    waiting_since BIGINT,
    waiting_for TEXT NOT NULL DEFAULT '',
    -- the kf window: the last message of the customer and what was sent since then
    last_in_at BIGINT,
    sent_since INTEGER NOT NULL DEFAULT 0,
    -- the turn that waits: when its first fragment came, and when it is due
    turn_first_at BIGINT,
    turn_at BIGINT,
    lease TEXT,
    lease_until BIGINT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX conversation_turn ON conversation (turn_at) WHERE turn_at IS NOT NULL;
CREATE INDEX conversation_member ON conversation (member, channel);

CREATE TABLE inbox (
    id $ID,
    conversation TEXT NOT NULL,
    dedupe TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    peer TEXT NOT NULL,
    kind TEXT NOT NULL,
    event TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    sent_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX inbox_open ON inbox (conversation, sent_at, id) WHERE state IN ('new', 'working');
CREATE INDEX inbox_dead ON inbox (id) WHERE state = 'dead';

CREATE TABLE outbox (
    id $ID,
    lane TEXT NOT NULL,
    pool TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    peer TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    origin TEXT NOT NULL,
    persona TEXT NOT NULL,
    persona_version INTEGER NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    content_version INTEGER,
    operator TEXT NOT NULL,
    conversation TEXT NOT NULL DEFAULT '',
    member TEXT,
    dedupe TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    send_at BIGINT NOT NULL,
    expires_at BIGINT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_at BIGINT NOT NULL,
    lease TEXT,
    lease_until BIGINT,
    provider_id TEXT,
    note TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL
);
-- the lane's front row: nothing earlier of the lane may be unfinished
CREATE INDEX outbox_lane ON outbox (lane, send_at, id) WHERE state IN ('ready', 'sending');
CREATE INDEX outbox_due ON outbox (pool, retry_at) WHERE state = 'ready';
CREATE INDEX outbox_leased ON outbox (lease_until) WHERE state = 'sending';
CREATE INDEX outbox_waiting ON outbox (retry_at) WHERE state = 'waiting';
CREATE INDEX outbox_provider ON outbox (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX outbox_conversation ON outbox (conversation, state);

-- The reply log of contract section 4: one row per bubble and recipient.
CREATE TABLE replies (
    id $ID,
    at BIGINT NOT NULL,
    persona TEXT NOT NULL,
    persona_version INTEGER NOT NULL,
    account TEXT NOT NULL,
    channel TEXT NOT NULL,
    member TEXT,
    conversation TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    content_version INTEGER,
    operator TEXT NOT NULL,
    text TEXT NOT NULL,
    status TEXT NOT NULL,
    provider_id TEXT,
    note TEXT NOT NULL DEFAULT '',
    outbox BIGINT NOT NULL,
    peer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX replies_outbox ON replies (outbox, peer);
CREATE INDEX replies_at ON replies (at);
CREATE INDEX replies_member ON replies (member, at);

CREATE TABLE audit (
    id $ID,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    event TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    promo_ok INTEGER NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);

-- What a persona remembers of a member: shared by all its accounts (scope 'persona') or kept to
-- one ('account:…'). What never leaves a conversation stands in the conversation's own row.
CREATE TABLE memory (
    persona TEXT NOT NULL,
    member TEXT NOT NULL,
    scope TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (persona, member, scope)
);

-- Who is a friend of which staff account: one way to reach a member.
CREATE TABLE friend (
    member TEXT NOT NULL,
    account TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    ended_by TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (member, account)
);
CREATE INDEX friend_account ON friend (account, since);

CREATE TABLE chat (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    dismissed_at BIGINT,
    seen_at BIGINT NOT NULL
);

-- Sources that are read by cursor. A callback raises `wanted`; a pull that began at that
-- number sets `served`, so news that arrive during a pull are not forgotten.
CREATE TABLE source (
    id TEXT PRIMARY KEY,
    cursor TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL DEFAULT '',
    token_at BIGINT NOT NULL DEFAULT 0,
    wanted BIGINT NOT NULL DEFAULT 0,
    served BIGINT NOT NULL DEFAULT 0,
    read_at BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT ''
);

-- Links the platform made for us (kf links), by account.
CREATE TABLE link (
    account TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

-- Immutable versions of personas, templates, flows and the calendar; `published` points at one.
CREATE TABLE version (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    author TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);
CREATE TABLE published (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Future work, one row per thing to do. `key` makes it happen once.
CREATE TABLE due (
    id $ID,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'waiting',
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX due_next ON due (at, id) WHERE state = 'waiting';

CREATE TABLE flow_run (
    id $ID,
    key TEXT NOT NULL UNIQUE,
    flow TEXT NOT NULL,
    flow_version INTEGER NOT NULL,
    persona TEXT NOT NULL,
    member TEXT NOT NULL,
    account TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'running',
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX flow_run_member ON flow_run (member, state);

-- Steps that may only leave by a tap: pooled by equal text until they become one bulk task.
CREATE TABLE pooled (
    id $ID,
    key TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    persona TEXT NOT NULL,
    persona_version INTEGER NOT NULL,
    member TEXT NOT NULL,
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    content TEXT NOT NULL,
    content_version INTEGER,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    outbox BIGINT
);
CREATE INDEX pooled_open ON pooled (account, digest) WHERE outbox IS NULL;
