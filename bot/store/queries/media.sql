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
