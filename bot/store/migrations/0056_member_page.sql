-- The page at which members take part.

-- A link that was opened. link, browser: digests; until: it opens nothing any more.
CREATE TABLE member_link (
    link TEXT PRIMARY KEY,
    browser TEXT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX member_link_until ON member_link (until);

-- A picture that a member handed in there. run: to what; content: base64.
CREATE TABLE photo (
    id TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    run TEXT NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX photo_member ON photo (member, run);
