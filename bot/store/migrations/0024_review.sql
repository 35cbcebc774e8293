-- Who said what about each version of what people edit, which files are to follow, what is wrong in
-- the folders, and whose consent a text stands on.

-- How far a version has come (content lifecycle); base is the version it was made from, 0: none.
CREATE TABLE review (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft',
    base INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);
CREATE INDEX review_open ON review (state, at) WHERE state IN ('draft', 'review');
-- What serves or has served was approved by whoever put it into service; the rest is a draft.
INSERT INTO review (kind, name, version, state, base, actor, at)
SELECT v.kind, v.name, v.version,
    CASE WHEN EXISTS (SELECT 1 FROM published p WHERE p.kind = v.kind AND p.name = v.name
                      AND p.version = v.version)
           OR EXISTS (SELECT 1 FROM audit a
                      WHERE a.subject = 'published:' || v.kind || '/' || v.name
                        AND 'v' || CAST(v.version AS TEXT) IN (a.before, a.after))
         THEN 'approved' ELSE 'draft' END,
    v.version - 1, v.author, v.made_at
FROM version v;

-- A file that is to hold this version: somebody put it into service from the studio. note: why it
-- could not be written yet.
CREATE TABLE file_wanted (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, name)
);

-- What was wrong in the folders at the last look, for pages of every process.
CREATE TABLE folder_finding (
    number INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    fix TEXT NOT NULL DEFAULT ''
);

-- Somebody allows us to use his words or pictures. who: a member's id, or a name.
CREATE TABLE consent_record (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    licence TEXT NOT NULL,
    how TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    revoked_by TEXT NOT NULL DEFAULT '',
    revoked_at BIGINT,
    why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX consent_record_who ON consent_record (who);

-- Which consents a version of a template stands on; as little changed as the version itself.
CREATE TABLE consent_use (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    consent TEXT NOT NULL,
    PRIMARY KEY (name, version, consent)
);
CREATE INDEX consent_use_of ON consent_use (consent);

-- What became of a template. Only what was made of one has a version; answers of a script are many.
CREATE INDEX replies_content ON replies (content, at) WHERE content_version IS NOT NULL;
-- What waits to leave with a template's words in it, when its consent ends.
CREATE INDEX outbox_content ON outbox (content, content_version)
    WHERE content_version IS NOT NULL AND state IN ('draft', 'ready', 'waiting');
