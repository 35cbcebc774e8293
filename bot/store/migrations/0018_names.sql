-- kf conversations whose customer's nickname was not asked for yet.
ALTER TABLE conversation ADD COLUMN named_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversation_unnamed ON conversation (id)
    WHERE channel = 'kf' AND named_at = 0 AND last_in_at IS NOT NULL;
