-- That a source has news, as the door was told: a row for each note, so that nobody at the door waits
-- for a row that a long read holds. Whoever reads the sources gathers the notes first.
CREATE TABLE news (
    id $ID,
    source TEXT NOT NULL,
    token TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL DEFAULT 0
);
