-- What queries look for among many sent rows and conversations.

-- What was given up, counted without reading what was sent.
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
-- With the channel in the key: without it SQLite went through all conversations of kf.
DROP INDEX conversation_unnamed;
CREATE INDEX conversation_unnamed ON conversation (channel, id)
    WHERE channel = 'kf' AND named_at = 0 AND last_in_at IS NOT NULL;
-- rating_talk serves where this one was to.
DROP INDEX rating_open;
