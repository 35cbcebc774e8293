-- Whom a note names. seen_at: he has looked into the conversation since.
CREATE TABLE mention (
    note BIGINT NOT NULL,
    login TEXT NOT NULL,
    conversation TEXT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (note, login)
);
CREATE INDEX mention_open ON mention (login, conversation) WHERE seen_at IS NULL;
