-- Seed users and missions. mission_terms, seed_list and seed_line are kept; seed and mission_take are
-- derived from the log of events (bot/community/seeding.py, takes.py).

-- Who met the conditions of a circle before a local day began, as it was found then. at: that moment;
-- version: of the circle's rules; criteria: what was asked for, as JSON; looked: how many were in the
-- circle; fits: how many meet all.
CREATE TABLE seed_list (
    id TEXT PRIMARY KEY,
    circle TEXT NOT NULL,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    zone TEXT NOT NULL,
    version INTEGER NOT NULL,
    criteria TEXT NOT NULL,
    looked INTEGER NOT NULL,
    fits INTEGER NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX seed_list_circle ON seed_list (circle, at);

-- One person on such a list. met: how many of the three conditions; place: among those who fit, 0:
-- he does not; evidence: each number with what was asked for and the events behind it, as JSON.
CREATE TABLE seed_line (
    list TEXT NOT NULL,
    member TEXT NOT NULL,
    place INTEGER NOT NULL,
    met INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (list, member)
) $CLUSTERED;
CREATE INDEX seed_line_member ON seed_line (member);

-- One invitation to be a seed user; state: asked, accepted, declined or ended.
CREATE TABLE seed (
    event TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    list TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    answered_at BIGINT,
    ends_at BIGINT,
    ended_at BIGINT,
    actor TEXT NOT NULL
);
CREATE INDEX seed_member ON seed (member);
CREATE INDEX seed_circle ON seed (circle, asked_at);

-- The file of a mission in one version: what somebody who took it goes by to its end.
CREATE TABLE mission_terms (
    mission TEXT NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (mission, version)
) $CLUSTERED;

-- A mission that somebody took. last: the event that brought it to its state; steps: events of it so
-- far; proof: what he handed in last, as JSON; why: of the last verdict.
CREATE TABLE mission_take (
    event TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    mission TEXT NOT NULL,
    version INTEGER NOT NULL,
    circle TEXT NOT NULL,
    state TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    proved_at BIGINT,
    decided_at BIGINT,
    ended_at BIGINT,
    last TEXT NOT NULL,
    steps INTEGER NOT NULL,
    proof TEXT NOT NULL,
    why TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX mission_take_member ON mission_take (member);
CREATE INDEX mission_take_state ON mission_take (mission, state);
CREATE INDEX mission_take_proved ON mission_take (proved_at) WHERE state = 'proved';
