-- What staff do with a member in the console.

-- proof: the certificate, as it was shown when it was made: which backups still held him, where the
-- platform still had him, how many traces were left. Nothing in it is his.
ALTER TABLE erasure ADD COLUMN proof TEXT NOT NULL DEFAULT '{}';

-- Followers of official accounts whom nobody has asked the platform for.
CREATE INDEX conversation_followers ON conversation (id)
    WHERE channel = 'oa' AND named_at = 0;

-- Two persons who look like one and are not: a colleague said so. one sorts before other.
CREATE TABLE not_double (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (one, other)
);
CREATE INDEX not_double_other ON not_double (other);

-- The same telephone, all over.
CREATE INDEX fact_phone ON fact (mark) WHERE name = 'phone' AND won = 1;
