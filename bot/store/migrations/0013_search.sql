-- What the staff inbox reads: conversations by their last activity, a thread by pages, and what
-- words are found by.

-- the last line of either side; 0 is not known yet, and a worker fills it in
ALTER TABLE conversation ADD COLUMN activity_at BIGINT NOT NULL DEFAULT 0;
-- the last answer of the persona or of staff that has not failed
ALTER TABLE conversation ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
-- staff have read up to this inbox row
ALTER TABLE conversation ADD COLUMN seen_in BIGINT NOT NULL DEFAULT 0;

CREATE INDEX conversation_unfilled ON conversation (id) WHERE activity_at = 0;
CREATE INDEX conversation_latest ON conversation (channel, account, activity_at, id);
CREATE INDEX conversation_unanswered ON conversation (channel, account, activity_at, id)
    WHERE last_in_at > answered_at;
CREATE INDEX conversation_apart ON conversation (channel, account, mode, activity_at, id)
    WHERE mode <> 'auto';
CREATE INDEX conversation_snoozed ON conversation (channel, account, activity_at, id)
    WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversation_waits ON conversation (channel, account, waiting_since, id)
    WHERE waiting_since IS NOT NULL;
CREATE INDEX replies_talk ON replies (conversation, id);

-- What a block of lines is found by, written once when the block is full: a row for each character
-- that occurs in it. kind: 0 inbox, 1 replies, 2 desk_note. tails: see store/grams.py. In this order
-- of the key a block is written behind the last one; with the character first, each of its rows
-- would change a page of its own.
CREATE TABLE gram (
    kind INTEGER NOT NULL,
    block BIGINT NOT NULL,
    head TEXT NOT NULL,
    tails TEXT NOT NULL,
    PRIMARY KEY (kind, block, head)
) $CLUSTERED;

-- Blocks from low on and before high are in the index.
CREATE TABLE indexed (
    kind INTEGER PRIMARY KEY,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL
);

-- Answers that staff have ready; {name} stands for what is put in.
CREATE TABLE quick_reply (
    id $ID,
    persona TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0,
    used_at BIGINT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    gone_at BIGINT
);
CREATE INDEX quick_reply_of ON quick_reply (persona, used, id) WHERE gone_at IS NULL;
