-- name: audit_add
INSERT INTO audit (at, actor, subject, event, before, after, reason)
VALUES /*rows*/ (:at, :actor, :subject, :event, :before, :after, :reason);

-- name: audit_of
SELECT * FROM audit WHERE subject = :subject ORDER BY id;

-- name: audit_people
-- The names are those of the index, which serves only a query with the very same words.
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE actor NOT IN ('bot', 'model', 'converse', 'deliver', 'recover', 'restore', 'scheduler',
                    'platform', 'member', 'desk', 'library', 'retention', 'disk', 'system')
  AND substr(subject, 1, length(CAST(:subject AS TEXT))) = :subject
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: audit_person
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE actor NOT IN ('bot', 'model', 'converse', 'deliver', 'recover', 'restore', 'scheduler',
                    'platform', 'member', 'desk', 'library', 'retention', 'disk', 'system')
  AND actor = :actor
  AND substr(subject, 1, length(CAST(:subject AS TEXT))) = :subject
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: audit_thing
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE subject = :subject AND (:actor = '' OR actor = :actor)
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;
