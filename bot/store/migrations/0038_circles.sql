-- Where members were and are, derived from the log of events; the links that we hand out; and the
-- circles' queue of applications and leaders, derived as well.

-- One person in one account's list of friends, one group or one circle. until NULL: still there.
-- member: the person (the id that stays); how, source, way, came, inviter, ended: members/stays.py
CREATE TABLE stay (
    member TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    how TEXT NOT NULL,
    source TEXT NOT NULL,
    way INTEGER NOT NULL,
    came TEXT NOT NULL,
    inviter TEXT NOT NULL,
    ended TEXT NOT NULL,
    PRIMARY KEY (member, kind, place, since)
) $CLUSTERED;
CREATE INDEX stay_since ON stay (kind, since, place);
CREATE INDEX stay_until ON stay (kind, until, place) WHERE until IS NOT NULL;
CREATE INDEX stay_now ON stay (kind, place, member) WHERE until IS NULL;
