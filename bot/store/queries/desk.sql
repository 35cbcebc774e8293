-- name: desk_hold
SELECT * FROM conversation WHERE id = :id /*lock*/;

-- name: desk_rows_hold
-- A sender takes these first and the conversation after, so whoever wants both does the same.
SELECT id FROM outbox WHERE conversation = :conversation AND state IN ('ready', 'sending')
ORDER BY id /*lock*/;

-- name: desk_ready
SELECT * FROM outbox
WHERE conversation = :conversation AND state = 'ready' AND operator IN ('bot', 'model')
ORDER BY id;

-- name: desk_spoken
-- Words of others that left, or may have left (see core.policy.UNKNOWN); what a colleague has
-- queued is as good as said.
SELECT * FROM outbox
WHERE conversation = :conversation AND operator <> :staff AND kind <> 'notice' AND id > :after
  AND (state IN ('sending', 'sent', 'unsure')
       OR (state = 'ready' AND (operator NOT IN ('bot', 'model')
                                OR note LIKE 'fate unknown: %')))
ORDER BY id;

-- name: desk_glance
SELECT (SELECT COALESCE(MAX(id), 0) FROM inbox
        WHERE conversation = :id AND kind <> 'event') AS inbox,
       (SELECT COALESCE(MAX(id), 0) FROM outbox
        WHERE conversation = :id AND (state NOT IN ('draft', 'ready')
                                      OR operator NOT IN ('bot', 'model')
                                      OR note LIKE 'fate unknown: %')) AS outbox,
       (SELECT COALESCE(MAX(id), 0) FROM outbox WHERE conversation = :id) AS queued;

-- name: desk_unseen
-- What the member said later than a message.
SELECT id, text, kind, received_at FROM inbox
WHERE conversation = :conversation AND id > :after AND kind <> 'event' ORDER BY id LIMIT 20;

-- name: desk_open
-- What the member said and nobody has read yet.
SELECT MIN(received_at) AS at FROM inbox
WHERE conversation = :conversation AND state IN ('new', 'working') AND kind <> 'event'
  AND id > :after;

-- name: desk_write
UPDATE conversation
SET waiting_since = :waiting_since, waiting_for = :waiting_for, waiting_why = :waiting_why,
    misses = :misses, answered_in = :answered_in, silenced = :silenced, active_at = :active_at,
    snoozed_until = :snoozed_until, complaint_at = :complaint_at, handed_at = :handed_at,
    lead_for = :lead_for
WHERE id = :id;

-- name: desk_alive
UPDATE conversation SET active_at = :now
WHERE id IN (:ids…) AND held_by = :staff AND mode = 'staff' AND active_at < :now;

-- name: desk_lead_looked
UPDATE conversation SET lead_for = '' WHERE id = :id AND lead_for <> '';

-- name: desk_known
SELECT id FROM outbox WHERE dedupe = :dedupe;

-- name: desk_last_data
SELECT data FROM inbox WHERE conversation = :conversation AND kind <> 'event'
ORDER BY id DESC LIMIT 1;

-- name: desk_idle
-- Holders who gave no sign of life; what they put aside on purpose is left to them. COALESCE: in the
-- order of its key SQLite would read all conversations there are.
SELECT * FROM conversation
WHERE held_by <> '' AND mode = 'staff' AND active_at <= :before
  AND (snoozed_until IS NULL OR snoozed_until <= :now)
ORDER BY COALESCE(id, '') LIMIT :n /*skip locked*/;

-- name: desk_idle_next
SELECT MIN(CASE WHEN snoozed_until > active_at + CAST(:idle AS BIGINT) THEN snoozed_until
                ELSE active_at + CAST(:idle AS BIGINT) END) AS at
FROM conversation WHERE held_by <> '' AND mode = 'staff';

-- name: desk_waiting
SELECT id, waiting_since FROM conversation
WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client'
  AND waiting_since >= :since AND (waiting_since > :since OR id > :id)
  AND (snoozed_until IS NULL OR snoozed_until <= :now)
ORDER BY waiting_since, id LIMIT :n;

-- name: desk_waiting_of
SELECT id, waiting_since FROM conversation
WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client'
  AND channel = :channel AND account = :account
  AND waiting_since >= :since AND (waiting_since > :since OR id > :id)
  AND (snoozed_until IS NULL OR snoozed_until <= :now)
ORDER BY waiting_since, id LIMIT :n;

-- name: desk_waiting_rows
SELECT c.id, c.channel, c.account, c.member, c.persona, c.mode, c.waiting_since, c.waiting_why,
       c.waiting_for, m.name,
       (SELECT i.text FROM inbox i WHERE i.conversation = c.id AND i.kind <> 'event'
        ORDER BY i.id DESC LIMIT 1) AS words
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.id IN (:ids…);

-- name: desk_note_add
INSERT INTO desk_note (conversation, at, author, text)
VALUES (:conversation, :at, :author, :text) RETURNING id;
