-- What the door has taken in and nobody has sorted yet. No index and no key but its own: a callback
-- is answered when its row is on disk, so the row is made as cheap as a row can be.
CREATE TABLE intake (
    id $ID,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- why it could not be sorted; '' while it waits
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX intake_aside ON intake (id) WHERE note <> '';
