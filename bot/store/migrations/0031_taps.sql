-- What becomes of a task until its owner taps, beside its row in the outbox: how long he has, when
-- he and the lead were told, how many it has reached, and how it is taken back.

CREATE TABLE tap (
    outbox BIGINT PRIMARY KEY,
    account TEXT NOT NULL,
    channel TEXT NOT NULL,
    persona TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    -- since when somebody could tap it; NULL while the platform does not have it for sure
    opened_at BIGINT,
    -- since when the first of its chain could be tapped, the nights left out
    since BIGINT NOT NULL DEFAULT 0,
    deadline_at BIGINT,
    -- when something is to be done about it; NULL: nothing before the platform says something new
    next_at BIGINT,
    reminded INTEGER NOT NULL DEFAULT 0,
    reminded_at BIGINT,
    escalated_at BIGINT,
    -- receivers on the platform's list, those whom it has reached, those whom it could not reach
    targets INTEGER NOT NULL DEFAULT 0,
    covered INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    -- it was made again: the row before this one and the row after it
    generation INTEGER NOT NULL DEFAULT 1,
    made_from BIGINT,
    made_into BIGINT,
    -- how it is taken back: what becomes of its row, why, who wished it, when it is made again (NULL:
    -- never), without whom (member and reason code), and how many tries that took
    ends TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL DEFAULT '',
    again_at BIGINT,
    drops TEXT NOT NULL DEFAULT '{}',
    pulled_at BIGINT,
    -- since when the platform lets nobody tap it; what was tapped before is asked after that
    stopped_at BIGINT,
    tries INTEGER NOT NULL DEFAULT 0,
    -- why it could not be taken back yet
    trouble TEXT NOT NULL DEFAULT '',
    closed_at BIGINT
);
CREATE INDEX tap_next ON tap (next_at) WHERE state <> 'over';
CREATE INDEX tap_account ON tap (account, outbox);
CREATE INDEX tap_standing ON tap (outbox) WHERE state <> 'over';
-- members who are on a task that waits: few, and looked at every few seconds
CREATE INDEX replies_tap ON replies (member) WHERE status = 'waiting_tap';
-- steps of flows that became a task, found when the task is made again
CREATE INDEX pooled_tapped ON pooled (outbox) WHERE outbox IS NOT NULL;
CREATE INDEX tap_closed ON tap (closed_at) WHERE state = 'over';
-- the few whose nights are not those of the company
CREATE INDEX member_abroad ON member (id) WHERE zone <> '';
