-- What was posted is looked at by the week; next to answers it is a handful of rows.
CREATE INDEX replies_posts ON replies (at) WHERE kind IN ('moment', 'group_post');

-- A question that the script had no good answer to, as one person asked it. norm is the text as the
-- matcher sees it: what is decided about a question is decided about all with the same norm. fate is
-- empty as long as nothing is.
CREATE TABLE unmatched (
    id $ID,
    persona TEXT NOT NULL,
    at BIGINT NOT NULL,
    conversation TEXT NOT NULL,
    member TEXT NOT NULL DEFAULT '',
    inbox BIGINT NOT NULL,
    text TEXT NOT NULL,
    norm TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    rule TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL,
    fate TEXT NOT NULL DEFAULT '',
    fate_at BIGINT,
    fate_by TEXT NOT NULL DEFAULT '',
    target TEXT NOT NULL DEFAULT ''
);
CREATE INDEX unmatched_open ON unmatched (persona, at) WHERE fate = '';
CREATE INDEX unmatched_norm ON unmatched (persona, norm);
CREATE INDEX unmatched_member ON unmatched (member);
