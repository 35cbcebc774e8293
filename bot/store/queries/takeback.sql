-- Words of staff that their writer takes back.

-- name: takeback_row
SELECT * FROM outbox WHERE id = :id AND conversation = :conversation /*lock*/;

-- name: takeback_own
-- What somebody wrote there himself of late.
SELECT id, channel, body, state, attempts, note, send_at, provider_id FROM outbox
WHERE conversation = :conversation AND operator = :staff AND kind = 'staff' AND send_at >= :since
ORDER BY id DESC LIMIT :n;

-- name: takeback_asked
SELECT data, state, note FROM outbox WHERE dedupe = :dedupe;

-- name: takeback_note
UPDATE replies SET note = :note WHERE outbox = :outbox;
