-- When the database was put back from a backup. What the platform tells again from before the
-- last of these moments may have been answered by the house that was replaced.
CREATE TABLE restored (
    id $ID,
    at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);
