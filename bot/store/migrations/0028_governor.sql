-- What the governor goes by, and what it refused.

-- when a message reached its receiver, or may have (unsure); NULL while it is on its way, and for
-- rows from before
ALTER TABLE replies ADD COLUMN sent_at BIGINT;
-- when his words were last those of somebody who is not content
ALTER TABLE conversation ADD COLUMN upset_at BIGINT;
-- where he lives, if it is known: an IANA zone
ALTER TABLE member ADD COLUMN zone TEXT NOT NULL DEFAULT '';

-- what a member got without having asked, and how often he was served, in his last weeks
CREATE INDEX replies_unasked ON replies (member, at) WHERE kind IN ('promo', 'care', 'activity');
CREATE INDEX replies_served ON replies (member, at, persona)
    WHERE kind IN ('reply', 'care', 'staff') AND status = 'sent';

-- One row: whoever rules before a call holds it until its end.
CREATE TABLE governor (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Sums for the pages; the detail stands beside each message. day: local, of the company's zone.
CREATE TABLE refusal (
    day TEXT NOT NULL,
    persona TEXT NOT NULL,
    origin TEXT NOT NULL,
    answer TEXT NOT NULL,
    code TEXT NOT NULL,
    n BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (day, persona, origin, answer, code)
);

-- Bulk messages that colleagues sent on their own: they use up what a customer may get in a month.
CREATE TABLE own_bulk (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (member, id, account)
);
CREATE INDEX own_bulk_at ON own_bulk (at);
