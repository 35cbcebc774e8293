-- When somebody dealt with a message that was given up on, or whose fate is unknown: it was sent
-- anew, or let go. NULL: nobody has.
ALTER TABLE outbox ADD COLUMN dealt_at BIGINT;
CREATE INDEX outbox_given_up ON outbox (state, send_at, id)
    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL;
CREATE INDEX outbox_given_up_of ON outbox (state, channel, account, send_at, id)
    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL;
