-- Campaigns: each time one takes place is a run, and whom it reaches stands in the run's ledger.

-- step: the occurrence (20261218T1000; of a live session also which of its two messages). cursor:
-- the last member that planning has looked at; seen: how many it has. released, released_at: what
-- was handed over at the present pace, handed: what altogether.
-- sent_then, failed_then: what stood there when somebody let the run go on.
CREATE TABLE campaign (
    id $ID,
    name TEXT NOT NULL,
    step TEXT NOT NULL,
    version INTEGER NOT NULL,
    persona TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    cursor TEXT NOT NULL DEFAULT '',
    seen INTEGER NOT NULL DEFAULT 0,
    started_at BIGINT,
    planned_at BIGINT,
    ended_at BIGINT,
    wake_at BIGINT NOT NULL DEFAULT 0,
    released INTEGER NOT NULL DEFAULT 0,
    released_at BIGINT NOT NULL DEFAULT 0,
    handed INTEGER NOT NULL DEFAULT 0,
    sent_then INTEGER NOT NULL DEFAULT 0,
    failed_then INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX campaign_step ON campaign (name, step, version);
CREATE INDEX campaign_open ON campaign (at) WHERE state IN ('approved', 'running');

-- One recipient of one run: a member, of posts a group or an account. code: why it is out, waits or
-- came to nothing. at: when that was decided; of a row that waits, when it is looked at again.
-- lot: who comes first. tries: how often it was handed over; moved 1: to another account already.
CREATE TABLE recipient (
    run BIGINT NOT NULL,
    member TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    channel TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    lot INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    moved INTEGER NOT NULL DEFAULT 0,
    outbox BIGINT,
    PRIMARY KEY (run, member)
) $CLUSTERED;
-- how many of each, counted from the index alone
CREATE INDEX recipient_fate ON recipient (run, state, code);
CREATE INDEX recipient_pending ON recipient (run, channel, account, lot) WHERE state = 'pending';
CREATE INDEX recipient_later ON recipient (run, at) WHERE state = 'later';
-- what is on its way: whose results are read, and whose task may be made again
CREATE INDEX recipient_out ON recipient (outbox) WHERE state IN ('queued', 'unsure');
