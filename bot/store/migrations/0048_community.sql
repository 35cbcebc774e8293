-- What taking part in circles comes to. All but community_terms, community_word and right_stock is
-- derived from the log of events (bot/community/standing.py).

-- The rules of a circle since a moment; source '': there are none from then on. digest: of source.
CREATE TABLE community_terms (
    circle TEXT NOT NULL,
    since BIGINT NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (circle, since)
) $CLUSTERED;

-- What people call the levels and badges of the rules that serve. kind: level or badge; mark:
-- CIRCLE/ID; word: its id or title, with the circle before it or not; of a level also with + behind
-- it, which means this level and those above.
CREATE TABLE community_word (
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    mark TEXT NOT NULL,
    circle TEXT NOT NULL,
    PRIMARY KEY (kind, word, mark)
) $CLUSTERED;
CREATE INDEX community_word_mark ON community_word (kind, mark);

-- One person in one circle. points: what levels go by; spent: what rights cost; level '': none yet;
-- mark: of the level (community_word), or empty.
CREATE TABLE standing (
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    points INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    level TEXT NOT NULL,
    mark TEXT NOT NULL,
    level_at BIGINT,
    earned_at BIGINT,
    faded_at BIGINT,
    PRIMARY KEY (member, circle)
) $CLUSTERED;
CREATE INDEX standing_points ON standing (circle, points, member);
CREATE INDEX standing_mark ON standing (mark, member) WHERE mark <> '';
CREATE INDEX standing_idle ON standing (circle, earned_at) WHERE earned_at IS NOT NULL;

-- Points that an event gave or took. rule: of the file, or staff, fade; wanted: by the rule alone;
-- why: what left fewer of them.
CREATE TABLE point (
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    cause TEXT NOT NULL,
    rule TEXT NOT NULL,
    at BIGINT NOT NULL,
    day TEXT NOT NULL,
    amount INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (member, circle, cause, rule)
) $CLUSTERED;
CREATE INDEX point_at ON point (circle, at);

-- A level that somebody reached. points: with how many; start: how many it took; until NULL: he has it
CREATE TABLE community_level (
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    level TEXT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    points INTEGER NOT NULL,
    start INTEGER NOT NULL,
    until BIGINT,
    PRIMARY KEY (member, circle, at, cause)
) $CLUSTERED;

-- A badge that somebody has or (until) had. given: rule or staff; why: what staff said.
CREATE TABLE badge (
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    badge TEXT NOT NULL,
    mark TEXT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    given TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    until BIGINT,
    PRIMARY KEY (member, circle, badge)
) $CLUSTERED;
CREATE INDEX badge_held ON badge (mark, member) WHERE until IS NULL;
CREATE INDEX badge_wall ON badge (circle, at) WHERE until IS NULL;

-- What somebody is called in a circle.
CREATE TABLE codename (
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (member, circle)
) $CLUSTERED;
CREATE INDEX codename_name ON codename (circle, name);

-- A right that somebody took; until: it was taken back.
CREATE TABLE entitlement (
    event TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    circle TEXT NOT NULL,
    entitled TEXT NOT NULL,
    at BIGINT NOT NULL,
    cost INTEGER NOT NULL,
    until BIGINT
);
CREATE INDEX entitlement_member ON entitlement (member, circle);
CREATE INDEX entitlement_taken ON entitlement (circle, entitled);

-- How many of a right are taken. Whoever takes one counts here, in the same transaction.
CREATE TABLE right_stock (
    circle TEXT NOT NULL,
    entitled TEXT NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (circle, entitled)
) $CLUSTERED;
