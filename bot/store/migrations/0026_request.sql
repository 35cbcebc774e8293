-- What staff ask a lead can be taken back, and what a lead is called for stays in sight.

-- 1 when who asked took it back, or the conversation went to somebody else before a lead decided
ALTER TABLE appeal ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX appeal_open ON appeal (conversation) WHERE decided_at IS NULL;
-- why a lead should look at it; empty when nobody calls one, a lead has opened it, or it is closed
ALTER TABLE conversation ADD COLUMN lead_for TEXT NOT NULL DEFAULT '';
