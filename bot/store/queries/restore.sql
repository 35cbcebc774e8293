-- name: restored_add
INSERT INTO restored (at, taken_at) VALUES (:at, :taken_at);

-- name: restored_last
SELECT MAX(at) AS at FROM restored;

-- name: audit_newest
SELECT at FROM audit ORDER BY id DESC LIMIT 1;

-- name: outbox_unfinished
-- What would leave by itself. A task that waits for a tap stands on the platform and is asked for.
SELECT * FROM outbox WHERE state IN ('ready', 'sending') AND id > :after ORDER BY id LIMIT :n;

-- name: inbox_unfinished
SELECT id, state FROM inbox WHERE state IN ('new', 'working') AND id > :after
ORDER BY id LIMIT :n;

-- name: inbox_set_aside
UPDATE inbox SET state = 'dead', note = :note WHERE id = :id AND state = :before;

-- name: inbox_note
-- Kept, so that it is known, and nothing follows from it.
INSERT INTO inbox (conversation, dedupe, channel, account, peer, kind, event, text, data,
                   sent_at, received_at, state, note)
VALUES (:conversation, :dedupe, :channel, :account, :peer, :kind, :event, :text, :data,
        :sent_at, :received_at, 'done', :note)
ON CONFLICT (dedupe) DO NOTHING;

-- name: conversation_clear
-- No turn waits and nobody holds one.
UPDATE conversation SET lease = NULL, lease_until = NULL, turn_at = NULL, turn_first_at = NULL,
                        tries = 0
WHERE turn_at IS NOT NULL OR lease IS NOT NULL;

-- name: due_overdue
-- Plans whose moment has come since the backup was made: they may have been carried out.
UPDATE due SET state = 'skipped', note = :note WHERE state = 'waiting' AND at <= :now RETURNING id;

-- name: pool_close
UPDATE pooled SET outbox = 0 WHERE outbox IS NULL;
