-- A language model as an option: how often it was asked on a day, what a talk was about, and its
-- drafts. Additive; while the model is off only the index of the inbox costs anything.

CREATE TABLE model_use (
    day TEXT PRIMARY KEY,
    requests INTEGER NOT NULL
);

CREATE INDEX inbox_talk ON inbox (conversation, id);
CREATE INDEX outbox_draft ON outbox (id) WHERE state = 'draft';
