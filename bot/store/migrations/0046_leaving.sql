-- What staff do with a member in the console.

-- proof: the certificate, as it was shown when it was made: which backups still held him, where the
-- platform still had him, how many traces were left. Nothing in it is his.
ALTER TABLE erasure ADD COLUMN proof TEXT NOT NULL DEFAULT '{}';

-- Followers of official accounts whom nobody has asked the platform for.
CREATE INDEX conversation_followers ON conversation (id)
    WHERE channel = 'oa' AND named_at = 0;
