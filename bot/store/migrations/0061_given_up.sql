-- When somebody dealt with a message that was given up on, or whose fate is unknown: it was sent
-- anew, or let go. NULL: nobody has.
ALTER TABLE outbox ADD COLUMN dealt_at BIGINT;
CREATE INDEX outbox_given_up ON outbox (state, send_at, id)
    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL;
CREATE INDEX outbox_given_up_of ON outbox (state, channel, account, send_at, id)
    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL;
-- What a machine made of voices can be looked for.
CREATE INDEX inbox_transcribed ON inbox (received_at, id) WHERE heard_by <> '';
-- Where there is any, the words that messages are found by are put into the index anew.
DELETE FROM gram WHERE kind = 0 AND EXISTS (SELECT 1 FROM inbox WHERE heard_by <> '');
DELETE FROM indexed WHERE kind = 0 AND EXISTS (SELECT 1 FROM inbox WHERE heard_by <> '');
-- What the platform calls accounts of the brand: what customers and colleagues read on their phones.
CREATE TABLE account_name (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, account)
);
