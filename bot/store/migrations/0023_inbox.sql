-- What the list of conversations keeps in sight: complaints that nobody has closed, and members who
-- wait for a colleague to whom they were handed over.

-- since when he complains; NULL when nobody does, or somebody closed it
ALTER TABLE conversation ADD COLUMN complaint_at BIGINT;
-- when it was handed to its holder by somebody else; NULL once she has answered or done with it
ALTER TABLE conversation ADD COLUMN handed_at BIGINT;

UPDATE conversation SET complaint_at = waiting_since
WHERE waiting_since IS NOT NULL AND waiting_why = 'complaint';

CREATE INDEX conversation_complaint ON conversation (channel, account, complaint_at, id)
    WHERE complaint_at IS NOT NULL;
-- Whoever waits for somebody to come, or for the one to whom he was handed.
DROP INDEX conversation_waiting;
CREATE INDEX conversation_waiting ON conversation (waiting_since, id)
    WHERE waiting_since IS NOT NULL AND (held_by = '' OR handed_at IS NOT NULL)
      AND mode <> 'client';
DROP INDEX conversation_waiting_of;
CREATE INDEX conversation_waiting_of
    ON conversation (channel, account, waiting_since, id, snoozed_until, held_by, mode, handed_at)
    WHERE waiting_since IS NOT NULL AND (held_by = '' OR handed_at IS NOT NULL)
      AND mode <> 'client';
