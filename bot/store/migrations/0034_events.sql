-- Members get a number of their own, which sets of them are kept by, and one log of everything that
-- happened with them. What is said about circles, facts, orders, value and invitations is derived
-- from that log (store/projections.py).

-- what it cost to win him, in hundredths of the currency; NULL: nobody said
ALTER TABLE member ADD COLUMN acquisition_cost BIGINT;
-- the member he was found to be; NULL: himself
ALTER TABLE member ADD COLUMN person TEXT;
CREATE INDEX member_person ON member (person) WHERE person IS NOT NULL;

-- A table of its own: a column that counts cannot be added to one that stands.
CREATE TABLE member_no (
    no $ID,
    member TEXT NOT NULL UNIQUE
);
INSERT INTO member_no (member) SELECT id FROM member ORDER BY created_at, id;

-- Never changed. dedupe: the same thing, told twice, is one event. at: when it happened; seen_at:
-- when we learned of it.
CREATE TABLE event (
    id $ID,
    at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    member TEXT NOT NULL DEFAULT '',
    channel TEXT NOT NULL DEFAULT '',
    account TEXT NOT NULL DEFAULT '',
    persona TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 0,
    place TEXT NOT NULL DEFAULT '',
    other TEXT NOT NULL DEFAULT '',
    which TEXT NOT NULL DEFAULT '',
    amount BIGINT NOT NULL DEFAULT 0,
    data TEXT NOT NULL DEFAULT '{}',
    dedupe TEXT NOT NULL UNIQUE
);
CREATE INDEX event_member ON event (member, at, id);
CREATE INDEX event_kind ON event (kind, at, id);
