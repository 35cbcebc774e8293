-- name: conversation_touch
-- Makes the conversation on first contact and plans its turn: every fragment of a burst pushes
-- the turn back by the settle time, up to settle_max after the first fragment.
INSERT INTO conversation (id, channel, account, peer, member, last_in_at, turn_first_at, turn_at,
                          created_at, activity_at)
VALUES /*rows*/ (:id, :channel, :account, :peer, :member, :last_in_at, :now, :turn_at, :now, :now)
ON CONFLICT (id) DO UPDATE SET
    last_in_at = CASE WHEN excluded.last_in_at IS NULL THEN conversation.last_in_at
                      WHEN conversation.last_in_at > excluded.last_in_at
                      THEN conversation.last_in_at
                      ELSE excluded.last_in_at END,
    sent_since = CASE WHEN excluded.last_in_at IS NULL THEN conversation.sent_since ELSE 0 END,
    turn_at = CASE WHEN conversation.turn_first_at IS NULL THEN excluded.turn_at
                   WHEN excluded.turn_at > conversation.turn_first_at + :settle_max
                   THEN conversation.turn_first_at + :settle_max
                   ELSE excluded.turn_at END,
    activity_at = CASE WHEN excluded.last_in_at IS NULL
                         OR conversation.activity_at > excluded.activity_at
                       THEN conversation.activity_at ELSE excluded.activity_at END,
    turn_first_at = COALESCE(conversation.turn_first_at, excluded.turn_first_at);

-- name: conversation_claim
-- The turn's own clock is set to the end of the lease, so a lost turn comes back by itself.
WITH picked AS MATERIALIZED (
    SELECT id FROM conversation
    WHERE turn_at <= :now AND (lease IS NULL OR lease_until <= :now)
    ORDER BY turn_at, id LIMIT :n /*skip locked*/)
UPDATE conversation
SET lease = :lease, lease_until = :until, turn_first_at = NULL, turn_at = :until, tries = tries + 1
WHERE id IN (SELECT id FROM picked)
RETURNING *;

-- name: conversation_person
UPDATE conversation SET member = :member WHERE id = :id;

-- name: conversation_next
SELECT MIN(CASE WHEN lease IS NOT NULL AND lease_until > turn_at THEN lease_until ELSE turn_at END)
       AS at
FROM conversation WHERE turn_at IS NOT NULL;

-- name: conversation_finish
UPDATE conversation
SET lease = NULL, lease_until = NULL, tries = 0, memory = :memory, misses = :misses,
    waiting_since = :waiting_since,
    waiting_for = CASE WHEN :waiting_for = '' THEN waiting_for ELSE :waiting_for END,
    waiting_why = CASE WHEN :waiting_for = '' THEN waiting_why ELSE :waiting_why END,
    complaint_at = CASE WHEN :waiting_why = 'complaint' AND complaint_at IS NULL
                        THEN CAST(:now AS BIGINT) ELSE complaint_at END,
    upset_at = CASE WHEN :upset = 1 THEN CAST(:now AS BIGINT) ELSE upset_at END,
    lead_for = CASE WHEN :lead_for = '' THEN lead_for ELSE :lead_for END,
    persona = CASE WHEN :persona = '' THEN persona ELSE :persona END,
    turn_at = CASE WHEN EXISTS (SELECT 1 FROM inbox
                                WHERE conversation = :id AND state = 'new')
                   THEN turn_at ELSE NULL END
WHERE id = :id AND lease = :lease;

-- name: conversation_drop_turn
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = NULL, tries = 0
WHERE id = :id AND lease = :lease;

-- name: conversation_release_all
-- At the start of the only process: whoever held these is gone.
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = :now WHERE lease IS NOT NULL;

-- name: conversation_release_of
-- Leases begin with the name of their process.
WITH picked AS MATERIALIZED (
    SELECT id FROM conversation
    WHERE turn_at IS NOT NULL
      AND substr(lease, 1, length(CAST(:process AS TEXT))) = :process
    /*skip locked*/)
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = :now
WHERE id IN (SELECT id FROM picked);

-- name: conversation_mode
UPDATE conversation
SET mode = :mode, held_by = :held_by, active_at = CAST(:held_at AS BIGINT), snoozed_until = NULL,
    handed_at = CASE WHEN held_by = :held_by THEN handed_at ELSE NULL END,
    held_at = CASE WHEN held_by = :held_by THEN held_at ELSE CAST(:held_at AS BIGINT) END
WHERE id = :id AND mode = :before AND held_by = :holder;

-- name: conversation_get
SELECT * FROM conversation WHERE id = :id;

-- name: conversation_hold
-- Until the end of the transaction nobody else changes it.
SELECT 1 AS held FROM conversation WHERE id = :id /*lock*/;

-- name: conversations_hold
-- Several, always in the order of their ids: two who want the same do not wait for each other.
SELECT id, mode, last_in_at, sent_since, silenced FROM conversation WHERE id IN (:ids…)
ORDER BY id /*lock*/;

-- name: conversation_speak
-- The same, and the brand has said something; :answer 1 when that answers the member.
UPDATE conversation
SET activity_at = CASE WHEN activity_at < :now THEN :now ELSE activity_at END,
    answered_at = CASE WHEN :answer = 1 AND answered_at < :now THEN :now ELSE answered_at END
WHERE id = :id;

-- name: conversation_unsaid
-- An answer did not leave after all: the one before it was the last. A draft is none.
UPDATE conversation SET answered_at = COALESCE(
    (SELECT r.at FROM replies r
     WHERE r.conversation = :id AND r.kind IN ('reply', 'staff')
       AND r.status NOT IN ('failed', 'expired', 'cancelled')
       AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = r.outbox AND o.state = 'draft')
     ORDER BY r.id DESC LIMIT 1), 0)
WHERE id = :id;

-- name: conversation_count_sent
UPDATE conversation SET sent_since = sent_since + 1 WHERE id = :id;

-- name: conversation_count_back
UPDATE conversation SET sent_since = sent_since - 1 WHERE id = :id AND sent_since > 0;

-- name: conversation_open_windows
-- The kf conversations of a member in which a message may still leave, latest first.
SELECT * FROM conversation
WHERE member = :member AND channel = 'kf' AND mode = 'auto' AND last_in_at > :since
  AND sent_since < :quota
ORDER BY last_in_at DESC;

-- name: conversation_retry
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = :at
WHERE id = :id AND lease = :lease;

-- name: conversation_wait
UPDATE conversation SET waiting_since = :now, waiting_for = :reason
WHERE id = :id AND waiting_since IS NULL AND mode = 'auto';

-- name: conversation_answered
SELECT 1 AS answered FROM replies
WHERE member = :member AND at >= :since AND conversation = :id AND operator <> 'bot' LIMIT 1;

-- name: conversation_memories
SELECT id, memory FROM conversation WHERE member = :member ORDER BY id;

-- name: conversation_remember
UPDATE conversation SET memory = :memory WHERE id = :id;

-- name: conversation_calm
-- A person has looked after it and closed it: nobody waits or complains any more.
UPDATE conversation SET waiting_since = NULL, waiting_for = '', waiting_why = '', misses = 0,
    complaint_at = NULL, handed_at = NULL, lead_for = ''
WHERE id = :id;

-- name: conversation_tries
UPDATE conversation SET tries = 1 WHERE id IN (:ids…);

-- name: conversation_kick
-- The turn that is being decided is worth nothing any more; it comes back at once.
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = :now, tries = 0
WHERE id = :id AND lease IS NOT NULL;
