-- Freedom to leave: who is being erased, where backups lie that may still hold him, and which
-- colleague looked at whom.

-- gone: the id that stands for him where a row must stay. todo: what is left to do, with his ids and
-- words; emptied (swept_at) before the bytes are cleared from the disk (done_at). counts: what was
-- removed, by table and what became of it.
CREATE TABLE erasure (
    id $ID,
    gone TEXT NOT NULL,
    actor TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    todo TEXT NOT NULL,
    counts TEXT NOT NULL,
    swept_at BIGINT,
    done_at BIGINT
);
CREATE INDEX erasure_open ON erasure (id) WHERE done_at IS NULL;

-- Backups that were made of this database, as far as it knows.
CREATE TABLE saved (
    path TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL
);

-- A colleague opened what concerns one person. day: of the company's zone; once a day and page.
CREATE TABLE looked_up (
    id $ID,
    login TEXT NOT NULL,
    member TEXT NOT NULL,
    page TEXT NOT NULL,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (login, member, page, day)
);
CREATE INDEX looked_up_member ON looked_up (member, id);
CREATE INDEX looked_up_login ON looked_up (login, id);

-- Whom the platform's lists shall not bring back by themselves. mark: a keyed digest of an id that
-- was erased; it can only be compared with an id that somebody names.
CREATE TABLE erased (
    mark TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE TABLE erased_key (
    id INTEGER PRIMARY KEY,
    secret TEXT NOT NULL
);
