-- What is known of a person, and by whom; derived from the log (store/portrait.py). Keyed by the
-- number of the member who stays (member_no): with ids of 32 characters the tables of a million
-- members would be three times as large.

-- The last word of each source on each fact. source: 5 staff, 4 he said it, 3 an import, 2 the
-- platform, 1 a guess. won: it counts; held: not used, for he does not agree (any more). origin: the
-- message or the colleague it comes from. mark: a number of name and value, by which members are
-- found; day: 305 of a birthday on the 5th of March, else 0.
CREATE TABLE fact (
    no BIGINT NOT NULL,
    name TEXT NOT NULL,
    source INTEGER NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    confidence INTEGER NOT NULL,
    origin TEXT NOT NULL,
    persona TEXT NOT NULL,
    purpose TEXT NOT NULL,
    held INTEGER NOT NULL,
    won INTEGER NOT NULL,
    mark BIGINT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (no, name, source)
) $CLUSTERED;
CREATE INDEX fact_mark ON fact (mark, no) WHERE won = 1;
CREATE INDEX fact_day ON fact (day, no) WHERE won = 1 AND day > 0;

-- His last word on each purpose.
CREATE TABLE member_consent (
    no BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    given INTEGER NOT NULL,
    at BIGINT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (no, purpose)
) $CLUSTERED;
CREATE INDEX member_consent_purpose ON member_consent (purpose, given, no);

-- What worries him, and what he wishes. inbox: the message it shows in, 0: heard elsewhere.
CREATE TABLE need (
    no BIGINT NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    at BIGINT NOT NULL,
    inbox BIGINT NOT NULL,
    noted_by TEXT NOT NULL,
    persona TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (no, kind, word)
) $CLUSTERED;
CREATE INDEX need_word ON need (word, no);
CREATE INDEX need_kind ON need (kind, no);

-- His words on a product ('' the brand as a whole), by theme. mood: -1, 0 or 1.
CREATE TABLE feedback (
    event TEXT PRIMARY KEY,
    no BIGINT NOT NULL,
    product TEXT NOT NULL,
    theme TEXT NOT NULL,
    mood INTEGER NOT NULL,
    quote TEXT NOT NULL,
    at BIGINT NOT NULL,
    inbox BIGINT NOT NULL,
    noted_by TEXT NOT NULL,
    persona TEXT NOT NULL
);
CREATE INDEX feedback_about ON feedback (product, theme, at);
CREATE INDEX feedback_member ON feedback (no);
