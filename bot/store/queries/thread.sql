-- The lines of one conversation, latest first, from four tables; each by an index of its own.

-- name: thread_inbox
SELECT id, received_at AS at, sent_at, kind, event, text, data, state, note, mood, heard,
       heard_why, hear_at
FROM inbox
WHERE conversation = :conversation AND id < :before ORDER BY id DESC LIMIT :n;

-- name: thread_replies
SELECT r.id, r.at, r.kind, r.text, r.operator, r.status, r.note, r.origin, r.content,
       r.content_version, r.persona, r.persona_version, r.outbox, o.state, o.expires_at
FROM replies r LEFT JOIN outbox o ON o.id = r.outbox
WHERE r.conversation = :conversation AND r.id < :before ORDER BY r.id DESC LIMIT :n;

-- name: thread_notes
SELECT n.id, n.at, n.author, n.text, a.found, a.decided_by, a.decided_at, a.reason, a.outbox, a.withdrawn
FROM desk_note n LEFT JOIN appeal a ON a.note = n.id
WHERE n.conversation = :conversation AND n.id < :before ORDER BY n.id DESC LIMIT :n;

-- name: thread_changes
SELECT id, at, actor, event, before, after, reason FROM audit
WHERE subject = :subject AND id < :before ORDER BY id DESC LIMIT :n;

-- The first line that is some lines later than a moment, by table.

-- name: thread_inbox_after
SELECT id FROM inbox WHERE conversation = :conversation AND received_at > :at
ORDER BY id LIMIT 1 OFFSET :behind;

-- name: thread_replies_after
SELECT id FROM replies WHERE conversation = :conversation AND at > :at
ORDER BY id LIMIT 1 OFFSET :behind;

-- name: thread_notes_after
SELECT id FROM desk_note WHERE conversation = :conversation AND at > :at
ORDER BY id LIMIT 1 OFFSET :behind;

-- name: thread_changes_after
SELECT id FROM audit WHERE subject = :subject AND at > :at ORDER BY id LIMIT 1 OFFSET :behind;

-- name: thread_at_inbox
SELECT received_at AS at FROM inbox WHERE id = :id AND conversation = :conversation;

-- name: thread_at_replies
SELECT at FROM replies WHERE id = :id AND conversation = :conversation;

-- name: thread_at_notes
SELECT at FROM desk_note WHERE id = :id AND conversation = :conversation;

-- name: thread_asked
-- The burst that a turn answered: from its first message to the answer.
SELECT text FROM inbox
WHERE conversation = :conversation AND id >= :first AND received_at <= :at AND kind <> 'event'
ORDER BY id LIMIT 20;

-- name: thread_because
SELECT o.data FROM replies r JOIN outbox o ON o.id = r.outbox WHERE r.id = :id;

-- name: thread_open
-- What nobody has answered, latest first, of the member's last few.
SELECT i.id, i.text, i.heard, i.kind FROM inbox i
WHERE i.id IN (SELECT n.id FROM inbox n WHERE n.conversation = :conversation AND n.kind <> 'event'
               ORDER BY n.id DESC LIMIT 5)
  AND i.received_at > (SELECT c.answered_at FROM conversation c WHERE c.id = :conversation)
ORDER BY i.id DESC;

-- name: thread_file_inbox
SELECT data FROM inbox WHERE id = :id AND conversation = :conversation;

-- name: thread_file_replies
SELECT o.body AS data FROM replies r JOIN outbox o ON o.id = r.outbox
WHERE r.id = :id AND r.conversation = :conversation;
