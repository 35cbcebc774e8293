-- Who of the staff holds a conversation, what he has seen, and who waits for a person.

ALTER TABLE conversation ADD COLUMN persona TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN held_at BIGINT;
-- the holder's last sign of life
ALTER TABLE conversation ADD COLUMN active_at BIGINT;
-- messages up to this inbox row were a person's; the persona does not answer them any more
ALTER TABLE conversation ADD COLUMN answered_in BIGINT NOT NULL DEFAULT 0;
-- words of the persona up to this outbox row were stopped when a person took over
ALTER TABLE conversation ADD COLUMN silenced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN snoozed_until BIGINT;
-- the code of waiting_for: rule, low_score, complaint, request, hours, guard, staff, client, idle
ALTER TABLE conversation ADD COLUMN waiting_why TEXT NOT NULL DEFAULT '';

CREATE INDEX conversation_waiting ON conversation (waiting_since, id)
    WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client';
-- the last three only so that counting reads nothing else
CREATE INDEX conversation_waiting_of
    ON conversation (channel, account, waiting_since, id, snoozed_until, held_by, mode)
    WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client';
CREATE INDEX conversation_held ON conversation (held_by, active_at) WHERE held_by <> '';
-- the thread of one conversation, and its last words
CREATE INDEX inbox_talk ON inbox (conversation, id);

-- What staff tell each other about a conversation, and what they should know (author '').
CREATE TABLE desk_note (
    id $ID,
    conversation TEXT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX desk_note_talk ON desk_note (conversation, id);
