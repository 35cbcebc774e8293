-- The atmosphere team of a circle: who has a shift when (content/atmosphere), what he is prompted
-- for; how each group was, week by week; and what was said that somebody has to look at.

-- One colleague's shift. id: CIRCLE/SHIFT@LOCAL TIME/USERID of the plan; userid: who has it now;
-- told_at: it began and he was told.
CREATE TABLE atmosphere_shift (
    id TEXT PRIMARY KEY,
    circle TEXT NOT NULL,
    shift TEXT NOT NULL,
    planned TEXT NOT NULL,
    userid TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    version INTEGER NOT NULL,
    told_at BIGINT
);
CREATE INDEX atmosphere_shift_since ON atmosphere_shift (since);

-- Something a colleague is asked to do in his shift. ask: activity, say, unanswered, birthday,
-- silent; about: whom it concerns, or empty; text: what he may say; chats: ids of the groups.
CREATE TABLE atmosphere_prompt (
    id $ID,
    shift TEXT NOT NULL,
    key TEXT NOT NULL,
    circle TEXT NOT NULL,
    userid TEXT NOT NULL,
    ask TEXT NOT NULL,
    about TEXT,
    conversation TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    content_version INTEGER,
    persona TEXT NOT NULL DEFAULT '',
    chats TEXT NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    closed_at BIGINT,
    closed_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (shift, key)
);
CREATE INDEX atmosphere_prompt_open ON atmosphere_prompt (userid, at) WHERE state = 'open';
CREATE INDEX atmosphere_prompt_at ON atmosphere_prompt (at);
CREATE INDEX atmosphere_prompt_about ON atmosphere_prompt (about, at) WHERE about IS NOT NULL;

-- How a group was in a week (of Monday, 2026-11-23), as it was measured then. figures: JSON.
CREATE TABLE group_health (
    chat TEXT NOT NULL,
    week TEXT NOT NULL,
    figures TEXT NOT NULL,
    score INTEGER,
    measured INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (chat, week)
) $CLUSTERED;

-- What a rule found in what somebody said. source: dedupe of the message, or of the event of an
-- entry: it makes one case at most. spot: group, internal, entry or kf; place: the chat, the run or
-- the conversation; reminded_at: he was told in private; held: why he was not.
CREATE TABLE moderation (
    id $ID,
    source TEXT NOT NULL UNIQUE,
    spot TEXT NOT NULL,
    place TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    persona TEXT NOT NULL DEFAULT '',
    member TEXT,
    staff TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL,
    found TEXT NOT NULL,
    text TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    reminded_at BIGINT,
    held TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX moderation_open ON moderation (at) WHERE state IN ('waiting', 'escalated');
CREATE INDEX moderation_member ON moderation (member, at);
CREATE INDEX moderation_staff ON moderation (staff, at) WHERE staff <> '';

-- When somebody said his last words in a place, in UTC ms: what a flood is told by.
CREATE TABLE moderation_burst (
    place TEXT NOT NULL,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    times TEXT NOT NULL,
    PRIMARY KEY (place, member)
) $CLUSTERED;
CREATE INDEX moderation_burst_at ON moderation_burst (at);
