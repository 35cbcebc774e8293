-- One person in several conversations, shown to staff as one talk; and what is the matter with an
-- account, as it was found last.

-- what is shown together has the same number, that of a row of talk_join; 0: alone
ALTER TABLE conversation ADD COLUMN joined BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversation_joined ON conversation (joined, id) WHERE joined <> 0;

-- Each time that a conversation was joined with others: by whom, because of what, and until when.
-- evidence: member, union, name (a weak hint), staff (they know)
CREATE TABLE talk_join (
    id $ID,
    whole BIGINT NOT NULL DEFAULT 0,
    conversation TEXT NOT NULL,
    evidence TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    parted_by TEXT NOT NULL DEFAULT '',
    parted_at BIGINT
);
CREATE INDEX talk_join_open ON talk_join (conversation) WHERE parted_at IS NULL;

-- who may be the same person
CREATE INDEX member_union ON member (union_id) WHERE union_id <> '';
CREATE INDEX member_called ON member (name) WHERE name <> '';

-- Why nobody answers through an account. code is empty while all is well; see core/accounts.py.
CREATE TABLE account_trouble (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    since BIGINT NOT NULL,
    PRIMARY KEY (channel, account)
);
