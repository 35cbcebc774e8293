-- A language model as an option: how often it was asked on a day, and its drafts.

CREATE TABLE model_use (
    day TEXT PRIMARY KEY,
    requests INTEGER NOT NULL
);

CREATE INDEX outbox_draft ON outbox (id) WHERE state = 'draft';
