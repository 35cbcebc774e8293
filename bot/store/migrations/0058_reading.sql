-- Our own pages on which a text is read: the words as they were, for good.
CREATE TABLE reading (
    code TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    topic TEXT NOT NULL,
    text TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX reading_content ON reading (content);
CREATE INDEX event_read ON event (place) WHERE kind = 'read';
