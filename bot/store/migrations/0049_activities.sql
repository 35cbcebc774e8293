-- Activities as they take place. activity_terms and activity_run are kept; the rest is derived from
-- the log of events (bot/community/entries.py, helping.py, streaks.py).

-- The file of an activity in one version: what a run goes by to its end.
CREATE TABLE activity_terms (
    activity TEXT NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (activity, version)
) $CLUSTERED;

-- One time an activity takes place. salt: hides in tickets whose they are; seed: of a draw, secret
-- until it is judged; taken: places that are taken; proof: what was published of a draw, as JSON.
CREATE TABLE activity_run (
    id TEXT PRIMARY KEY,
    activity TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    circle TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    announce_at BIGINT NOT NULL,
    join_at BIGINT NOT NULL,
    submit_at BIGINT NOT NULL,
    close_at BIGINT NOT NULL,
    award_at BIGINT NOT NULL,
    remind_at BIGINT,
    salt TEXT NOT NULL,
    seed TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    proof TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    closed_at BIGINT,
    judged_at BIGINT
);
CREATE INDEX activity_run_of ON activity_run (activity, announce_at);
CREATE INDEX activity_run_open ON activity_run (circle, close_at);

-- What somebody did in a run; state: counted, waiting, or why it does not count.
CREATE TABLE entry (
    event TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    member TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    day TEXT NOT NULL,
    which TEXT NOT NULL,
    state TEXT NOT NULL,
    score INTEGER NOT NULL,
    ticket TEXT NOT NULL
);
CREATE INDEX entry_run ON entry (run, at);
CREATE INDEX entry_member ON entry (member, run);

-- A vote for an option, or for the entry of which `which` is the event.
CREATE TABLE ballot (
    event TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    which TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX ballot_run ON ballot (run, which);
CREATE INDEX ballot_member ON ballot (member, run);

-- A help that member got of helper.
CREATE TABLE helping (
    event TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    member TEXT NOT NULL,
    helper TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX helping_run ON helping (run, member);
CREATE INDEX helping_member ON helping (member, run);
CREATE INDEX helping_helper ON helping (helper);

-- Days of check-ins. streak: in a row, up to last_day; best: the longest so far; days: all.
CREATE TABLE streak (
    member TEXT NOT NULL,
    activity TEXT NOT NULL,
    days INTEGER NOT NULL,
    streak INTEGER NOT NULL,
    best INTEGER NOT NULL,
    last_day TEXT NOT NULL,
    PRIMARY KEY (member, activity)
) $CLUSTERED;
CREATE INDEX streak_best ON streak (activity, streak);

-- Who won. rank_of: winner, inviter, invited; cause: the event of the entry; why: what was counted.
CREATE TABLE winner (
    event TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    rank_of TEXT NOT NULL,
    place INTEGER NOT NULL,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX winner_run ON winner (run, rank_of, place);
CREATE INDEX winner_member ON winner (member, run);
