-- name: audit_add
INSERT INTO audit (at, actor, subject, event, before, after, reason)
VALUES /*rows*/ (:at, :actor, :subject, :event, :before, :after, :reason);

-- name: audit_of
SELECT * FROM audit WHERE subject = :subject ORDER BY id;
