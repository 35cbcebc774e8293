-- What a message sounds like, with the words it shows in; what a machine made of a voice or a video
-- (heard, by heard_by), when it is to be tried (hear_at, until it is over) and how often it was.
ALTER TABLE inbox ADD COLUMN mood TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN heard TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN heard_by TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN heard_why TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN hear_at BIGINT;
ALTER TABLE inbox ADD COLUMN hear_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX inbox_hear ON inbox (hear_at) WHERE hear_at IS NOT NULL;
