-- Orders and what follows from them. All of it but `category` is derived from the event log, by whole
-- keys: an order, or a person (the survivor, where members were found to be one).

-- All that was told of an order stands together.
CREATE INDEX event_order ON event (place) WHERE kind IN ('ordered', 'refunded', 'called_off');

-- The other side of what happened: who invited, for whom it was bought.
CREATE INDEX event_other ON event (other) WHERE other <> '';

-- One order as it stands. member: who buys; beneficiary: who uses it, '' where nobody else is named.
-- What it is worth is paid_cents - refunded_cents: both are 0 for what is cancelled. code: of whoever brought
-- him to it. said_at: of what time the last report is.
CREATE TABLE purchase (
    id TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    beneficiary TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    amount_cents BIGINT NOT NULL DEFAULT 0,
    paid_cents BIGINT NOT NULL DEFAULT 0,
    refunded_cents BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    tracking TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    said_at BIGINT NOT NULL
);
CREATE INDEX purchase_member ON purchase (member, at);
CREATE INDEX purchase_at ON purchase (at, id);
CREATE INDEX purchase_category ON purchase (category, member);
CREATE INDEX purchase_beneficiary ON purchase (beneficiary, category) WHERE beneficiary <> '';

-- A person's orders added up. orders, first_at and last_at: of those that brought something in. Who
-- never bought has no row.
CREATE TABLE worth (
    member TEXT PRIMARY KEY,
    orders INTEGER NOT NULL,
    paid_cents BIGINT NOT NULL,
    refunded_cents BIGINT NOT NULL,
    net_cents BIGINT NOT NULL,
    first_at BIGINT,
    last_at BIGINT
);
CREATE INDEX worth_net ON worth (net_cents);
CREATE INDEX worth_last ON worth (last_at);

-- For whom he buys: how is gift or household; category '' means everything.
CREATE TABLE buys_for (
    member TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    how TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    since BIGINT NOT NULL,
    PRIMARY KEY (member, beneficiary, how, category)
);
CREATE INDEX buys_for_beneficiary ON buys_for (beneficiary);

-- How far a person has come with a category, move by move; the last one (latest = 1) is where he is.
-- stage '': at none, after going back. event: the dedupe of the event that moved him.
CREATE TABLE journey (
    member TEXT NOT NULL,
    category TEXT NOT NULL,
    no INTEGER NOT NULL,
    stage TEXT NOT NULL,
    was TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    latest INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (member, category, no)
);
CREATE INDEX journey_stage ON journey (stage, category, member) WHERE latest = 1;

-- How far the log was looked through for content that reached somebody: the id of an event. Nothing
-- follows each single message, of which there are many.
CREATE TABLE journey_mark (
    name TEXT PRIMARY KEY,
    event BIGINT NOT NULL
);

-- What the brand says about its categories (`[orders.categories]`), for what is derived in the
-- database; signs: JSON, what in the log speaks of the category.
CREATE TABLE category (
    name TEXT PRIMARY KEY,
    dear INTEGER NOT NULL DEFAULT 0,
    seldom INTEGER NOT NULL DEFAULT 0,
    signs TEXT NOT NULL DEFAULT '{}'
);
