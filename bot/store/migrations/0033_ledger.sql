-- With the state in the key: without it SQLite read every row of the ledger that an index named, each
-- from another page, only to learn what the index's condition says already.
DROP INDEX recipient_pending;
CREATE INDEX recipient_pending ON recipient (run, state, channel, account, lot)
    WHERE state = 'pending';
DROP INDEX recipient_out;
CREATE INDEX recipient_out ON recipient (outbox, member, state)
    WHERE state IN ('queued', 'unsure');
