-- A task for many is ruled on by the governor a page of its receivers at a time. after: up to which
-- receiver; passed: how many may get it; until, code: until when others wait, if nobody may; since:
-- when it began.
CREATE TABLE ruling (
    outbox BIGINT PRIMARY KEY,
    after TEXT NOT NULL,
    passed INTEGER NOT NULL,
    until BIGINT,
    code TEXT NOT NULL,
    since BIGINT NOT NULL
);
