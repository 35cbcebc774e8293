-- The lines of one conversation, latest first, from four tables; each by an index of its own.

-- name: thread_inbox
SELECT id, received_at AS at, sent_at, kind, event, text, data, state, note FROM inbox
WHERE conversation = :conversation AND id < :before ORDER BY id DESC LIMIT :n;

-- name: thread_replies
SELECT r.id, r.at, r.kind, r.text, r.operator, r.status, r.note, r.origin, r.content,
       r.content_version, r.persona, r.persona_version, r.outbox, o.state, o.expires_at
FROM replies r LEFT JOIN outbox o ON o.id = r.outbox
WHERE r.conversation = :conversation AND r.id < :before ORDER BY r.id DESC LIMIT :n;

-- name: thread_notes
SELECT id, at, author, text FROM desk_note
WHERE conversation = :conversation AND id < :before ORDER BY id DESC LIMIT :n;

-- name: thread_changes
SELECT id, at, actor, event, before, after, reason FROM audit
WHERE subject = :subject AND id < :before ORDER BY id DESC LIMIT :n;
