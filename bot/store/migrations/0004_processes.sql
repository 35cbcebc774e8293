-- Any number of processes on one database: who leads what, and the tokens they share.

-- The holder raises `beat`; whoever sees a beat stand still for long enough takes over. No time of
-- any machine is written down, so no two clocks are ever compared.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);

-- Access tokens, sealed with a key that is made from the secret they were fetched with.
CREATE TABLE token (
    id TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    until BIGINT NOT NULL
);

-- In the order of the claim: many rows that are due at one moment need no sorting.
CREATE INDEX outbox_ready ON outbox (pool, retry_at, priority, id) WHERE state = 'ready';
DROP INDEX outbox_due;

-- What a smart robot says leaves through whoever holds its connection: a pool of its own.
UPDATE outbox SET pool = 'robot'
WHERE channel = 'robot' AND state IN ('draft', 'ready', 'sending') AND pool <> 'robot';
