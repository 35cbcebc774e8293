-- Who put a version into service, and what the folders held when they were last looked at: only an
-- edit acts, so what a person decided holds until the files change again.

ALTER TABLE published ADD COLUMN actor TEXT NOT NULL DEFAULT 'disk';

CREATE TABLE folder (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- 1: these files are a draft about which nobody has decided yet
    waiting INTEGER NOT NULL DEFAULT 0,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);
INSERT INTO folder (kind, name, digest, waiting, at)
SELECT p.kind, p.name, v.digest, 0, p.at FROM published p
JOIN version v ON v.kind = p.kind AND v.name = p.name AND v.version = p.version;
