-- Figures: what staff ask about many days, summed up beforehand, and what leaves no row elsewhere.

-- what a member wrote, in the order of time; read without the table
CREATE INDEX inbox_heard ON inbox (received_at, conversation) WHERE kind <> 'event';

-- One thing that is counted and that nothing else remembers. what: handoff (code: docs/handoff.md),
-- opt_out.
CREATE TABLE figure_event (
    id $ID,
    at BIGINT NOT NULL,
    conversation TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    persona TEXT NOT NULL,
    what TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT ''
);
CREATE INDEX figure_event_at ON figure_event (at);

-- A stretch of time that is summed up: a day of the corp's zone, or a quarter of an hour of the last
-- days. stale: how often rows of it came or changed since.
CREATE TABLE figure_piece (
    begins BIGINT PRIMARY KEY,
    ends BIGINT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0
);

-- What was counted in one of them. code: the reason of a hand-off, the length of a wait.
CREATE TABLE figure_sum (
    begins BIGINT NOT NULL,
    persona TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (begins, persona, channel, account, person, name, code)
) $CLUSTERED;

-- How far each table was looked through for rows that came late.
CREATE TABLE figure_mark (
    name TEXT PRIMARY KEY,
    before BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    at BIGINT NOT NULL
);
