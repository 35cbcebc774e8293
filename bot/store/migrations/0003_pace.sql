-- What all processes count together: rates, reply windows, one-time codes, consents.

-- Slots of a rate: a message takes one, and it is free again at next_at.
CREATE TABLE pace (
    key TEXT NOT NULL,
    slot INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (key, slot)
);

-- What an official account may still say to a follower, by what opened the window.
CREATE TABLE allowance (
    conversation TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    until BIGINT NOT NULL,
    remaining INTEGER NOT NULL,
    PRIMARY KEY (conversation, opened_by)
);

-- Codes with which a template card may be changed: 72 hours, once.
CREATE TABLE card_code (
    code TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    task_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX card_code_task ON card_code (app, task_id, until);
CREATE INDEX card_code_until ON card_code (until);

-- Who agreed to being archived, or did not; the latest word counts.
CREATE TABLE archive_consent (
    member TEXT PRIMARY KEY,
    agreed INTEGER NOT NULL,
    at BIGINT NOT NULL
);
