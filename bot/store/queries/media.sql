-- name: media_find
SELECT ref FROM media
WHERE digest = :digest AND scope = :scope AND kind = :kind AND (until IS NULL OR until > :now);

-- name: media_keep
INSERT INTO media (digest, scope, kind, ref, name, made_at, until)
VALUES (:digest, :scope, :kind, :ref, :name, :now, :until)
ON CONFLICT (digest, scope, kind) DO UPDATE SET
    ref = :ref, name = :name, made_at = :now, until = :until;

-- name: media_forget
-- The platform does not know this name any more.
DELETE FROM media WHERE ref IN (:refs…);

-- name: media_expired
DELETE FROM media WHERE until <= :now;

-- name: media_of
SELECT digest, scope, kind, made_at, until FROM media WHERE digest IN (:digests…)
ORDER BY digest, scope, kind;

-- name: media_pinned
-- Which versions of templates stand in what has not left yet.
SELECT DISTINCT content, content_version FROM outbox
WHERE state IN ('ready', 'sending') AND content_version IS NOT NULL
UNION
SELECT DISTINCT content, content_version FROM pooled
WHERE outbox IS NULL AND content_version IS NOT NULL;
