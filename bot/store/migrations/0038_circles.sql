-- Where members were and are, derived from the log of events; the links that we hand out; and the
-- circles' queue of applications and leaders, derived as well.

-- One person in one account's list of friends, one group or one circle. until NULL: still there.
-- member: the person (the id that stays); how, source, came, inviter, ended: members/stays.py
CREATE TABLE stay (
    member TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    how TEXT NOT NULL,
    source TEXT NOT NULL,
    came TEXT NOT NULL,
    inviter TEXT NOT NULL,
    ended TEXT NOT NULL,
    PRIMARY KEY (member, kind, place, since)
) $CLUSTERED;
CREATE INDEX stay_since ON stay (kind, since, place);
CREATE INDEX stay_until ON stay (kind, until, place) WHERE until IS NOT NULL;
CREATE INDEX stay_now ON stay (kind, place, member) WHERE until IS NULL;

-- The circles that serve: what words of an audience mean.
CREATE TABLE circle (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL
);

-- A person's latest application to a circle. state: waiting, admitted, rejected, withdrawn
CREATE TABLE application (
    circle TEXT NOT NULL,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    answers TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (circle, member)
) $CLUSTERED;
CREATE INDEX application_member ON application (member);
CREATE INDEX application_waiting ON application (circle, at) WHERE state = 'waiting';

-- Who led a circle from when on: a persona, or a member (by the id of the person).
CREATE TABLE leadership (
    circle TEXT NOT NULL,
    since BIGINT NOT NULL,
    persona TEXT NOT NULL,
    member TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (circle, since, event)
) $CLUSTERED;

-- A person's role in a circle ('' : in none). ends: as it was planned; until: when it was over
CREATE TABLE holding (
    member TEXT NOT NULL,
    role TEXT NOT NULL,
    circle TEXT NOT NULL,
    since BIGINT NOT NULL,
    ends BIGINT,
    until BIGINT,
    owner TEXT NOT NULL,
    PRIMARY KEY (member, role, circle, since)
) $CLUSTERED;
CREATE INDEX holding_now ON holding (role, circle, member) WHERE until IS NULL;

-- A link that we hand out. carrier: what it leads to; posted: where it is read; member: for whom
-- alone it was made, or empty
CREATE TABLE out_link (
    code TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    carrier TEXT NOT NULL,
    posted TEXT NOT NULL,
    content TEXT NOT NULL,
    account TEXT NOT NULL,
    persona TEXT NOT NULL,
    circle TEXT NOT NULL,
    member TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX event_clicked ON event (which) WHERE kind = 'clicked';

-- Who is of which store: an account or a member (by the id of the person).
CREATE TABLE of_store (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    store TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) $CLUSTERED;
