-- name: audit_add
INSERT INTO audit (at, actor, subject, event, before, after, reason, person)
VALUES /*rows*/ (:at, :actor, :subject, :event, :before, :after, :reason, :person);

-- name: audit_of
SELECT * FROM audit WHERE subject = :subject ORDER BY id;

-- name: audit_people
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE person = 1
  AND substr(subject, 1, length(CAST(:subject AS TEXT))) = :subject
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: audit_person
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE person = 1 AND actor = :actor
  AND substr(subject, 1, length(CAST(:subject AS TEXT))) = :subject
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: audit_thing
SELECT id, at, actor, subject, event, before, after, reason FROM audit
WHERE subject = :subject AND (:actor = '' OR actor = :actor)
  AND at >= :since AND at < :until AND (at, id) < (:at, :id)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: wished_trail
SELECT id, at, actor, event, after, reason FROM audit
WHERE subject IN (:subjects…) AND event IN (:events…) ORDER BY id DESC LIMIT :n;
